import { describe, expect, it } from 'vitest';
import { median, range } from './statistics.ts';

describe('median', () => {
  it('is the middle one of an odd number of values, in any order', () => {
    expect(median([9, 1, 5])).toBe(5);
    expect(median([7])).toBe(7);
  });

  it('is the mean of the two middle ones of an even number', () => {
    expect(median([10, 1, 2, 4])).toBe(3);
  });

  it('orders numbers by size, not as text, and leaves the values as they were', () => {
    const values = [100, 20, 3];
    expect(median(values)).toBe(20);
    expect(values).toEqual([100, 20, 3]);
  });

  it('refuses to invent one of no values', () => {
    expect(() => median([])).toThrow('median: needs at least one value, got none.');
  });
});

describe('range', () => {
  it('is the smallest and the largest value', () => {
    expect(range([2, -1, 7, 3])).toEqual([-1, 7]);
  });
});
