/** Where tokens come from, whatever the text: also of characters that are two units, or several bytes, or several characters. */
import { readFileSync } from 'node:fs';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { ByteLevel as ByteLevelDecoder } from './decoders/decoders.ts';
import type { Json } from './fields.ts';
import { BPE } from './models/bpe.ts';
import { ByteLevel } from './pre-tokenizers/byte-level.ts';
import { Tokenizer } from './tokenizer.ts';

const url = new URL('../../test/fixtures/tokenizers/tokenizers.json', import.meta.url);
// Written by generate.py beside it.
const { cases } = JSON.parse(readFileSync(url, 'utf8')) as {
  cases: { name: string; json: Json }[];
};

// Characters that stages treat in their own ways among any others.
const special = [
  ' ',
  '\n',
  'the',
  'é',
  'e\u0301',
  '深',
  '層',
  'ｶﾞ',
  'ﬁ',
  '🙂',
  '👩‍👩‍👧',
  '𠮷',
  'İ',
  '\0',
  '<s>',
  '[MASK]',
  '12',
  '.',
];
const text = fc
  .array(fc.oneof(fc.constantFrom(...special), fc.string({ unit: 'grapheme', maxLength: 4 })))
  .map((parts) => parts.join(''));

/** Whether a place is between two units of one character. */
function isInside(given: string, at: number): boolean {
  return /[\ud800-\udbff]/.test(given[at - 1] ?? '') && /[\udc00-\udfff]/.test(given[at] ?? '');
}

/** Tokens of bytes, whose characters stand for all 256. */
function bytes(): Tokenizer {
  const vocab = ByteLevel.alphabet().map((char, id) => [char, id] as const);
  return new Tokenizer(new BPE(vocab), {
    preTokenizer: new ByteLevel({ addPrefixSpace: false }),
    decoder: new ByteLevelDecoder(),
  });
}

describe('offsets', () => {
  it.each(cases)('are places between characters of the text: $name', ({ json }) => {
    const tokenizer = Tokenizer.fromJSON(json).noTruncation().noPadding();
    fc.assert(
      fc.property(text, (given) => {
        const { starts, ends, specialTokensMask } = tokenizer.encode(given);
        let last = 0;
        for (const [i, start] of starts.entries()) {
          const end = ends[i]!;
          expect(start).toBeGreaterThanOrEqual(0);
          expect(end).toBeLessThanOrEqual(given.length);
          expect(start).toBeLessThanOrEqual(end);
          expect(isInside(given, start)).toBe(false);
          expect(isInside(given, end)).toBe(false);
          // In the order of the text, but for what was put there: special tokens and a space in front, cut away.
          if (specialTokensMask[i] === 1 || start === end) continue;
          expect(start).toBeGreaterThanOrEqual(last);
          last = start;
        }
      }),
      { numRuns: 60, seed: 1 },
    );
  });

  it('of bytes are those of their characters', () => {
    const { offsets, tokens } = bytes().encode('a🙂é');
    expect(tokens).toEqual(['a', 'ð', 'Ł', 'Ļ', 'Ĥ', 'Ã', '©']);
    expect(offsets).toEqual([
      [0, 1],
      [1, 3],
      [1, 3],
      [1, 3],
      [1, 3],
      [3, 4],
      [3, 4],
    ]);
  });

  it('of bytes cover any text, and decoding gives it back', () => {
    const tokenizer = bytes();
    fc.assert(
      fc.property(text, (given) => {
        const { ids, starts, ends } = tokenizer.encode(given);
        expect(tokenizer.decode(ids)).toBe(given);
        let at = 0;
        for (const [i, start] of starts.entries()) {
          expect(start).toBeLessThanOrEqual(at);
          at = Math.max(at, ends[i]!);
        }
        expect(at).toBe(given.length);
      }),
      { numRuns: 100, seed: 2 },
    );
  });

  it('take a lone half of a character for the sign of what cannot be read', () => {
    const tokenizer = bytes();
    const { ids, offsets } = tokenizer.encode('a\ud83db');
    expect(tokenizer.decode(ids)).toBe('a\ufffdb');
    expect(offsets).toEqual([
      [0, 1],
      [1, 2],
      [1, 2],
      [1, 2],
      [2, 3],
    ]);
  });

  it('of words that are split already count in each word', () => {
    const { offsets, wordIds } = bytes().encode(['ab', '🙂']);
    expect(offsets).toEqual([
      [0, 1],
      [1, 2],
      [0, 2],
      [0, 2],
      [0, 2],
      [0, 2],
    ]);
    expect(wordIds).toEqual([0, 0, 1, 1, 1, 1]);
  });
});
