import { describe, expect, it } from 'vitest';
import { WordLevel } from '../models/word-level.ts';
import { Tokenizer } from '../tokenizer.ts';
import { fromTokens, IntlSegmenter, Segmented, type Segmenter } from './segmenter.ts';

const text = '図書館で本を読む。\n深層学習は楽しい！ 次は?';

/** Texts that segmenters were asked for. */
function asked(given: string): string[] {
  const all: string[] = [];
  const native = Intl.Segmenter.prototype.segment;
  const spy = (input: string): Intl.Segments => {
    all.push(input);
    return native.call(new Intl.Segmenter('ja', { granularity: 'word' }), input);
  };
  Object.defineProperty(Intl.Segmenter.prototype, 'segment', {
    value: spy,
    configurable: true,
    writable: true,
  });
  try {
    new IntlSegmenter('ja').segment(given);
  } finally {
    Object.defineProperty(Intl.Segmenter.prototype, 'segment', {
      value: native,
      configurable: true,
      writable: true,
    });
  }
  return all;
}

describe('IntlSegmenter', () => {
  it('finds the words of Japanese, and loses no character', () => {
    const words = new IntlSegmenter('ja').segment(text);
    expect(words.join('')).toBe(text);
    expect(words).toContain('図書館');
    expect(words).toContain('読む');
  });

  it('is asked for a sentence at a time, and for 1,000 characters of what does not end', () => {
    expect(asked(text).filter((one) => one !== '')).toEqual([
      '図書館で本を読む。\n',
      '深層学習は楽しい！',
      ' 次は?',
    ]);
    const parts = asked('本'.repeat(2500)).filter((one) => one !== '');
    expect(parts.map((one) => one.length)).toEqual([1000, 1000, 500]);
  });

  it('never parts a character of two units', () => {
    const parts = asked('𠮷'.repeat(2100));
    expect(parts.join('')).toBe('𠮷'.repeat(2100));
    for (const part of parts) expect(part.isWellFormed()).toBe(true);
  });

  it('gives nothing for nothing', () => {
    expect(new IntlSegmenter().segment('')).toEqual([]);
  });
});

describe('Segmented', () => {
  // As TinySegmenter's class: a method that gives the words.
  const characters: Segmenter = { segment: (given) => [...given] };

  it('splits as the segmenter does, white space left out, and knows where each word stands', () => {
    const pieces = new Segmented(characters).preTokenizeStr('本 𠮷\n。');
    expect(pieces).toEqual([
      ['本', [0, 1]],
      ['𠮷', [2, 4]],
      ['。', [5, 6]],
    ]);
  });

  it('takes words whose white space the segmenter left out', () => {
    const words: Segmenter = { segment: (given) => given.split(' ').filter((one) => one !== '') };
    expect(new Segmented(words).preTokenizeStr(' ab  c')).toEqual([
      ['ab', [1, 3]],
      ['c', [5, 6]],
    ]);
  });

  it('is a stage of a tokenizer', () => {
    const tokenizer = new Tokenizer(new WordLevel({ '<unk>': 0, 図書館: 1, 本: 2 }), {
      preTokenizer: new Segmented(new IntlSegmenter('ja')),
    });
    const { ids, offsets } = tokenizer.encode('図書館の本');
    expect(ids).toEqual([1, 0, 2]);
    expect(offsets).toEqual([
      [0, 3],
      [3, 4],
      [4, 5],
    ]);
    expect(() => JSON.stringify(tokenizer)).toThrow(/tokenizer\.json/);
  });

  it('refuses words that are not those of the text, and what is no segmenter', () => {
    const upper: Segmenter = { segment: (given) => [given.toUpperCase()] };
    expect(() => new Segmented(upper).preTokenizeStr('ab')).toThrow(
      /the segmenter gave "AB", but the text goes on with "ab"/,
    );
    const skips: Segmenter = { segment: (given) => [given.slice(1)] };
    expect(() => new Segmented(skips).preTokenizeStr('ab')).toThrow(/gave "b", but/);
    const stops: Segmenter = { segment: (given) => [given.slice(0, 1)] };
    expect(() => new Segmented(stops).preTokenizeStr('ab ')).toThrow(
      /gave no more words, but the text goes on with "b "/,
    );
    const none = {} as Segmenter; // as plain JavaScript may have it
    expect(() => new Segmented(none)).toThrow(/must have a method segment\(text\)/);
  });
});

describe('fromTokens', () => {
  it('takes the words of objects, and names the fields there are', () => {
    const tokens = (given: string): object[] => [...given].map((surface) => ({ surface, cost: 1 }));
    expect(fromTokens(tokens).segment('本を')).toEqual(['本', 'を']);
    expect(() => fromTokens(tokens, 'text').segment('本')).toThrow(
      /the field "text" of a token must be a string, got undefined; it has surface, cost/,
    );
  });
});
