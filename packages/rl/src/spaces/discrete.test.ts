import fc from 'fast-check';
import { Generator } from '@kasane/tensor-core';
import { describe, expect, test } from 'vitest';
import { Discrete } from './discrete.ts';

describe('Discrete', () => {
  test('holds what it draws, and nothing beside', () => {
    fc.assert(
      fc.property(fc.integer({ min: 1, max: 9 }), fc.integer(), fc.nat(), (n, start, seed) => {
        const space = new Discrete(n, { start });
        expect(space.contains(space.sample({ generator: new Generator(seed) }))).toBe(true);
        expect(space.contains(start + n)).toBe(false);
        expect(space.contains(start - 1)).toBe(false);
      }),
    );
    for (const wrong of [undefined, null, Number.NaN, 0.5, '0', [0], 0n]) {
      expect(new Discrete(2).contains(wrong)).toBe(false);
    }
  });

  test('draws what a mask allows, each as often', () => {
    const space = new Discrete(4, { start: 10 });
    const generator = new Generator(3);
    const counts = new Map<number, number>();
    for (let i = 0; i < 4000; i++) {
      const value = space.sample({ generator, mask: [1, 0, 1, 0] });
      counts.set(value, (counts.get(value) ?? 0) + 1);
    }
    expect([...counts.keys()].sort()).toEqual([10, 12]);
    expect(Math.abs(counts.get(10)! - 2000)).toBeLessThan(150);
  });

  test('names masks and sizes that do not fit', () => {
    const space = new Discrete(2);
    expect(() => space.sample({ mask: [0, 0] })).toThrow(
      'Discrete: the mask leaves nothing to draw.',
    );
    expect(() => space.sample({ mask: [1] })).toThrow(
      'Discrete: a mask must have 2 zeros and ones, got 1.',
    );
    expect(() => space.sample({ mask: [1, 2] })).toThrow(
      'Discrete: a mask must have zeros and ones, got 2 at 1.',
    );
    expect(() => new Discrete(0)).toThrow('Discrete: n must be a whole number ≥ 1, got 0.');
  });
});
