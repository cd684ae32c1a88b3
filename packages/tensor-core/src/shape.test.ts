import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import {
  broadcastShapes,
  broadcastStrides,
  forEachPair,
  normalizeDim,
  normalizeDims,
  reducedShape,
  sizeOf,
  stridesOf,
} from './shape.ts';

const shape = fc.array(fc.integer({ min: 0, max: 4 }), { maxLength: 4 });

describe('broadcastShapes', () => {
  it('is symmetric, and a shape broadcasts with itself and with ones', () => {
    fc.assert(
      fc.property(shape, (s) => {
        const ones = s.map(() => 1);
        expect(broadcastShapes('op', s, s)).toEqual(s);
        expect(broadcastShapes('op', s, ones)).toEqual(s);
        expect(broadcastShapes('op', ones, s)).toEqual(s);
        expect(broadcastShapes('op', s, [])).toEqual(s);
        expect(broadcastShapes('op', [], s)).toEqual(s);
      }),
    );
  });
  it('stretches 1 to 0', () => {
    expect(broadcastShapes('op', [1, 3], [0, 1])).toEqual([0, 3]);
  });
});

describe('forEachPair', () => {
  it('visits every element once, in order, by strides', () => {
    fc.assert(
      fc.property(shape, (s) => {
        const seen: number[] = [];
        forEachPair(s, stridesOf(s), broadcastStrides([], s), (a, b, flat) => {
          expect(a).toBe(flat);
          expect(b).toBe(0);
          seen.push(flat);
        });
        expect(seen.length).toBe(sizeOf(s));
      }),
    );
  });
});

describe('dims', () => {
  it('count from the end when negative', () => {
    expect(normalizeDim('op', -1, 3)).toBe(2);
    expect(normalizeDims('op', [-1, 0], 3)).toEqual([0, 2]);
    expect(normalizeDims('op', undefined, 2)).toEqual([0, 1]);
    expect(normalizeDims('op', -1, 0)).toEqual([]);
  });
  it('out of range name the range', () => {
    expect(() => normalizeDim('sum', 3, 2)).toThrow(
      'sum: dim must be a whole number from -2 to 1, got 3.',
    );
    expect(() => normalizeDims('sum', [0, -2], 2)).toThrow(
      'sum: dim 0 appears twice in [0,-2]. Name it once.',
    );
  });
  it('leave size 1 or vanish when reduced', () => {
    expect(reducedShape([2, 3, 4], [1], true)).toEqual([2, 1, 4]);
    expect(reducedShape([2, 3, 4], [0, 2], false)).toEqual([3]);
  });
});
