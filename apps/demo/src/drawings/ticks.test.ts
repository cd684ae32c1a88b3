import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { linearTicks, logTicks } from './ticks.ts';

describe('ticks', () => {
  test.each<[number, number, number, number[]]>([
    [0, 1, 5, [0, 0.2, 0.4, 0.6, 0.8, 1]],
    [0.05, 0.31, 5, [0.1, 0.2, 0.3]],
    [-3, 3, 3, [-2, 0, 2]],
    [0, 10_000, 5, [0, 2000, 4000, 6000, 8000, 10_000]],
    [7, 7, 5, [7]],
  ])('from %d to %d are round numbers', (low, high, count, ticks) => {
    expect(linearTicks(low, high, count)).toEqual(ticks);
  });

  test.each<[number, number, number, number[]]>([
    [0.001, 100, 6, [0.001, 0.01, 0.1, 1, 10, 100]],
    [1e-40, 1, 5, [1e-40, 1e-31, 1e-22, 1e-13, 1e-4]],
    [2, 9, 4, [2, 4, 6, 8]],
    [0, 1, 5, []],
  ])('of a logarithmic scale from %d to %d are powers of ten', (low, high, count, ticks) => {
    expect(logTicks(low, high, count)).toEqual(ticks);
  });

  test('are few, in order and within their range, whatever that is', () => {
    const number = fc.double({ noNaN: true, noDefaultInfinity: true });
    fc.assert(
      fc.property(number, number, fc.integer({ min: 1, max: 12 }), (a, b, count) => {
        const [low, high] = [Math.min(a, b), Math.max(a, b)];
        for (const ticks of [linearTicks(low, high, count), logTicks(low, high, count)]) {
          expect(ticks.length).toBeLessThanOrEqual(2 * count + 3);
          expect(ticks).toEqual(ticks.toSorted((x, y) => x - y));
          const space = (high - low) * 1e-6;
          for (const tick of ticks) expect(tick >= low - space && tick <= high + space).toBe(true);
        }
      }),
    );
  });
});
