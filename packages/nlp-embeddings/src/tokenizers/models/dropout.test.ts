import { Generator } from '@kasane/tensor-core';
import { describe, expect, it } from 'vitest';
import { ByteLevel } from '../pre-tokenizers/byte-level.ts';
import { Tokenizer } from '../tokenizer.ts';
import { BPE, type Merge } from './bpe.ts';
import { Unigram } from './unigram.ts';

const vocab = { a: 0, b: 1, c: 2, ab: 3, abc: 4 };
const merges: Merge[] = [
  ['a', 'b'],
  ['ab', 'c'],
];

/** How often each way to write a text was drawn. */
function drawn(draw: () => readonly string[], times: number): Map<string, number> {
  const counts = new Map<string, number>();
  for (let i = 0; i < times; i++) {
    const way = draw().join(' ');
    counts.set(way, (counts.get(way) ?? 0) + 1);
  }
  return counts;
}

/** Pearson's χ² of counts against probabilities, which must be those of all that was drawn. */
function chiSquare(counts: Map<string, number>, wanted: Record<string, number>): number {
  expect([...counts.keys()].filter((way) => !(way in wanted))).toEqual([]);
  const times = [...counts.values()].reduce((a, b) => a + b, 0);
  return Object.entries(wanted).reduce((sum, [way, p]) => {
    return sum + ((counts.get(way) ?? 0) - times * p) ** 2 / (times * p);
  }, 0);
}

describe('dropout of BPE', () => {
  it('passes each merge over with its probability', () => {
    const p = 0.3;
    const model = new BPE(vocab, merges, { dropout: p, generator: new Generator(1) });
    const counts = drawn(() => model.tokenize('abc').tokens, 4000);
    const wanted = { 'a b c': p, 'ab c': (1 - p) * p, abc: (1 - p) ** 2 };
    expect(chiSquare(counts, wanted)).toBeLessThan(13.8); // p = 0.001 with 2 degrees of freedom
  });

  it('tries merges that were passed over again once another was made', () => {
    const p = 0.5;
    const model = new BPE(vocab, merges, { dropout: p, generator: new Generator(2) });
    const counts = drawn(() => model.tokenize('abab').tokens, 4000);
    // The second is made at p²(1 - p) + ...: of two pairs the first accepted one lets the other be tried once more.
    const wanted = {
      'a b a b': p * p,
      'ab a b': (1 - p) * p,
      'a b ab': p * (1 - p) * p,
      'ab ab': (1 - p) * (1 - p) + p * (1 - p) * (1 - p),
    };
    expect(chiSquare(counts, wanted)).toBeLessThan(16.3); // 3 degrees of freedom
  });

  it('is all characters at 1, the merges at 0', () => {
    const generator = new Generator(1);
    const none = new BPE(vocab, merges, { dropout: 1, generator });
    expect(none.tokenize('abc').tokens).toEqual(['a', 'b', 'c']);
    expect(new BPE(vocab, merges, { dropout: 0 }).tokenize('abc').tokens).toEqual(['abc']);
  });

  it('gives the same for the same seed', () => {
    const words = (seed: number): string[] => {
      const model = new BPE(vocab, merges, { dropout: 0.5, generator: new Generator(seed) });
      return Array.from({ length: 50 }, () => model.tokenize('abcab').tokens.join(' '));
    };
    expect(words(3)).toEqual(words(3));
    expect(words(3)).not.toEqual(words(4));
  });

  it('needs a generator, and a probability', () => {
    expect(() => new BPE(vocab, merges, { dropout: 0.1 }).tokenize('ab')).toThrow(
      /BPE: a dropout of 0\.1 needs a generator/,
    );
    expect(() => new BPE(vocab, merges, { dropout: 1.1 })).toThrow(/dropout must be from 0 to 1/);
    expect(() => new BPE(vocab, merges, { dropout: Number.NaN })).toThrow(/dropout/);
  });
});

describe('sampling of Unigram', () => {
  const pieces: [string, number][] = [
    ['<unk>', 0],
    ['a', -1],
    ['b', -2],
    ['ab', -2.5],
    ['c', -1.5],
    ['bc', -2],
  ];
  const ways = { 'a b c': -4.5, 'ab c': -4, 'a bc': -3 };

  it.each([1, 0.3])('draws ways with their probabilities to the power %d', (alpha) => {
    const generator = new Generator(5);
    const model = new Unigram(pieces, { unkId: 0, alpha, generator });
    const weights = Object.entries(ways).map(
      ([way, score]) => [way, Math.exp(alpha * score)] as const,
    );
    const total = weights.reduce((sum, [, weight]) => sum + weight, 0);
    const wanted = Object.fromEntries(weights.map(([way, weight]) => [way, weight / total]));
    const counts = drawn(() => model.tokenize('abc').tokens, 4000);
    expect(chiSquare(counts, wanted)).toBeLessThan(13.8);
  });

  it('draws from the best ways only, if so many are asked for', () => {
    const model = new Unigram(pieces, {
      unkId: 0,
      alpha: 1,
      nbestSize: 2,
      generator: new Generator(1),
    });
    const share = 1 / (1 + Math.exp(-1));
    const counts = drawn(() => model.tokenize('abc').tokens, 4000);
    expect(chiSquare(counts, { 'a bc': share, 'ab c': 1 - share })).toBeLessThan(10.8);
  });

  it('gives the score of what it drew', () => {
    const model = new Unigram(pieces, { unkId: 0 });
    const { tokens, score } = model.sample('abc', { generator: new Generator(1) });
    expect(score).toBeCloseTo(ways[tokens.tokens.join(' ') as keyof typeof ways], 12);
  });

  it('needs a generator', () => {
    expect(() => new Unigram(pieces, { alpha: 0.1 }).tokenize('ab')).toThrow(/needs a generator/);
  });
});

describe('tokens that are kept with words', () => {
  const bytes = { preTokenizer: new ByteLevel({ addPrefixSpace: false }) };
  const known = new Tokenizer(new BPE(vocab, merges), bytes);

  it('are those of the model that is there now', () => {
    const { model } = known;
    expect(known.encode('abc').tokens).toEqual(['abc']);
    known.model = new BPE(vocab, merges.slice(0, 1));
    expect(known.encode('abc').tokens).toEqual(['ab', 'c']);
    known.model = model;
    expect(known.encode('abc').tokens).toEqual(['abc']);
  });

  it('are drawn anew with dropout', () => {
    const model = new BPE(vocab, merges, { dropout: 0.5, generator: new Generator(1) });
    const tokenizer = new Tokenizer(model, bytes);
    const ways = drawn(() => tokenizer.encode('abc').tokens, 50);
    expect([...ways.keys()].sort()).toEqual(['a b c', 'ab c', 'abc']);
  });
});
