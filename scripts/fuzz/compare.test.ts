import { describe, expect, it } from 'vitest';
import { bitDifference, faceDifference, valueDifference, type Truth } from './compare.ts';
import type { Outcome } from './evaluate.ts';

const outcome = (...values: number[]): Outcome => ({
  results: [
    {
      label: 'value',
      shape: [values.length],
      dtype: 'float32',
      data: Float32Array.from(values),
    },
  ],
  notes: '',
  error: null,
  touched: null,
  fallback: null,
});
const failed = (name: string, message: string): Outcome => ({
  ...outcome(),
  results: [],
  error: { name, message },
});
/** What float64 gives for inputs, and what for those moved a little. */
const truth = (values: number[], moved: number[] = values, more: Partial<Truth> = {}): Truth => {
  const inDouble = (list: number[]): Outcome => ({
    ...outcome(),
    results: [
      { label: 'value', shape: [list.length], dtype: 'float64', data: Float64Array.from(list) },
    ],
  });
  return {
    exact: inDouble(values),
    double: false,
    spread: { value: 0, gradient: 0 },
    size: 1,
    rounded: inDouble(values),
    around: () => [inDouble(moved)],
    ...more,
  };
};

describe('faceDifference', () => {
  it('wants the same class and message of errors', () => {
    const want = failed('ShapeError', 'add: …');
    expect(faceDifference(failed('ShapeError', 'add: …'), want)).toBeNull();
    expect(faceDifference(failed('ShapeError', 'sub: …'), want)?.kind).toBe('another error');
    expect(faceDifference(failed('RangeError', 'add: …'), want)?.kind).toBe('another error');
    expect(faceDifference(outcome(1), want)?.kind).toBe('no error');
    expect(faceDifference(want, outcome(1))?.kind).toBe('error');
  });

  it('wants the same shapes', () => {
    expect(faceDifference(outcome(1), outcome(1, 2))?.kind).toBe('value shape');
  });
});

describe('bitDifference', () => {
  it('tells -0 from 0, and takes NaN for NaN', () => {
    expect(bitDifference(outcome(NaN, 1), outcome(NaN, 1))).toBeNull();
    expect(bitDifference(outcome(-0), outcome(0))?.detail).toBe(
      'value, element 0 is -0 instead of 0',
    );
    expect(bitDifference(outcome(1 + 2 ** -23), outcome(1))?.kind).toBe('value bits');
  });
});

describe('valueDifference', () => {
  it('allows some units in the last place, of small numbers, too', () => {
    expect(valueDifference(outcome(1 + 1e-6), truth([1]))).toBeNull();
    expect(valueDifference(outcome(1 + 1e-4), truth([1]))?.kind).toBe('value value');
    expect(valueDifference(outcome(0), truth([1e-30]))?.kind).toBe('value value');
  });

  it('wants infinities where float32 has them, and NaN where float64 has it', () => {
    expect(valueDifference(outcome(Infinity, 0), truth([1e300, 1e-300]))).toBeNull();
    expect(valueDifference(outcome(Infinity), truth([1e30]))?.kind).toBe('value non-finite');
    expect(valueDifference(outcome(1), truth([NaN]))?.kind).toBe('value non-finite');
    expect(valueDifference(outcome(-Infinity), truth([Infinity]))?.kind).toBe('value non-finite');
  });

  it('allows what inputs that are moved a little would give', () => {
    expect(valueDifference(outcome(0.1), truth([0], [0.05]))).toBeNull();
    expect(valueDifference(outcome(0.3), truth([0], [0.05]))?.kind).toBe('value value');
  });

  it('measures what is made of sums and products by the largest result', () => {
    const sums = { spread: { value: 1, gradient: 1 } };
    expect(valueDifference(outcome(1e-7, 1), truth([0, 1], [0, 1], sums))).toBeNull();
    expect(valueDifference(outcome(1e-7, 1), truth([0, 1]))?.kind).toBe('value value');
    expect(valueDifference(outcome(1e-4, 1), truth([0, 1], [0, 1], sums))).not.toBeNull();
  });
});
