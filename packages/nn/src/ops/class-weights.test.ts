import { run, ShapeError, tensor, type Tensor } from '@kasane/tensor-core';
import { given, integers, testOp } from '@kasane/testing';
import { classWeights } from './class-weights.ts';

const call =
  (ignoreIndex: number = -100) =>
  (y: Tensor, weight: Tensor): Tensor =>
    run(classWeights, [y, weight], { ignoreIndex });

testOp('classWeights', {
  samples: [
    {
      name: 'a weight for each class',
      inputs: [integers([2, 0, -100, 2, 1]), given([0.5, 2, 3])],
      call: call(),
      expected: [3, 0.5, 0, 3, 2],
    },
    {
      name: 'one weight for all, and an ignored class',
      inputs: [integers([2, 0, 1, 1], [2, 2]), given([0.5], [])],
      call: call(1),
      expected: [
        [0.5, 0.5],
        [0, 0],
      ],
    },
    { name: 'nothing', inputs: [integers([]), given([1, 2])], call: call(), expected: [] },
  ],
  errors: [
    {
      name: 'no such class',
      call: () => call()(tensor([-1], { dtype: 'int32' }), tensor([1, 2])),
      error: ShapeError,
      message:
        'classWeights: index -1 is out of range for classes of size 2. Valid indices are 0 to 1. Negative indices do not count from the end here; add the size first.',
    },
  ],
});
