import { run, type Tensor } from '@kasane/tensor-core';
import { given, testOp, values } from '@kasane/testing';
import { addcdivSqrt } from './addcdiv-sqrt.ts';

const call =
  (alpha: number, beta: number, eps: number) =>
  (p: Tensor, n: Tensor, v: Tensor): Tensor =>
    run(addcdivSqrt, [p, n, v], { alpha, beta, eps });

testOp('addcdivSqrt', {
  noGradient: 'optimizers update outside of the record',
  samples: [
    {
      name: 'p - n/(√v + 1)',
      inputs: [given([1, 2]), given([4, 12]), given([9, 4])],
      call: call(1, -1, 1),
      expected: [0, -2],
    },
    {
      name: '½·p + 3·n/√v',
      inputs: [given([1, 2]), given([4, 12]), given([4, 9])],
      call: call(0.5, 3, 0),
      expected: [6.5, 13],
    },
    {
      name: 'a matrix',
      inputs: [values([5, 7]), values([5, 7], -2, 2, 1), values([5, 7], 0, 2, 2)],
      call: call(0.99, -0.1, 1e-3),
    },
    {
      name: 'a scalar',
      inputs: [values([]), values([], -2, 2, 1), values([], 0, 2, 2)],
      call: call(1, -0.1, 1e-8),
    },
    { name: 'nothing', inputs: [values([0]), values([0]), values([0])], call: call(1, -0.1, 1e-8) },
    {
      name: 'a root of 0 with and without numerator, a root of less than 0',
      inputs: [given([1, 1, 1]), given([0, 2, 1]), given([0, 0, -1])],
      call: call(1, 1, 0),
      expected: [NaN, Infinity, NaN],
    },
  ],
});
