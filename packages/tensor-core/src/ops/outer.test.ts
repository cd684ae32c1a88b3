import { ShapeError, tensor } from '@kasane/tensor-core';
import { given, integers, testOp, values } from '@kasane/testing';

testOp('outer', {
  samples: [
    {
      name: 'two vectors',
      inputs: [given([1, 2, 3]), given([4, 5])],
      call: (a, b) => a.outer(b),
      expected: [
        [4, 5],
        [8, 10],
        [12, 15],
      ],
    },
    { name: 'longer vectors', inputs: [values([5]), values([9])], call: (a, b) => a.outer(b) },
    {
      name: 'single elements',
      inputs: [given([3]), given([-2])],
      call: (a, b) => a.outer(b),
      expected: [[-6]],
    },
    {
      name: 'nothing',
      inputs: [given([]), given([1, 2])],
      call: (a, b) => a.outer(b),
      expected: [],
    },
    {
      name: 'whole numbers',
      inputs: [integers([1, 2]), integers([3, 4])],
      call: (a, b) => a.outer(b),
      expected: [
        [3, 4],
        [6, 8],
      ],
      gradient: false,
    },
    {
      name: 'NaN and Infinity',
      inputs: [given([NaN, Infinity]), given([0, 1])],
      call: (a, b) => a.outer(b),
      expected: [
        [NaN, NaN],
        [NaN, Infinity],
      ],
      gradient: false,
    },
  ],
  errors: [
    {
      name: 'a matrix',
      call: () => tensor([[1]]).outer(tensor([1])),
      error: ShapeError,
      message: 'outer: needs two vectors, got [1,1] and [1]. Flatten them.',
    },
  ],
});
