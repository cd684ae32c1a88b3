import { describe, expect, it } from 'vitest';
import { numbers, positives, sample } from './numbers.ts';

describe('the data of the workloads', () => {
  it('is the same on every call, and another for another seed', () => {
    expect(numbers(50, 1)).toEqual(numbers(50, 1));
    expect(numbers(50, 1)).not.toEqual(numbers(50, 2));
  });

  it('spreads over its interval', () => {
    const wide = [...numbers(10_000, 3)];
    expect(Math.min(...wide)).toBeCloseTo(-1, 4);
    expect(Math.max(...wide)).toBeCloseTo(1, 4);
    expect(wide.reduce((sum, x) => sum + x, 0) / wide.length).toBeCloseTo(0, 2);
    const positive = [...positives(10_000, 3)];
    expect(Math.min(...positive)).toBeGreaterThanOrEqual(0.5);
    expect(Math.max(...positive)).toBeLessThanOrEqual(1.5);
  });
});

describe('sample', () => {
  it('keeps all of a small result and about a thousand values of a large one', () => {
    expect(sample([1, 2, 3])).toEqual([1, 2, 3]);
    const million = Float32Array.from({ length: 2 ** 20 }, (_, i) => i);
    const some = sample(million);
    expect(some.length).toBeGreaterThan(1000);
    expect(some.length).toBeLessThan(1100);
    expect(some.at(-1)).toBeGreaterThan(2 ** 20 - 2000);
  });
});
