import { describe, expect, it } from 'vitest';
import { disagreement } from './agreement.ts';

describe('disagreement', () => {
  it('is null for results within one part in a thousand', () => {
    expect(disagreement([1, -250, 1e-9], [1.0009, -250.2, 1.0005e-9])).toBeNull();
    expect(disagreement([0], [0])).toBeNull();
  });

  it('names the first number that differs by more', () => {
    expect(disagreement([1, 0.5, 2], [1, 0.501, 3])).toBe(
      'results disagree: number 2 of 3 is 0.5 against 0.501',
    );
  });

  it('takes a loss that stayed where another fell for a disagreement', () => {
    expect(disagreement([0.25, 0.2], [0.25, 0.25])).not.toBeNull();
  });

  it('never accepts NaN or infinity, on either side or on both', () => {
    for (const bad of [Number.NaN, Number.POSITIVE_INFINITY, Number.NEGATIVE_INFINITY]) {
      expect(disagreement([1], [bad])).toContain('disagree');
      expect(disagreement([bad], [1])).toContain('disagree');
      expect(disagreement([bad], [bad])).toContain('disagree');
    }
  });

  it('wants as many numbers from both sides, and at least one', () => {
    expect(disagreement([1, 2], [1])).toBe('results disagree: 2 numbers against 1');
    expect(disagreement([], [])).toBe('there is nothing to compare');
  });

  it('takes another tolerance', () => {
    expect(disagreement([1], [1.05], 0.1)).toBeNull();
  });
});
