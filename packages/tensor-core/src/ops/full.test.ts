import { backendReport, full, reference, ShapeError, tensor } from '@kasane/tensor-core';
import { testOp, values } from '@kasane/testing';
import { describe, expect, it } from 'vitest';

testOp('newFull', {
  samples: [
    {
      name: 'one value',
      inputs: [values([3])],
      call: (x) => x.newFull([2, 2], 7),
      expected: [
        [7, 7],
        [7, 7],
      ],
    },
    { name: 'a scalar', inputs: [values([3])], call: (x) => x.newFull([], -0.5), expected: -0.5 },
    { name: 'nothing', inputs: [values([3])], call: (x) => x.newFull([0, 2], 1) },
    { name: 'NaN', inputs: [values([1])], call: (x) => x.newFull([2], Number.NaN) },
    {
      name: 'integers',
      inputs: [values([1])],
      call: (x) => x.newFull([2], 3, 'int32'),
      expected: [3, 3],
    },
    {
      name: 'a bool, which is 0 or 1 whatever it is filled with',
      inputs: [values([1])],
      call: (x) => x.newFull([2], 2, 'bool'),
      expected: [1, 1],
    },
    {
      name: 'zeros of integers',
      inputs: [values([1])],
      call: (x) => x.newFull([2], 0, 'int32'),
      expected: [0, 0],
    },
  ],
  noGradient: 'a constant',
  errors: [
    {
      name: 'half a size',
      call: () => tensor([1]).newFull([1.5], 0),
      error: ShapeError,
      message: 'full: dimensions must be whole numbers ≥ 0, got [1.5].',
    },
  ],
});

describe('newFull', () => {
  it('takes dtype and backend of the tensor and records no gradient', () => {
    const x = tensor([1], { dtype: 'float64', backend: reference(), requiresGrad: true });
    const y = x.newFull([2], 1);
    expect([y.dtype, y.backend.name, y.requiresGrad]).toEqual(['float64', 'reference', false]);
  });
  it('makes zeros of every dtype without a plain loop', () => {
    const calls = (): number =>
      backendReport().reduce((n, row) => (row.op === 'full' ? n + row.calls : n), 0);
    const before = calls();
    for (const dtype of ['float32', 'float64', 'int32', 'bool'] as const) {
      expect(tensor([1]).newFull([3], 0, dtype).toArray()).toEqual(
        dtype === 'bool' ? [false, false, false] : [0, 0, 0],
      );
    }
    expect(calls()).toBe(before);
  });
  it('keeps the sign of zero', () => {
    expect(Object.is(tensor([1]).newFull([], -0, 'float64').item(), -0)).toBe(true);
    expect(Object.is(full([], -0).item(), -0)).toBe(true);
  });
});
