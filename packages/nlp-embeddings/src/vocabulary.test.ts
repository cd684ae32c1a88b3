import { DataError } from '@kasane/tensor-core';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { Vocabulary, type VocabularyJSON } from './vocabulary.ts';

const words = fc.array(fc.constantFrom('a', 'b', 'c', 'toString', '', '長い', '<unk>'));

describe('Vocabulary', () => {
  it('gives special tokens the first ids, in the order pad, bos, eos, unk, additional', () => {
    const vocabulary = new Vocabulary(['x'], {
      specialTokens: { unk: '?', pad: '_', additional: ['|'] },
    });
    expect(vocabulary.tokens).toEqual(['_', '?', '|', 'x']);
    expect([vocabulary.padId, vocabulary.unkId, vocabulary.id('x')]).toEqual([0, 1, 3]);
    expect(vocabulary.specialIds).toEqual(new Set([0, 1, 2]));
  });

  it('orders counted tokens by frequency, then by first appearance', () => {
    const vocabulary = Vocabulary.from([['z', 'b', 'a'], ['a', 'b'], ['c']], { specialTokens: {} });
    expect(vocabulary.tokens).toEqual(['b', 'a', 'z', 'c']);
    expect(vocabulary.counts).toEqual([2, 2, 1, 1]);
  });

  it('leaves out what is rarer than minCount and what maxSize has no room for', () => {
    const sentences = [['a', 'a', 'a', 'b', 'b', 'c']];
    expect(Vocabulary.from(sentences, { minCount: 2, specialTokens: {} }).tokens).toEqual([
      'a',
      'b',
    ]);
    const small = Vocabulary.from(sentences, { maxSize: 3, specialTokens: { pad: '_', unk: '?' } });
    expect(small.tokens).toEqual(['_', '?', 'a']);
    expect(Vocabulary.from(sentences, { maxSize: 4 }).size).toBe(4);
    expect(() => Vocabulary.from(sentences, { maxSize: 3 })).toThrow(
      /maxSize must be a whole number ≥ 4, got 3/,
    );
  });

  it('does not count special tokens that stand in the sentences', () => {
    const vocabulary = Vocabulary.from([['<s>', 'a', '</s>']]);
    expect(vocabulary.tokens.slice(4)).toEqual(['a']);
    expect(vocabulary.counts).toEqual([0, 0, 0, 0, 1]);
  });

  it('gives unknown tokens the id of unk, and names them where there is none', () => {
    expect(new Vocabulary(['a']).encode(['a', 'b'])).toEqual([4, 3]);
    const plain = new Vocabulary(['a'], { specialTokens: {} });
    expect(() => plain.encode(['b'])).toThrow(/no token "b" and no unk/);
    expect(() => plain.padId).toThrow(/no pad token; name one in specialTokens/);
    expect(() => plain.encode(['a'], { eos: true })).toThrow(/no eos token/);
  });

  it('decodes without special tokens but unk, or with all', () => {
    const vocabulary = new Vocabulary(['a']);
    const ids = [1, 4, 3, 2, 0, 0];
    expect(vocabulary.decode(ids)).toEqual(['a', '<unk>']);
    expect(vocabulary.decode(ids, { skipSpecialTokens: false })).toHaveLength(6);
    for (const id of [5, -1, 0.5, Number.NaN]) {
      expect(() => vocabulary.decode([id])).toThrow(/id must be from 0 to 4/);
    }
  });

  it('encodes and decodes known tokens to themselves, whatever their names', () => {
    fc.assert(
      fc.property(words, (tokens) => {
        const vocabulary = Vocabulary.from([tokens]);
        expect(vocabulary.decode(vocabulary.encode(tokens))).toEqual(tokens);
        expect(vocabulary.has('constructor')).toBe(false);
      }),
    );
  });

  it('comes back from JSON as it was', () => {
    fc.assert(
      fc.property(fc.array(words), (sentences) => {
        const vocabulary = Vocabulary.from(sentences, { maxSize: 7 });
        const text = JSON.stringify(vocabulary);
        expect(Vocabulary.fromJSON(JSON.parse(text) as VocabularyJSON)).toEqual(vocabulary);
      }),
    );
  });

  it('refuses JSON that is no vocabulary', () => {
    const good = new Vocabulary(['a']).toJSON();
    const broken: unknown[] = [
      null,
      [],
      {},
      { ...good, tokens: 'a' },
      { ...good, tokens: [1] },
      { ...good, counts: [1, 2] },
      { ...good, counts: [-1] },
      { ...good, specialTokens: null },
      { ...good, tokens: ['<s>'] },
    ];
    for (const json of broken) {
      expect(() => Vocabulary.fromJSON(json as VocabularyJSON)).toThrow(DataError);
    }
  });

  it('refuses texts in the place of tokens, tokens that come twice, and counts that do not fit', () => {
    expect(() => new Vocabulary('abc')).toThrow(/expected a list of tokens, got 'abc'/);
    expect(() => Vocabulary.from(['a b', 'c d'])).toThrow(/expected a list of tokens, got 'a b'/);
    expect(() => new Vocabulary(['a', 'a'])).toThrow(/"a" comes twice, as 4 and as 5/);
    expect(() => new Vocabulary(['a'], { counts: [] })).toThrow(/as many as tokens, 1, got 0/);
    const numbers = [1, 2] as unknown as string[]; // as plain JavaScript may have them
    expect(() => new Vocabulary(numbers)).toThrow(/tokens must be strings, got 1/);
  });
});
