import { DTypeError, run, ShapeError, tensor, type Tensor } from '@kasane/tensor-core';
import { given, testOp, values } from '@kasane/testing';
import { axpby } from './axpby.ts';

const call =
  (alpha: number, beta: number) =>
  (a: Tensor, b: Tensor): Tensor =>
    run(axpby, [a, b], { alpha, beta });

testOp('axpby', {
  noGradient: 'optimizers update outside of the record',
  samples: [
    {
      name: '2·a - b',
      inputs: [given([1, 2, 3]), given([10, 20, 30])],
      call: call(2, -1),
      expected: [-8, -16, -24],
    },
    {
      name: 'a itself plus a part of b',
      inputs: [given([1, 2, 3]), given([10, 20, 30])],
      call: call(1, 0.5),
      expected: [6, 12, 18],
    },
    { name: 'a matrix', inputs: [values([5, 7]), values([5, 7], -2, 2, 1)], call: call(0.9, 0.1) },
    { name: 'a scalar', inputs: [values([]), values([], -2, 2, 1)], call: call(1, -0.1) },
    { name: 'nothing', inputs: [values([0]), values([0])], call: call(1, -0.1) },
    {
      name: 'NaN and Infinity',
      inputs: [given([NaN, Infinity, -Infinity, 1]), given([1, 1, Infinity, NaN])],
      call: call(1, 1),
      expected: [NaN, Infinity, NaN, NaN],
    },
  ],
  errors: [
    {
      name: 'two shapes',
      call: () => call(1, 1)(tensor([1, 2]), tensor([1])),
      error: ShapeError,
      message: 'axpby: needs one shape, got [2] and [1]. Reshape the gradient.',
    },
    {
      name: 'two dtypes',
      call: () => call(1, 1)(tensor([1]), tensor([1], { dtype: 'float64' })),
      error: DTypeError,
      message: 'axpby: needs one dtype, got float32 and float64. Cast the gradient.',
    },
  ],
});
