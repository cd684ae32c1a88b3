import { run, ShapeError, zeros, type Tensor } from '@kasane/tensor-core';
import { given, integers, testOp, values } from '@kasane/testing';
import { expect, it } from 'vitest';
import { linear } from './linear.ts';

const call = (...inputs: Tensor[]): Tensor => run(linear, inputs, undefined);

testOp('linear', {
  products: true,
  samples: [
    {
      name: 'two rows',
      inputs: [given([1, 2, 3, 4], [2, 2]), given([1, 0, 1, 1, 2, 0], [3, 2]), given([10, 20, 30])],
      call,
      expected: [
        [11, 23, 32],
        [13, 27, 36],
      ],
    },
    {
      name: 'no bias',
      inputs: [given([1, 2], [1, 2]), given([3, 4], [1, 2])],
      call,
      expected: [[11]],
    },
    {
      name: 'a vector',
      inputs: [values([5]), values([3, 5], -2, 2, 1), values([3], -2, 2, 2)],
      call,
    },
    {
      name: 'sequences',
      inputs: [values([2, 3, 4]), values([5, 4], -2, 2, 1), values([5], -2, 2, 2)],
      call,
    },
    {
      name: 'more rows and columns than a block of the kernel',
      inputs: [values([70, 33]), values([37, 33], -1, 1, 1), values([37], -2, 2, 2)],
      call,
      gradient: false,
      tolerance: { rtol: 1e-4, atol: 1e-4 },
    },
    {
      name: 'no features: the bias alone',
      inputs: [values([2, 0]), values([3, 0]), given([1, 2, 3])],
      call,
      expected: [
        [1, 2, 3],
        [1, 2, 3],
      ],
    },
    { name: 'no rows', inputs: [values([0, 2]), values([3, 2]), values([3])], call, expected: [] },
    {
      name: 'whole numbers, which become floating',
      inputs: [integers([1, 2], [1, 2]), values([2, 2]), values([2], -2, 2, 1)],
      call,
    },
  ],
  errors: [
    {
      name: 'another number of features',
      call: () => call(zeros([2, 3]), zeros([5, 4])),
      error: ShapeError,
      message:
        "Linear: the input's shape must end in inFeatures [4], got [2,3]. Reshape it, or build the layer with its size.",
    },
    {
      name: 'a bias of another size',
      call: () => call(zeros([2, 4]), zeros([5, 4]), zeros([1])),
      error: ShapeError,
      message:
        'Linear: the weight must be (outFeatures, inFeatures) and the bias (outFeatures), got [5,4] and [1]. Reshape them.',
    },
    {
      name: 'a weight that is no matrix',
      call: () => call(zeros([2, 4]), zeros([4])),
      error: ShapeError,
      message:
        'Linear: the weight must be (outFeatures, inFeatures) and the bias (outFeatures), got [4] and none. Reshape them.',
    },
  ],
});

it('counts its product as floating-point operations', () => {
  expect(linear.flops!([zeros([2, 3]), zeros([5, 3])], undefined, [2, 5])).toBe(2 * 2 * 5 * 3);
});
