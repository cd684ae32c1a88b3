import { DTypeError, ShapeError, tensor, zeros } from '@kasane/tensor-core';
import { bools, given, integers, testOp, values } from '@kasane/testing';
import { describe, expect, it } from 'vitest';

testOp('where', {
  samples: [
    {
      name: 'one shape',
      inputs: [bools([true, false, true]), given([1, 2, 3]), given([4, 5, 6])],
      call: (c, a, b) => c.where(a, b),
      expected: [1, 5, 3],
    },
    {
      name: 'all three broadcast',
      inputs: [bools([true, false], [2, 1]), values([3]), values([2, 1, 1], 0, 1, 1)],
      call: (c, a, b) => c.where(a, b),
    },
    {
      name: 'numbers on both sides',
      inputs: [bools([true, false])],
      call: (c) => c.where(1.5, -1),
      expected: [1.5, -1],
      gradient: false,
    },
    {
      name: 'a number on one side',
      inputs: [bools([true, false]), given([3, 4])],
      call: (c, a) => c.where(a, 0),
      expected: [3, 0],
    },
    {
      name: 'a scalar condition',
      inputs: [bools([false], []), values([2, 2]), values([2, 2], 5, 6)],
      call: (c, a, b) => c.where(a, b),
    },
    {
      name: 'NaN and Infinity on the side not taken',
      inputs: [bools([true, false]), given([1, Number.NaN]), given([Infinity, 2])],
      call: (c, a, b) => c.where(a, b),
      expected: [1, 2],
      gradient: false,
    },
    {
      name: 'integers and numbers',
      inputs: [bools([true, false]), integers([1, 2]), given([0.5, 0.25])],
      call: (c, a, b) => c.where(a, b),
      expected: [1, 0.25],
    },
    {
      name: 'nothing',
      inputs: [bools([], [0]), values([0]), values([1])],
      call: (c, a, b) => c.where(a, b),
    },
  ],
  errors: [
    {
      name: 'a condition of numbers',
      call: () => zeros([2]).where(1, 0),
      error: DTypeError,
      message: 'where: the condition must be bool, got float32. Compare, as in x.less(0).',
    },
    {
      name: 'shapes that do not broadcast',
      call: () => tensor([true, false]).where(zeros([3]), 0),
      error: ShapeError,
      message:
        'where: shapes [2] and [3] do not broadcast: dimension 0 is 2 and 3. Sizes must be equal or 1. Reshape one side.',
    },
  ],
});

describe('where', () => {
  it('promotes to the dtype that holds both sides', () => {
    const c = tensor([true]);
    expect(c.where(tensor([1], { dtype: 'int32' }), tensor([true])).dtype).toBe('int32');
    expect(c.where(tensor([1], { dtype: 'float64' }), tensor([1])).dtype).toBe('float64');
    expect(c.where(1, 2).dtype).toBe('float32');
  });
});
