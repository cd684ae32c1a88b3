import { describe, expect, it } from 'vitest';
import type { AddedToken } from './added-tokens.ts';
import { Characters } from './models/word-level.ts';
import { Lowercase } from './normalizers/characters.ts';
import { WhitespaceSplit } from './pre-tokenizers/split.ts';
import { Tokenizer } from './tokenizer.ts';

const chars = ['<unk>', ...'abcdefghijklmnopqrstuvwxyz'].map((char, id) => [char, id] as const);

function made(tokens: readonly (string | AddedToken)[], special: boolean = false): Tokenizer {
  const tokenizer = new Tokenizer(new Characters(chars), {
    normalizer: new Lowercase(),
    preTokenizer: new WhitespaceSplit(),
  });
  if (special) tokenizer.addSpecialTokens(tokens);
  else tokenizer.addTokens(tokens);
  return tokenizer;
}

describe('added tokens', () => {
  it('are found before all else, the longest of those that begin first', () => {
    const tokenizer = made(['<s>', '<s><s>', 's><']);
    expect(tokenizer.encode('a<s><s>b').tokens).toEqual(['a', '<s><s>', 'b']);
  });

  it('are looked for in the normalized text, special ones in the given', () => {
    expect(made(['Cat']).encode('a CAT').tokens).toEqual(['a', 'cat']);
    expect(made(['Cat'], true).encode('a CAT Cat').tokens).toEqual(['a', 'c', 'a', 't', 'Cat']);
  });

  it('are words of their own if they have to be', () => {
    const tokenizer = made([{ content: 'do', singleWord: true }]);
    expect(tokenizer.encode('do dog ado do.').tokens.filter((one) => one === 'do').length).toBe(2);
  });

  it('take white space with them, and their offsets know', () => {
    const { tokens, offsets } = made([{ content: '<m>', lstrip: true, rstrip: true }], true).encode(
      'a  <m> \nb',
    );
    expect(tokens).toEqual(['a', '  <m> \n', 'b']);
    expect(offsets).toEqual([
      [0, 1],
      [1, 8],
      [8, 9],
    ]);
  });

  it('get the next ids, or those that the model has for them', () => {
    const tokenizer = made([]);
    expect(tokenizer.addTokens(['a', '<x>', '<x>', '<y>'])).toBe(3);
    expect(tokenizer.addTokens(['<x>'])).toBe(0);
    expect(tokenizer.addedTokens.map(({ content, id }) => [content, id])).toEqual([
      ['a', 1],
      ['<x>', 27],
      ['<y>', 28],
    ]);
    expect(tokenizer.vocabSize).toBe(29);
    expect(tokenizer.getVocab().get('<y>')).toBe(28);
    expect([tokenizer.tokenToId('<y>'), tokenizer.idToToken(28)]).toEqual([28, '<y>']);
  });

  it('are left out of decoded text if they are special', () => {
    const tokenizer = made(['<s>'], true);
    const { ids } = tokenizer.encode('<s>a');
    expect(tokenizer.decode(ids)).toBe('a');
    expect(tokenizer.decode(ids, { skipSpecialTokens: false })).toBe('<s> a');
    expect(() => tokenizer.decode([99])).toThrow(/no token with the id 99; there are 28/);
  });

  it('follow the normalizer that is put in later', () => {
    const tokenizer = made(['Cat']);
    tokenizer.normalizer = null;
    expect(tokenizer.encode('cat Cat').tokens).toEqual(['c', 'a', 't', 'Cat']);
  });

  it('refuse what is no token', () => {
    expect(() => made([''])).toThrow(/must be a string that is not empty/);
    const wrong = { content: 'a', rstripp: true } as AddedToken; // as plain JavaScript may have it
    expect(() => made([wrong])).toThrow(/rstrip/);
  });
});
