import { backward } from '@kasane/autograd';
import { tensor } from '@kasane/tensor-core';
import { bools, given, integers, testOp, values } from '@kasane/testing';
import { describe, expect, it } from 'vitest';

testOp('prod', {
  samples: [
    {
      name: 'a long row, parts of which overflow where the whole does not',
      inputs: [given([0, ...Array<number>(1499).fill(3)])],
      call: (x) => x.prod(),
      expected: 0,
      gradient: false,
    },
    // Longer than what one thread of a gpu kernel folds.
    {
      name: 'long rows',
      inputs: [values([1, 1100], 0.99, 1.01)],
      call: (x) => x.prod(1),
      gradient: false,
      tolerance: { rtol: 1e-4, atol: 0 },
    },
    {
      name: 'a middling row',
      inputs: [values([1, 70], 0.9, 1.1)],
      call: (x) => x.prod(1),
      secondGradient: false,
    },
    {
      name: 'everything',
      inputs: [given([1, 2, 3, 4, 5, 6], [2, 3])],
      call: (x) => x.prod(),
      expected: 720,
    },
    {
      name: 'rows',
      inputs: [given([1, 2, 3, 0.5, 2, 4], [2, 3])],
      call: (x) => x.prod(1),
      expected: [6, 4],
    },
    {
      name: 'columns, kept as a row',
      inputs: [given([1, 2, 3, 0.5, 2, 4], [2, 3])],
      call: (x) => x.prod(0, { keepdim: true }),
      expected: [[0.5, 4, 12]],
    },
    { name: 'one zero', inputs: [given([2, 0, 3, 4])], call: (x) => x.prod(0), expected: 0 },
    { name: 'two zeros', inputs: [given([2, 0, 3, 0])], call: (x) => x.prod(0), expected: 0 },
    { name: 'only zeros', inputs: [given([0, 0, 0])], call: (x) => x.prod(0), expected: 0 },
    {
      name: 'zeros in some lines',
      inputs: [given([1, 0, 2, 3, 0, 0, 1, 2], [2, 2, 2])],
      call: (x) => x.prod([0, 2]),
      expected: [0, 12],
    },
    { name: 'a middle dim', inputs: [values([2, 3, 2])], call: (x) => x.prod(-2) },
    { name: 'neighbouring dims', inputs: [values([2, 3, 2])], call: (x) => x.prod([0, 1]) },
    {
      name: 'dims apart',
      inputs: [values([2, 3, 2])],
      call: (x) => x.prod([0, 2], { keepdim: true }),
    },
    { name: 'an empty list of dims', inputs: [values([2, 3])], call: (x) => x.prod([]) },
    { name: 'a scalar', inputs: [given([3], [])], call: (x) => x.prod(), expected: 3 },
    { name: 'nothing', inputs: [given([], [0])], call: (x) => x.prod(), expected: 1 },
    { name: 'an empty dim', inputs: [given([], [2, 0])], call: (x) => x.prod(1), expected: [1, 1] },
    { name: 'no results', inputs: [given([], [2, 0])], call: (x) => x.prod(0), expected: [] },
    {
      name: 'NaN and Infinity',
      inputs: [given([NaN, 1, Infinity, -2, Infinity, 0], [3, 2])],
      call: (x) => x.prod(1),
      expected: [NaN, -Infinity, NaN],
      gradient: false,
    },
    {
      name: 'whole numbers',
      inputs: [integers([2, -3, 4])],
      call: (x) => x.prod(),
      expected: -24,
      gradient: false,
    },
    {
      name: 'truth values',
      inputs: [bools([true, false, true, true], [2, 2])],
      call: (x) => x.prod(1),
      expected: [0, 1],
      gradient: false,
    },
  ],
});

describe('prod', () => {
  it('has the product of all others as gradient, zeros or not', () => {
    const x = tensor(
      [
        [2, 0, 3],
        [0, 0, 3],
        [2, 5, 3],
      ],
      { requiresGrad: true },
    );
    backward(x.prod(1).sum());
    expect(x.grad!.toArray()).toEqual([
      [0, 6, 0],
      [0, 0, 0],
      [15, 6, 10],
    ]);
  });

  it('counts bool as int32', () => {
    expect(tensor([true]).prod().dtype).toBe('int32');
  });
});
