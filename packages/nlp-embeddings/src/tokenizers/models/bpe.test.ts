import { DataError } from '@kasane/tensor-core';
import { describe, expect, it } from 'vitest';
import { BPE } from './bpe.ts';

describe('BPE', () => {
  it('leaves unknown characters out only where nothing is to stand for them', () => {
    expect(new BPE({ a: 0 }).tokenize('ab').tokens).toEqual(['a']);
    const model = new BPE({ a: 0 }, [], { unkToken: '<unk>' });
    expect(model.tokenize('a').tokens).toEqual(['a']);
    expect(() => model.tokenize('ab')).toThrow(
      new DataError('BPE: neither "b" nor the unknown token "<unk>" is in the vocabulary.'),
    );
  });
});
