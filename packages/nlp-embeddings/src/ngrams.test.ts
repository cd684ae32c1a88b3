import { describe, expect, it } from 'vitest';
import { ngrams } from './ngrams.ts';

describe('ngrams', () => {
  it('are all runs of n tokens', () => {
    expect(ngrams(['a', 'b', 'c'], 1)).toEqual([['a'], ['b'], ['c']]);
    expect(ngrams(['a', 'b', 'c'], 3)).toEqual([['a', 'b', 'c']]);
    expect(ngrams(['a', 'b'], 3)).toEqual([]);
    expect(ngrams([], 1)).toEqual([]);
  });

  it('are padded on the sides that have a symbol', () => {
    expect(ngrams(['a', 'b'], 3, { padLeft: '<', padRight: '>' })).toEqual([
      ['<', '<', 'a'],
      ['<', 'a', 'b'],
      ['a', 'b', '>'],
      ['b', '>', '>'],
    ]);
  });

  it('want a whole n', () => {
    for (const n of [0, 1.5, Number.NaN]) {
      expect(() => ngrams(['a'], n)).toThrow(/n must be a whole number ≥ 1/);
    }
  });
});
