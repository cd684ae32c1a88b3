import { ShapeError, tensor, zeros } from '@kasane/tensor-core';
import { bools, integers, testOp, values } from '@kasane/testing';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';

testOp('slice', {
  samples: [
    {
      name: 'the middle',
      inputs: [integers([0, 1, 2, 3, 4])],
      call: (x) => x.slice(0, 1, 4),
      expected: [1, 2, 3],
      gradient: false,
    },
    { name: 'columns', inputs: [values([3, 5])], call: (x) => x.slice(1, 1, -1) },
    { name: 'rows of a middle dim', inputs: [values([2, 4, 3])], call: (x) => x.slice(1, 2) },
    { name: 'every second', inputs: [values([2, 5])], call: (x) => x.slice(-1, 1, undefined, 2) },
    {
      name: 'backwards',
      inputs: [values([2, 5, 2])],
      call: (x) => x.slice(1, undefined, undefined, -1),
    },
    { name: 'backwards in steps', inputs: [values([7])], call: (x) => x.slice(0, -2, 0, -2) },
    { name: 'nothing', inputs: [values([3, 2])], call: (x) => x.slice(0, 2, 1) },
    { name: 'of nothing', inputs: [values([0, 2])], call: (x) => x.slice(0, 0, 5) },
    { name: 'beyond the ends', inputs: [values([3])], call: (x) => x.slice(0, -99, Infinity) },
    {
      name: 'bytes',
      inputs: [bools([true, false, true, true])],
      call: (x) => x.slice(0, 1, 3),
      expected: [0, 1],
      gradient: false,
    },
  ],
  errors: [
    {
      name: 'a step of 0',
      call: () => zeros([3]).slice(0, 0, 3, 0),
      error: ShapeError,
      message: 'slice: step must be a whole number other than 0, got 0.',
    },
    {
      name: 'half a position',
      call: () => zeros([3]).slice(0, 0.5),
      error: ShapeError,
      message: 'slice: positions must be whole numbers, got 0.5.',
    },
    {
      name: 'a scalar',
      call: () => zeros([]).slice(0),
      error: ShapeError,
      message: 'slice: a scalar has no dimension. Unsqueeze it.',
    },
    {
      name: 'a dim that does not exist',
      call: () => zeros([3]).slice(1),
      error: ShapeError,
      message: 'slice: dim must be a whole number from -1 to 0, got 1.',
    },
  ],
});

/** Python's rule, by walking: range(*slice(start, end, step).indices(size)). */
function pythonSlice(size: number, start?: number, end?: number, step: number = 1): number[] {
  const clip = (p: number, low: number, high: number): number => Math.max(low, Math.min(p, high));
  const from = (p: number): number => (p < 0 ? p + size : p);
  const out: number[] = [];
  if (step > 0) {
    const stop = end === undefined ? size : clip(from(end), 0, size);
    for (let i = start === undefined ? 0 : clip(from(start), 0, size); i < stop; i += step)
      out.push(i);
  } else {
    const stop = end === undefined ? -1 : clip(from(end), -1, size - 1);
    const first = start === undefined ? size - 1 : clip(from(start), -1, size - 1);
    for (let i = first; i > stop; i += step) out.push(i);
  }
  return out;
}

describe('slice', () => {
  it("takes what Python's slices take", () => {
    const position = fc.option(fc.integer({ min: -9, max: 9 }), { nil: undefined });
    const step = fc.integer({ min: -4, max: 4 }).filter((s) => s !== 0);
    fc.assert(
      fc.property(fc.integer({ min: 0, max: 6 }), position, position, step, (n, start, end, by) => {
        const list = Array.from({ length: n }, (_, i) => i);
        const want = pythonSlice(n, start, end, by);
        expect(tensor(list, [n]).slice(0, start, end, by).toArray()).toEqual(want);
        const columns = tensor([...list, ...list], [2, n]).slice(1, start, end, by);
        expect(columns.toArray()).toEqual([want, want]);
      }),
      { numRuns: 500 },
    );
  });
});
