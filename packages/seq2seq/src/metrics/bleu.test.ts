import { DataError } from '@kasane/tensor-core';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { BLEU, type BLEUOptions } from './bleu.ts';

const words = fc.array(fc.constantFrom('a', 'b', 'c', 'd'), { minLength: 4, maxLength: 12 });
const line = words.map((list) => list.join(' '));

describe('BLEU', () => {
  it('gives 100 to what is a reference, whatever the others are', () => {
    fc.assert(
      fc.property(line, line, (hypothesis, other) => {
        const { score } = new BLEU().corpusScore([hypothesis], [[other], [hypothesis]]);
        expect(score).toBeCloseTo(100, 9);
      }),
    );
  });

  it('does not depend on the order of the sentences', () => {
    const pairs = fc.array(fc.tuple(line, line), { minLength: 1, maxLength: 6 });
    const score = (list: readonly (readonly [string, string])[]): string =>
      new BLEU()
        .corpusScore(
          list.map(([one]) => one),
          [list.map(([, reference]) => reference)],
        )
        .toString();
    fc.assert(
      fc.property(pairs, (list) => {
        expect(score(list.toReversed())).toBe(score(list));
      }),
    );
  });

  it('writes its settings into the signature', () => {
    const bleu = new BLEU({ lowercase: true, tokenize: 'intl', smoothMethod: 'floor' });
    const score = bleu.corpusScore(
      ['a b', 'c'],
      [
        ['a b', 'c'],
        [null, 'd'],
      ],
    );
    expect(score.format({ signature: true, width: 1 })).toBe(
      'BLEU|nrefs:var|case:lc|eff:no|tok:intl|smooth:floor[0.10]|version:kasane-1 = 0.0 100.0/100.0/0.0/0.0 (BP = 1.000 ratio = 1.000 hyp_len = 3 ref_len = 3)',
    );
  });
});

describe('BLEU refuses', () => {
  const bleu = new BLEU();
  it.each([
    [
      { smoothMethod: 'exp', smoothValue: 1 },
      "smoothMethod 'exp' has no smoothValue, got 1. Leave it out",
    ],
    [{ smoothMethod: 'floor', smoothValue: 0 }, 'smoothValue must be above 0, got 0.'],
    [{ maxNgramOrder: 0 }, 'maxNgramOrder must be a whole number ≥ 1, got 0.'],
    // What plain JavaScript may give.
    [
      { tokenize: 'ja-mecab' as 'none' },
      "tokenize must be one of '13a', 'char', 'intl', 'none', 'zh', got 'ja-mecab'.",
    ],
    [{ smooth: 'exp' } as BLEUOptions, 'there is no option "smooth"; did you mean'],
  ] satisfies [BLEUOptions, string][])('the options %j', (options, message) => {
    expect(() => new BLEU(options)).toThrow(message);
  });

  it('corpora whose lists do not fit', () => {
    const set = ['x', 'y'];
    expect(() => bleu.corpusScore(['x'], [set])).toThrow(
      'BLEU: set 0 of the references has 2 sentences for 1 hypotheses; every set needs one for each, or null.',
    );
    expect(() => bleu.corpusScore([], [])).toThrow('BLEU: there are no hypotheses to score.');
    expect(() => bleu.corpusScore(set, [])).toThrow('BLEU: there are no references to score by.');
    expect(() => bleu.corpusScore(set, [['x', null]])).toThrow(
      'BLEU: hypothesis 1 has no reference',
    );
    expect(() => bleu.sentenceScore('x', [])).toThrow(DataError);
  });

  it('text in the wrong place', () => {
    const text: unknown = 'a line';
    expect(() => bleu.sentenceScore('a', text as string[])).toThrow('Write [reference].');
    expect(() => bleu.corpusScore(text as string[], [['a']])).toThrow('an array of strings');
    expect(() => bleu.corpusScore(['a'], [text as string[]])).toThrow(
      'For one set write [references].',
    );
  });
});
