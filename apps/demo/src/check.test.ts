import { describe, expect, test } from 'vitest';
import { check } from './check.ts';

describe('a check on a number', () => {
  test.each([
    ['< 0.02', check(12, 'loss', 0.0199).below(0.02), true],
    ['< 0.02', check(12, 'loss', 0.02).below(0.02), false],
    ['> 0.5', check(12, 'loss', 0.5).above(0.5), false],
    ['≤ 1', check(12, 'loss', 1).atMost(1), true],
    ['≥ 0.95', check(12, 'share', 0.949).atLeast(0.95), false],
    ['0.5 to 0.85', check(12, 'share', 0.85).between(0.5, 0.85), true],
    ['3 ± 0.08', check(12, 'weight', 2.93).near(3, 0.08), true],
    ['3 ± 0.08', check(12, 'weight', 3.09).near(3, 0.08), false],
    [10, check(12, 'gradient', 10).equals(10), true],
    [10, check(12, 'gradient', 10.000001).equals(10), false],
  ])('expects %s', (expected, result, holds) => {
    expect(result).toMatchObject({ rows: [12], expected, holds });
  });

  test('never holds for NaN', () => {
    const nan = check(1, 'loss', Number.NaN);
    const results = [nan.below(1), nan.above(1), nan.atMost(1), nan.atLeast(1), nan.between(0, 1)];
    expect([...results, nan.near(0, 1), nan.equals(Number.NaN)].map((one) => one.holds)).toEqual(
      Array.from({ length: 7 }, () => false),
    );
  });
});

test('a check on a word or a truth value compares it exactly and keeps what was measured', () => {
  expect(check([1, 2], 'pattern', 'F T T T').equals('T T T T')).toEqual({
    name: 'pattern',
    rows: [1, 2],
    expected: 'T T T T',
    measured: 'F T T T',
    holds: false,
  });
  expect(check(1, 'same shape', true).equals(true).holds).toBe(true);
});

test('a check on a chart names it with the numbers that it is compared with', () => {
  expect(check(1, 'loss', 0.5).on('loss').below(1)).toMatchObject({ chart: 'loss', bounds: [1] });
  const near = check(1, 'loss', 0.5).on('loss').near(1, 0.25);
  expect(near).toMatchObject({ chart: 'loss', bounds: [0.75, 1.25], holds: false });
  expect(check(1, 'loss', 0.5).below(1)).not.toHaveProperty('bounds');
});
