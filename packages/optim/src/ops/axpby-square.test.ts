import { run, type Tensor } from '@kasane/tensor-core';
import { given, testOp, values } from '@kasane/testing';
import { axpbySquare } from './axpby-square.ts';

const call =
  (alpha: number, beta: number) =>
  (a: Tensor, b: Tensor): Tensor =>
    run(axpbySquare, [a, b], { alpha, beta });

testOp('axpbySquare', {
  noGradient: 'optimizers update outside of the record',
  samples: [
    {
      name: '½·a + ½·b²',
      inputs: [given([2, 4, 6]), given([1, -2, 3])],
      call: call(0.5, 0.5),
      expected: [1.5, 4, 7.5],
    },
    {
      name: 'a + b²',
      inputs: [given([2, 4, 6]), given([1, -2, 3])],
      call: call(1, 1),
      expected: [3, 8, 15],
    },
    { name: 'a - b²', inputs: [values([5, 7]), values([5, 7], -2, 2, 1)], call: call(1, -1) },
    { name: 'a scalar', inputs: [values([]), values([], -2, 2, 1)], call: call(0.9, 0.1) },
    { name: 'nothing', inputs: [values([0]), values([0])], call: call(0.9, 0.1) },
    {
      name: 'NaN and Infinity',
      inputs: [given([NaN, 1, 1]), given([1, -Infinity, NaN])],
      call: call(0.5, 0.5),
      expected: [NaN, Infinity, NaN],
    },
  ],
});
