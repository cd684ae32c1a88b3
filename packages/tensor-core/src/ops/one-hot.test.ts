import { DTypeError, ShapeError, tensor } from '@kasane/tensor-core';
import { integers, testOp } from '@kasane/testing';

const int = (list: number[]): ReturnType<typeof tensor> => tensor(list, { dtype: 'int32' });

testOp('oneHot', {
  samples: [
    {
      name: 'a vector',
      inputs: [integers([0, 2, 1])],
      call: (x) => x.oneHot(3),
      expected: [
        [1, 0, 0],
        [0, 0, 1],
        [0, 1, 0],
      ],
    },
    {
      name: 'a matrix',
      inputs: [integers([0, 1, 1, 0], [2, 2])],
      call: (x) => x.oneHot(2),
      expected: [
        [
          [1, 0],
          [0, 1],
        ],
        [
          [0, 1],
          [1, 0],
        ],
      ],
    },
    { name: 'a scalar', inputs: [integers([1], [])], call: (x) => x.oneHot(2), expected: [0, 1] },
    { name: 'nothing', inputs: [integers([])], call: (x) => x.oneHot(4) },
  ],
  noGradient: 'its input is an integer',
  errors: [
    {
      name: 'a class that does not exist',
      call: () => int([3]).oneHot(3),
      error: ShapeError,
      message: 'oneHot: index 3 is out of range for classes of size 3. Count from 0.',
    },
    {
      name: 'no classes',
      call: () => int([0]).oneHot(0),
      error: RangeError,
      message: 'oneHot: numClasses must be a whole number ≥ 1, got 0.',
    },
    {
      name: 'classes that are not int32',
      call: () => tensor([1]).oneHot(3),
      error: DTypeError,
      message: 'oneHot: indices must be int32, got float32. Use .cast("int32").',
    },
  ],
});
