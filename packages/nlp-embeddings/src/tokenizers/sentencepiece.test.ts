import { readFileSync } from 'node:fs';
import { DataError } from '@kasane/tensor-core';
import { describe, expect, it } from 'vitest';
import type { Unigram } from './models/unigram.ts';
import { fromSentencePiece } from './sentencepiece.ts';
import { Tokenizer } from './tokenizer.ts';

interface Fixture {
  cases: {
    name: string;
    model: string;
    texts: string[];
    ids: number[][];
    decoded: string[];
    nbest: string[][];
  }[];
}

const url = new URL('../../test/fixtures/tokenizers/sentencepiece.json', import.meta.url);
// Written by sentencepiece_models.py beside it.
const { cases } = JSON.parse(readFileSync(url, 'utf8')) as Fixture;

function bytes(base64: string): Uint8Array {
  return Uint8Array.from(atob(base64), (char) => char.charCodeAt(0));
}

describe.each(cases)('fromSentencePiece: $name', ({ model, texts, ids, decoded }) => {
  const tokenizer = fromSentencePiece(bytes(model));

  it('gives the ids of SentencePiece', () => {
    const ours = texts.map((text) => [text, tokenizer.encode(text).ids]);
    expect(ours).toEqual(texts.map((text, i) => [text, ids[i]]));
  });

  it('decodes to its texts, where there is no unknown token', () => {
    const known = decoded.flatMap((wanted, i) => (wanted.includes('⁇') ? [] : [i]));
    const texts = known.map((i) => tokenizer.decode(ids[i]!));
    expect(texts).toEqual(known.map((i) => decoded[i]));
  });

  it('is the same from its tokenizer.json', () => {
    const again = Tokenizer.fromJSON(JSON.stringify(tokenizer));
    const plain = texts.filter((text) => !/\u0301|\u200d/.test(text)); // see SentencePieceCharsMap
    for (const text of plain) expect(again.encode(text).ids).toEqual(tokenizer.encode(text).ids);
  });

  it('knows where its tokens stand', () => {
    for (const text of texts) {
      for (const [start, end] of tokenizer.encode(text).offsets) {
        expect(start).toBeLessThan(end);
        expect(end).toBeLessThanOrEqual(text.length);
      }
    }
  });
});

describe('fromSentencePiece', () => {
  it.each(cases.filter(({ nbest }) => nbest.length > 0))(
    'finds the best ways to write a text that SentencePiece finds: $name',
    ({ model, nbest }) => {
      const unigram = fromSentencePiece(bytes(model)).model as Unigram; // that is what such files have
      const ways = unigram.nBest('▁the▁quicker▁dog', nbest.length);
      expect(ways.map(({ tokens }) => tokens.tokens)).toEqual(nbest);
    },
  );

  const whole = bytes(cases[0]!.model);

  it('refuses files that are cut off, wherever', () => {
    for (let length = 0; length < whole.length; length += 97) {
      // A file that ends behind a message is one with less in it.
      try {
        fromSentencePiece(whole.slice(0, length), { name: 'cut.model' });
      } catch (error) {
        expect(error).toBeInstanceOf(DataError);
        expect(String(error)).toContain('cut.model: ');
      }
    }
    expect(() => fromSentencePiece(new Uint8Array(0))).toThrow(/a piece of type unknown, got none/);
  });

  it('names what is not supported', () => {
    const unknown = [10, 7, 10, 1, 63, 24, 2, 32, 0]; // a piece "?" of type 2
    const from = (...more: number[]): unknown =>
      fromSentencePiece(Uint8Array.from([...unknown, ...more]));
    expect(from()).toBeInstanceOf(Tokenizer);
    expect(() => from(18, 2, 24, 3)).toThrow(/type word are not supported/);
    expect(() => from(18, 3, 192, 1, 1)).toThrow(/treat_whitespace_as_suffix/);
    expect(() => from(26, 2, 40, 0)).toThrow(/escape_whitespaces/);
    expect(() => from(42, 3, 18, 1, 1)).toThrow(/denormalization/);
    expect(() => from(10, 5, 10, 1, 97, 24, 5)).toThrow(/piece 1, "a": the type unused/);
    expect(() => from(10, 2, 24, 1)).toThrow(/piece 1: expected a text/);
  });
});
