import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { distinctN } from './distinct-n.ts';
import { characterErrorRate, editDistance, wordErrorRate } from './edit-distance.ts';
import { perplexity } from './perplexity.ts';

const sequence = fc.array(fc.integer({ min: 0, max: 2 }), { maxLength: 7 });

/** By the definition: what is cheapest for the last items. */
function byDefinition(a: readonly number[], b: readonly number[]): number {
  if (a.length === 0 || b.length === 0) return a.length + b.length;
  const [restA, restB] = [a.slice(0, -1), b.slice(0, -1)];
  return Math.min(
    byDefinition(restA, restB) + Number(a.at(-1) !== b.at(-1)),
    byDefinition(restA, b) + 1,
    byDefinition(a, restB) + 1,
  );
}

describe('editDistance', () => {
  it('is the cheapest of all ways', () => {
    fc.assert(
      fc.property(sequence, sequence, (a, b) => {
        expect(editDistance(a, b)).toBe(byDefinition(a, b));
      }),
      { numRuns: 50 },
    );
  });

  it('is a metric', () => {
    fc.assert(
      fc.property(sequence, sequence, sequence, (a, b, c) => {
        expect(editDistance(a, b)).toBe(editDistance(b, a));
        expect(editDistance(a, c)).toBeLessThanOrEqual(editDistance(a, b) + editDistance(b, c));
        expect(editDistance(a, a)).toBe(0);
      }),
    );
  });

  it('takes a character of two units for one', () => {
    expect(editDistance('𠮷野', '吉野')).toBe(1);
  });

  it('refuses what is no sequence', () => {
    const number: unknown = 3;
    expect(() => editDistance(number as string, 'a')).toThrow('strings or arrays, got 3');
  });
});

describe('error rates', () => {
  it('sum edits over the corpus before they divide', () => {
    expect(wordErrorRate(['a b c', 'x'], ['a b d', 'y'])).toBe(0.5);
    expect(wordErrorRate([' a  b ', ''], ['a b', 'c d'])).toBe(0.5);
    expect(characterErrorRate(['ab c'], ['abc'])).toBeCloseTo(1 / 3, 12);
  });

  it('are above 1 for what is far too long', () => {
    expect(wordErrorRate(['a b c d'], ['a'])).toBe(3);
  });

  it('refuse lists that do not fit and references without words', () => {
    expect(() => wordErrorRate(['a'], [])).toThrow('as many references as hypotheses, got 0 and 1');
    expect(() => characterErrorRate([''], [''])).toThrow(
      'a character at least, got none in 1 lines',
    );
    const text: unknown = 'a';
    expect(() => wordErrorRate(text as string[], ['a'])).toThrow('Write [line].');
  });
});

describe('distinctN', () => {
  it('counts n-grams per n-gram, over all texts', () => {
    expect(distinctN(['a a a a'], 1)).toBe(0.25);
    expect(distinctN(['a b', 'b a', 'a b'], 2)).toBeCloseTo(2 / 3, 12);
    expect(
      distinctN(
        [
          [1, 12],
          [11, 2],
        ],
        2,
      ),
    ).toBe(1);
  });

  it('is 0 where nothing is long enough', () => {
    expect(distinctN(['a', ''], 2)).toBe(0);
    expect(distinctN([], 1)).toBe(0);
  });

  it('refuses n below 1 and a text by itself', () => {
    expect(() => distinctN(['a'], 0)).toThrow('n must be a whole number ≥ 1, got 0.');
    const text: unknown = 'a';
    expect(() => distinctN(text as string[], 1)).toThrow('Write [sequence].');
  });
});

describe('perplexity', () => {
  it('of k equally likely tokens is k', () => {
    expect(perplexity(new Float64Array(9).fill(-Math.log(7)))).toBeCloseTo(7, 12);
  });

  it('is Infinity for the impossible, NaN for nothing', () => {
    expect(perplexity([-1, -Infinity])).toBe(Infinity);
    expect(perplexity([])).toBeNaN();
  });

  it('refuses negated logarithms', () => {
    expect(() => perplexity([-1, 2])).toThrow('must be ≤ 0, got 2 at 1. Pass log p, not -log p.');
  });
});
