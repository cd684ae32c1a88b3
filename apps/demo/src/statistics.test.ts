import { expect, test } from 'vitest';
import {
  autocorrelation,
  fitLine,
  largestDifference,
  longestRise,
  mean,
  median,
  standardDeviation,
} from './statistics.ts';

test('mean and standard deviation', () => {
  expect(mean([1, 2, 6])).toBe(3);
  expect(standardDeviation([2, 4])).toBe(1);
});

test('the median of an odd and an even count, with NaN and Infinity at the end', () => {
  expect(median([3, 1, 2])).toBe(2);
  expect(median([4, 1, 2, 3])).toBe(2.5);
  expect(median([Number.NaN, 1, Number.POSITIVE_INFINITY, 2, 3])).toBe(3);
  expect(median([Number.NaN, Number.POSITIVE_INFINITY])).toBe(Number.POSITIVE_INFINITY);
});

test('the largest difference; NaN where one is or the lengths differ', () => {
  expect(largestDifference([1, 2, 3], [1, 4, 2])).toBe(2);
  expect(largestDifference([1, Number.NaN, 3], [1, 1, 3])).toBeNaN();
  expect(largestDifference([1], [1, 2])).toBeNaN();
});

test('autocorrelation is near 1 for a slow series and near −1 for an alternating one', () => {
  const slow = Array.from({ length: 100 }, (_, i) => i);
  const alternating = slow.map((i) => (i % 2 === 0 ? 1 : -1));
  expect(autocorrelation(slow)).toBeCloseTo(0.97, 2);
  expect(autocorrelation(alternating)).toBeCloseTo(-0.99, 2);
});

test('a line through points on a line is that line', () => {
  expect(fitLine([0, 1, 2], [1, 3, 5])).toEqual({ slope: 2, intercept: 1, rSquared: 1 });
});

test('the longest rise skips what falls, and does not count equal values twice', () => {
  expect(longestRise([1, 3, 2, 4])).toBe(3);
  expect(longestRise([2, 2, 1])).toBe(1);
  expect(longestRise([])).toBe(0);
});
