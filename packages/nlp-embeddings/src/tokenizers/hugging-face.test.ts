/** Everything that Hugging Face's tokenizers made of the same texts. */
import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { AlignedText } from './aligned-text.ts';
import type { Encoding } from './encoding.ts';
import type { Json } from './fields.ts';
import { normalizerFrom } from './normalizers/from-json.ts';
import { preTokenizerFrom } from './pre-tokenizers/from-json.ts';
import { Tokenizer } from './tokenizer.ts';

interface Recorded {
  ids: number[];
  tokens: string[];
  offsets: [number, number][];
  words: (number | null)[];
  types: number[];
  special: number[];
  attention: number[];
  overflowing: Recorded[];
}

interface Case {
  name: string;
  json: Json;
  texts: string[];
  encodings: Recorded[];
  decoded: string[];
  withSpecial: string[];
  pairs: [string, string, Recorded][];
}

interface Stages {
  splits: { json: Json; text: string; pieces: [string, [number, number]][] }[];
  normalized: { json: Json; texts: string[]; normalized: string[] }[];
}

function fixture(name: string): unknown {
  const url = new URL(`../../test/fixtures/tokenizers/${name}.json`, import.meta.url);
  return JSON.parse(readFileSync(url, 'utf8'));
}

// Written by generate.py beside them.
const { cases } = fixture('tokenizers') as { cases: Case[] };
const { splits, normalized } = fixture('stages') as Stages;

function recorded(encoding: Encoding): Recorded {
  return {
    ids: [...encoding.ids],
    tokens: [...encoding.tokens],
    offsets: encoding.offsets.map(([start, end]) => [start, end]),
    words: [...encoding.wordIds],
    types: [...encoding.typeIds],
    special: [...encoding.specialTokensMask],
    attention: [...encoding.attentionMask],
    overflowing: encoding.overflowing.map(recorded),
  };
}

describe.each(cases)('$name', ({ json, texts, encodings, decoded, withSpecial, pairs }) => {
  const tokenizer = Tokenizer.fromJSON(JSON.stringify(json));

  it('encodes texts to the same ids, tokens, offsets, words and masks', () => {
    expect(texts.map((text) => recorded(tokenizer.encode(text)))).toEqual(encodings);
  });

  it('encodes pairs to the same', () => {
    for (const [text, pair, wanted] of pairs) {
      expect(recorded(tokenizer.encode(text, { pair }))).toEqual(wanted);
    }
  });

  it('decodes to the same texts', () => {
    const ids = encodings.map((one) => one.ids);
    expect(tokenizer.decodeBatch(ids)).toEqual(decoded);
    expect(tokenizer.decodeBatch(ids, { skipSpecialTokens: false })).toEqual(withSpecial);
  });

  it('writes the file that it was read from', () => {
    expect(JSON.parse(JSON.stringify(tokenizer))).toEqual(json);
  });
});

describe('pre-tokenizers', () => {
  it.each(splits.map((one) => [`${JSON.stringify(one.json)} of ${JSON.stringify(one.text)}`, one]))(
    'split as %s',
    (_, one) => {
      const { json, text, pieces } = one as Stages['splits'][number];
      const preTokenizer = preTokenizerFrom(json, 'pre_tokenizer');
      expect(preTokenizer.preTokenizeStr(text)).toEqual(pieces);
      expect(preTokenizer.toJSON()).toEqual(json);
    },
  );
});

describe('normalizers', () => {
  it.each(normalized)('make the same of texts: $json', ({ json, texts, normalized: wanted }) => {
    const normalizer = normalizerFrom(json, 'normalizer');
    expect(texts.map((text) => normalizer.normalizeStr(text))).toEqual(wanted);
    expect(normalizer.toJSON()).toEqual(json);
  });

  it.each(normalized)('know where all comes from: $json', ({ json, texts }) => {
    const normalizer = normalizerFrom(json, 'normalizer');
    for (const text of texts) {
      const changed = normalizer.normalize(new AlignedText(text));
      for (let i = 0; i < changed.text.length; i++) {
        const [start, end] = changed.span(i, i + 1);
        expect(start).toBeGreaterThanOrEqual(0);
        expect(end).toBeLessThanOrEqual(text.length);
        expect(start).toBeLessThan(end);
      }
    }
  });
});
