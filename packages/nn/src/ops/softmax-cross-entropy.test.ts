import { run, ShapeError, tensor, zeros, type Tensor } from '@kasane/tensor-core';
import { given, integers, testOp, values } from '@kasane/testing';
import { softmaxCrossEntropy } from './softmax-cross-entropy.ts';

const call =
  (dim: number, ignoreIndex: number = -100) =>
  (x: Tensor, y: Tensor): Tensor =>
    run(softmaxCrossEntropy, [x, y], { dim, ignoreIndex });
const log = Math.log;

testOp('crossEntropy', {
  samples: [
    {
      name: 'classes',
      inputs: [given([0, 0, log(3), 0], [2, 2]), integers([1, 0])],
      call: call(1),
      expected: [log(2), log(4 / 3)],
    },
    {
      name: 'probabilities',
      inputs: [given([0, 0, log(3), 0], [2, 2]), given([0.5, 0.5, 0, 1], [2, 2])],
      call: call(1),
      expected: [log(2), log(4)],
    },
    { name: 'a vector', inputs: [values([5]), integers([3], [])], call: call(0) },
    {
      name: 'a vector of probabilities',
      inputs: [values([5]), values([5], 0, 1, 1)],
      call: call(0),
    },
    {
      name: 'an ignored class, which is one',
      inputs: [values([3, 4]), integers([3, 1, 3])],
      call: call(1, 3),
    },
    {
      name: 'an ignored line of NaN and Infinity',
      inputs: [given([NaN, Infinity, 1, 1], [2, 2]), integers([-100, 0])],
      call: call(1),
      expected: [0, log(2)],
      gradient: false,
    },
    {
      name: 'a masked class that is not the target',
      inputs: [given([-Infinity, 1, 1], [1, 3]), integers([1])],
      call: call(1),
      expected: [log(2)],
      gradient: false,
    },
    {
      name: 'a masked class of probability 0, as in PyTorch',
      inputs: [given([-Infinity, 1, 1], [1, 3]), given([0, 1, 0], [1, 3])],
      call: call(1),
      expected: [NaN],
      gradient: false,
    },
    {
      name: 'scores whose exponentials overflow',
      inputs: [given([1000, 1000, -1000, -1000], [2, 2]), integers([0, 1])],
      call: call(1),
      expected: [log(2), log(2)],
    },
    {
      name: 'dense classes',
      inputs: [values([2, 3, 5]), integers([0, 1, 2, -1, 1, 2, 2, 0, -1, 1], [2, 5])],
      call: call(1, -1),
    },
    {
      name: 'dense probabilities, which need not sum to 1',
      inputs: [values([2, 3, 2, 3]), values([2, 3, 2, 3], 0, 2, 1)],
      call: call(1),
    },
    {
      name: 'many classes',
      inputs: [values([3, 131]), integers([0, 130, 64])],
      call: call(1),
      secondGradient: false,
    },
    {
      name: 'probabilities of many classes',
      inputs: [values([2, 131]), values([2, 131], 0, 0.02, 1)],
      call: call(1),
      secondGradient: false,
    },
    { name: 'no lines', inputs: [given([], [0, 3]), integers([])], call: call(1), expected: [] },
    {
      name: 'no classes',
      inputs: [given([], [2, 0]), given([], [2, 0])],
      call: call(1),
      expected: [0, 0],
      gradient: false,
    },
  ],
  errors: [
    {
      name: 'no such class',
      call: () => call(1)(zeros([2, 3]), tensor([0, 3], { dtype: 'int32' })),
      error: ShapeError,
      message: 'crossEntropy: index 3 is out of range for classes of size 3. Count from 0.',
    },
  ],
});
