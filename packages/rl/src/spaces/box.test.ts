import fc from 'fast-check';
import { Generator } from '@kasane/tensor-core';
import { describe, expect, test } from 'vitest';
import { Box } from './box.ts';

describe('Box', () => {
  test('holds what it draws, whatever its bounds', () => {
    const bound = fc.oneof(fc.constant(Infinity), fc.float({ min: -1000, max: 1000, noNaN: true }));
    fc.assert(
      fc.property(bound, bound, fc.nat(), (a, b, seed) => {
        const low = a === Infinity ? -Infinity : Math.min(a, b);
        const high = Math.max(a === Infinity ? b : a, b);
        const space = new Box(low, high, { shape: [2, 3] });
        const value = space.sample({ generator: new Generator(seed) });
        expect(value.length).toBe(6);
        expect(space.contains(value)).toBe(true);
        expect(space.contains(space.low) || low === -Infinity).toBe(true);
      }),
    );
  });

  test('holds neither other lengths, nor NaN, nor other kinds of lists', () => {
    const space = new Box([-1, -1], [1, 1]);
    for (const wrong of [
      Float32Array.of(0),
      Float32Array.of(0, Number.NaN),
      [0, 0],
      null,
      'a',
      0,
    ]) {
      expect(space.contains(wrong)).toBe(false);
    }
  });

  test('names bounds that do not fit', () => {
    expect(() => new Box(1, 0)).toThrow('Box: low must be at most high, got 1 and 0 at 0.');
    expect(() => new Box([0, 0], [1])).toThrow('Box: high must be a number or 2 numbers, got 1.');
    expect(() => new Box(Number.NaN, 0)).toThrow('Box: low must be numbers, got NaN.');
    expect(() => new Box(undefined as never, 1)).toThrow(
      'Box: low must be a number or 1 numbers, got undefined.',
    );
  });

  test('is written as in code', () => {
    expect(String(new Box(-1, 1, { shape: [2, 3] }))).toBe('Box(-1, 1, [2, 3])');
    expect(String(new Box([-1.2, 0], Infinity))).toBe('Box([-1.2, 0], Infinity, [2])');
  });
});
