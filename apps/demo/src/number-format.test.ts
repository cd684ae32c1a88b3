import { expect, test } from 'vitest';
import { formatNumber } from './number-format.ts';

test.each([
  [0, '0'],
  [10_000, '10,000'],
  [-3, '-3'],
  [0.0087246, '0.008725'],
  [2.9977, '2.998'],
  [1234.5678, '1,235'],
  [3.1e-9, '3.1e-9'],
  [-2.5e9 - 0.5, '-2.5e9'],
  [Number.NaN, 'NaN'],
  [Number.NEGATIVE_INFINITY, '-Infinity'],
])('%d reads %s', (value, text) => {
  expect(formatNumber(value)).toBe(text);
});
