import { describe, expect, test } from 'vitest';
import { averageReward, discountedReturn, returns } from './index.ts';

describe('returns', () => {
  test('[1, 2, 3] with 0.5 is 2.75', () => {
    expect(discountedReturn([1, 2, 3], { gamma: 0.5 })).toBe(2.75);
  });

  test('1 for ever with 0.9 is 10', () => {
    expect(discountedReturn(new Float32Array(400).fill(1), { gamma: 0.9 })).toBeCloseTo(10, 12);
  });

  test('with 0 only the first reward counts, with 1 all alike', () => {
    expect([...returns([4, 5, 6], { gamma: 0 })]).toEqual([4, 5, 6]);
    expect([...returns([4, 5, 6], { gamma: 1 })]).toEqual([15, 11, 6]);
  });

  test('the average of [1, 2, 3] is 2; of nothing there is none, and nothing returns 0', () => {
    expect(averageReward([1, 2, 3])).toBe(2);
    expect(averageReward([])).toBeNaN();
    expect(discountedReturn([], { gamma: 0.9 })).toBe(0);
  });

  test('mistakes are named', () => {
    expect(() => returns([1, Number.NaN], { gamma: 0.9 })).toThrow(
      'returns: rewards[1] must be finite, got NaN.',
    );
    expect(() => returns(3 as never, { gamma: 0.9 })).toThrow(
      'returns: rewards must be an array of numbers, got 3.',
    );
    expect(() => returns([1], { gamma: -1 })).toThrow(
      'returns: gamma must be from 0 to 1, got -1.',
    );
  });
});
