import { backward } from '@kasane/autograd';
import { tensor } from '@kasane/tensor-core';
import { bools, given, integers, testOp, values } from '@kasane/testing';
import { describe, expect, it } from 'vitest';

testOp('logSumExp', {
  samples: [
    // Longer than what one thread of a gpu kernel folds.
    {
      name: 'long rows',
      inputs: [values([2, 1100])],
      call: (x) => x.logSumExp(1),
      secondGradient: false,
    },
    {
      name: 'everything',
      inputs: [given([0, Math.log(2), Math.log(3)])],
      call: (x) => x.logSumExp(),
      expected: Math.log(6),
    },
    {
      name: 'rows',
      inputs: [given([0, 0, Math.log(3), 0], [2, 2])],
      call: (x) => x.logSumExp(1),
      expected: [Math.log(2), Math.log(4)],
    },
    {
      name: 'columns, kept as a row',
      inputs: [values([3, 4])],
      call: (x) => x.logSumExp(0, { keepdim: true }),
    },
    { name: 'a negative dim', inputs: [values([2, 3, 4])], call: (x) => x.logSumExp(-2) },
    { name: 'neighbouring dims', inputs: [values([2, 3, 4])], call: (x) => x.logSumExp([1, 2]) },
    { name: 'dims apart', inputs: [values([2, 3, 4])], call: (x) => x.logSumExp([0, 2]) },
    { name: 'an empty list of dims', inputs: [values([2, 3])], call: (x) => x.logSumExp([]) },
    {
      name: 'numbers whose exponentials overflow',
      inputs: [given([1000, 1000, -1000, -1000], [2, 2])],
      call: (x) => x.logSumExp(1),
      expected: [1000 + Math.LN2, -1000 + Math.LN2],
    },
    {
      name: 'a term of -Infinity adds nothing',
      inputs: [given([-Infinity, 2, 3, -Infinity], [2, 2])],
      call: (x) => x.logSumExp(1),
      expected: [2, 3],
      gradient: false,
    },
    {
      name: 'NaN and the infinities',
      inputs: [given([-Infinity, -Infinity, Infinity, 1, Infinity, -Infinity, NaN, 1], [4, 2])],
      call: (x) => x.logSumExp(1),
      expected: [-Infinity, Infinity, Infinity, NaN],
      gradient: false,
    },
    {
      name: '-Infinity in whole columns',
      inputs: [given([-Infinity, 0, -Infinity, 0], [2, 2])],
      call: (x) => x.logSumExp(0),
      expected: [-Infinity, Math.LN2],
      gradient: false,
    },
    { name: 'a scalar', inputs: [given([3], [])], call: (x) => x.logSumExp(), expected: 3 },
    { name: 'nothing', inputs: [given([], [0])], call: (x) => x.logSumExp(), expected: -Infinity },
    {
      name: 'an empty dim',
      inputs: [given([], [2, 0])],
      call: (x) => x.logSumExp(1),
      expected: [-Infinity, -Infinity],
    },
    { name: 'no results', inputs: [given([], [2, 0])], call: (x) => x.logSumExp(0), expected: [] },
    {
      name: 'whole numbers',
      inputs: [integers([0, 0])],
      call: (x) => x.logSumExp(),
      expected: Math.LN2,
      gradient: false,
    },
    {
      name: 'truth values',
      inputs: [bools([false, false])],
      call: (x) => x.logSumExp(),
      expected: Math.LN2,
      gradient: false,
    },
  ],
});

describe('logSumExp', () => {
  it('has no gradient where every term is zero, and that of the rest elsewhere', () => {
    const x = tensor(
      [
        [-Infinity, -Infinity],
        [-Infinity, 4],
      ],
      { requiresGrad: true },
    );
    backward(x.logSumExp(1).sum());
    expect(x.grad!.toArray()).toEqual([
      [0, 0],
      [0, 1],
    ]);
  });
});
