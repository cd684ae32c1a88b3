import { readFileSync } from 'node:fs';
import { DataError } from '@kasane/tensor-core';
import { describe, expect, it } from 'vitest';
import { models, Tokenizer } from '../tokenizers.ts';
import { fromTiktoken, toTiktoken, type TiktokenPattern } from './tiktoken.ts';

interface Fixture {
  file: string;
  texts: string[];
  cases: { pattern: TiktokenPattern; ids: number[][]; decoded: string[] }[];
}

const url = new URL('../../test/fixtures/tokenizers/tiktoken.json', import.meta.url);
// Written by tiktoken_ranks.py beside it.
const { file, texts, cases } = JSON.parse(readFileSync(url, 'utf8')) as Fixture;
const specialTokens = { '<|endoftext|>': 400 };

describe('fromTiktoken', () => {
  it.each(cases)('gives the ids of tiktoken, split as $pattern', ({ pattern, ids, decoded }) => {
    const tokenizer = fromTiktoken(file, { pattern, specialTokens });
    expect(texts.map((text) => tokenizer.encode(text).ids)).toEqual(ids);
    expect(tokenizer.decodeBatch(ids, { skipSpecialTokens: false })).toEqual(decoded);
  });

  it('is the same from its tokenizer.json', () => {
    const { pattern, ids } = cases[1]!;
    const json = JSON.stringify(fromTiktoken(file, { pattern, specialTokens }));
    const tokenizer = Tokenizer.fromJSON(json);
    expect(texts.map((text) => tokenizer.encode(text).ids)).toEqual(ids);
  });

  it('is written as it was read', () => {
    expect(toTiktoken(fromTiktoken(file, { specialTokens }))).toBe(file);
  });

  it('merges what becomes the same token from the left', () => {
    const lines = Array.from({ length: 256 }, (_, b) => `${btoa(String.fromCharCode(b))} ${b}`);
    const tokenizer = fromTiktoken(
      [...lines, `${btoa('aaa')} 256`, `${btoa('aa')} 257`].join('\n'),
    );
    expect(tokenizer.encode('aaaaa').tokens).toEqual(['aaa', 'aa']);
  });

  it('names the line that is no token and its rank', () => {
    const lines = file.split('\n');
    const broken = (line: string): string =>
      [...lines.slice(0, 5), line, ...lines.slice(5)].join('\n');
    expect(() => fromTiktoken(broken('nonsense'), { name: 'my.tiktoken' })).toThrow(
      'my.tiktoken: line 6: expected the bytes of a token in base64, a space and its rank, got "nonsense".',
    );
    for (const line of ['YQ==', 'YQ== x', '=== 3', 'YQ== -1', 'YQ=== 9']) {
      expect(() => fromTiktoken(broken(line))).toThrow(/line 6: expected/);
    }
    expect(() => fromTiktoken(broken(lines[3]!))).toThrow(/line 6: the rank 3 comes twice/);
    expect(() => fromTiktoken(broken(lines[3]!.replace(/ .*/, ' 999')))).toThrow(
      /line 6: the token comes twice/,
    );
    expect(() => fromTiktoken('')).toThrow(/all 256 bytes as tokens, but the byte 0 is none/);
    const taken = { '<x>': 3 };
    expect(() => fromTiktoken(file, { specialTokens: taken })).toThrow(/has the id 3, but that is/);
    const unknown = 'gpt9' as 'r50k_base'; // as plain JavaScript may have it
    expect(() => fromTiktoken(file, { pattern: unknown })).toThrow(/pattern must be r50k_base/);
  });
});

describe('toTiktoken', () => {
  it('refuses what such files cannot say', () => {
    const word = new Tokenizer(new models.WordLevel({ a: 0 }));
    expect(() => toTiktoken(word)).toThrow(/must be a byte-level BPE, got WordLevel/);
    const bytes = new Tokenizer(new models.BPE({ a: 0, 深: 1 }));
    expect(() => toTiktoken(bytes)).toThrow(DataError);
    const vocab = { a: 0, b: 1, ab: 3, ba: 2 };
    const order = [
      ['a', 'b'],
      ['b', 'a'],
    ] as const;
    expect(() => toTiktoken(new Tokenizer(new models.BPE(vocab, order)))).toThrow(
      /\["b","a"\] comes behind ones with higher ids/,
    );
    const suffixed = new models.BPE({ 'a</w>': 0 }, [], { endOfWordSuffix: '</w>' });
    expect(() => toTiktoken(new Tokenizer(suffixed))).toThrow(/no prefixes and suffixes/);
  });
});
