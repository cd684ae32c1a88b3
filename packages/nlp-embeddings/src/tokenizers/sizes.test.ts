/** How Hugging Face's tokenizers cut encodings and fill them up. */
import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import type { Encoding } from './encoding.ts';
import { WordLevel } from './models/word-level.ts';
import { BertProcessing } from './post-processors/processors.ts';
import { WhitespaceSplit } from './pre-tokenizers/split.ts';
import type { Side } from './encoding.ts';
import { Tokenizer } from './tokenizer.ts';

interface Truncating {
  max_length: number;
  stride?: number;
  direction?: Side;
  strategy?: 'longest_first' | 'only_first' | 'only_second';
}

interface Padding {
  length?: number;
  direction?: Side;
  pad_type_id?: number;
  pad_id?: number;
  pad_token?: string;
  pad_to_multiple_of?: number;
}

interface Fixture {
  words: string[];
  pairs: [string, string | null][];
  truncations: { special: boolean; options: Truncating; results: (string[] | null)[] }[];
  paddings: {
    options: Padding;
    truncation: Truncating | null;
    batch: string[];
    results: string[][];
  }[];
}

const url = new URL('../../test/fixtures/tokenizers/sizes.json', import.meta.url);
// Written by sizes.py beside it.
const fixture = JSON.parse(readFileSync(url, 'utf8')) as Fixture;
const { words, pairs, truncations, paddings } = fixture;

const strategies = {
  longest_first: 'longestFirst',
  only_first: 'onlyFirst',
  only_second: 'onlySecond',
} as const;

function made(special: boolean): Tokenizer {
  const vocab = words.map((word, id) => [word, id] as const);
  return new Tokenizer(new WordLevel(vocab, { unkToken: '[PAD]' }), {
    preTokenizer: new WhitespaceSplit(),
    postProcessor: special ? new BertProcessing(['[SEP]', 2], ['[CLS]', 1]) : null,
  });
}

function truncates(tokenizer: Tokenizer, options: Truncating): void {
  const { max_length: maxLength, stride = 0, direction = 'right' } = options;
  const strategy = strategies[options.strategy ?? 'longest_first'];
  tokenizer.enableTruncation(maxLength, { stride, direction, strategy });
}

function part(one: Encoding): string {
  const marked = one.tokens.map((token, i) => {
    const sequence = one.sequenceIds[i] ?? '-';
    return `${token}:${one.typeIds[i]}${sequence}${one.specialTokensMask[i]}${one.attentionMask[i]}`;
  });
  return marked.join(' ');
}

function written(one: Encoding): string[] {
  return [part(one), ...one.overflowing.map(part)];
}

/** Theirs forgets of some parts that overflow which text they are of. */
function overflowing(parts: string, i: number): string {
  return i === 0 ? parts : parts.replace(/:(.)[-01](..)/g, ':$1$2');
}

describe('truncation', () => {
  const titled = truncations.map((one) => {
    const title = `${JSON.stringify(one.options)}${one.special ? ' and special tokens' : ''}`;
    return [title, one] as const;
  });
  it.each(titled)('cuts as Hugging Face: %s', (_, { special, options, results }) => {
    const tokenizer = made(special);
    truncates(tokenizer, options);
    for (const [i, [text, pair]] of pairs.entries()) {
      const encode = (): string[] =>
        written(pair === null ? tokenizer.encode(text) : tokenizer.encode(text, { pair }));
      const wanted = results[i]!;
      if (wanted === null) expect(encode).toThrow(RangeError);
      else expect(encode().map(overflowing)).toEqual(wanted.map(overflowing));
    }
  });

  it('refuses what leaves no room for progress, with the numbers', () => {
    const tokenizer = made(true);
    expect(() => tokenizer.enableTruncation(4, { stride: 4 })).toThrow(
      /enableTruncation: stride must be .* 3, got 4/,
    );
    expect(() => tokenizer.enableTruncation(-1)).toThrow(/maxLength/);
    const wrong = 'longest' as 'longestFirst'; // as plain JavaScript may have it
    expect(() => tokenizer.enableTruncation(4, { strategy: wrong })).toThrow(
      /strategy must be one of longestFirst, onlyFirst, onlySecond, got 'longest'/,
    );
    tokenizer.enableTruncation(4, { stride: 2 });
    expect(() => tokenizer.encode('a b c d e')).toThrow(
      /2 tokens are left of maxLength 4, which is no more than the stride of 2/,
    );
    tokenizer.enableTruncation(4, { strategy: 'onlySecond' });
    expect(() => tokenizer.encode('a b c d e')).toThrow(/the second text, .* has none/);
  });

  it('asks nothing of the stride where a text of two stays whole', () => {
    const tokenizer = made(false).enableTruncation(4, { stride: 1 });
    const { tokens, overflowing } = tokenizer.encode('a', { pair: 'b c d e' });
    expect(tokens).toEqual(['a', 'b', 'c', 'd']);
    expect(overflowing.map((one) => one.tokens)).toEqual([['a', 'd', 'e']]);
  });

  it('ends with noTruncation', () => {
    const tokenizer = made(false).enableTruncation(2);
    expect(tokenizer.encode('a b c').length).toBe(2);
    expect(tokenizer.noTruncation().encode('a b c').length).toBe(3);
    expect(tokenizer.truncation).toBeNull();
  });
});

describe('padding', () => {
  const titled = paddings.map((one) => {
    const { options, truncation } = one;
    const title = JSON.stringify(truncation === null ? options : { ...options, truncation });
    return [title, one] as const;
  });
  it.each(titled)('fills up as Hugging Face: %s', (_, { options, truncation, batch, results }) => {
    const tokenizer = made(true);
    tokenizer.enablePadding({
      length: options.length ?? null,
      direction: options.direction ?? 'right',
      padTypeId: options.pad_type_id ?? 0,
      padId: options.pad_id ?? 0,
      padToken: options.pad_token ?? '[PAD]',
      padToMultipleOf: options.pad_to_multiple_of ?? null,
    });
    if (truncation !== null) truncates(tokenizer, truncation);
    expect(tokenizer.encodeBatch(batch).map(written)).toEqual(results);
    const again = Tokenizer.fromJSON(JSON.stringify(tokenizer));
    expect(again.encodeBatch(batch).map(written)).toEqual(results);
  });

  it('refuses lengths and ids that are no whole numbers', () => {
    const tokenizer = made(true);
    expect(() => tokenizer.enablePadding({ length: -1 })).toThrow(/enablePadding: length/);
    expect(() => tokenizer.enablePadding({ padToMultipleOf: 0 })).toThrow(/padToMultipleOf/);
    expect(() => tokenizer.enablePadding({ padId: 0.5 })).toThrow(/padId/);
  });

  it('ends with noPadding', () => {
    const tokenizer = made(false).enablePadding({ length: 5 });
    expect(tokenizer.encode('a').length).toBe(5);
    expect(tokenizer.noPadding().encode('a').length).toBe(1);
    expect(tokenizer.padding).toBeNull();
  });
});
