import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { Tokenizer } from '../tokenizer.ts';
import type { Unigram } from '../models/unigram.ts';
import { Stages } from './trainer.ts';
import { substrings } from './substrings.ts';
import { UnigramTrainer } from './unigram-trainer.ts';

interface Trained {
  name: string;
  json: { model: { vocab: [string, number][] } };
}

const url = new URL('../../../test/fixtures/tokenizers/tokenizers.json', import.meta.url);
// Written by generate.py beside it.
const { corpus, cases } = JSON.parse(readFileSync(url, 'utf8')) as {
  corpus: string[];
  cases: Trained[];
};

describe('UnigramTrainer', () => {
  it('finds the tokens of Hugging Face, with its scores', async () => {
    const { json } = cases.find((one) => one.name === 'Unigram')!;
    const tokenizer = Tokenizer.fromJSON({ ...json, added_tokens: [] });
    const options = { vocabSize: 150, specialTokens: ['<unk>', '<s>'], unkToken: '<unk>' };
    await tokenizer.train(corpus, new UnigramTrainer(options));
    const { vocab, scores } = tokenizer.model as Unigram; // that is what its trainer makes
    const wanted = new Map(json.model.vocab);
    expect([...vocab.keys()].sort()).toEqual([...wanted.keys()].sort());
    // Characters that are rarer than all tokens have the least scores, in an order that theirs leaves to chance.
    const sorted = [...scores].sort((a, b) => b - a);
    for (const [i, score] of [...wanted.values()].sort((a, b) => b - a).entries()) {
      expect(sorted[i]).toBeCloseTo(score, 8);
    }
    for (const [token, id] of vocab) expect(scores[id]).toBeCloseTo(wanted.get(token)!, 2);
  });

  it('begins with substrings that several characters follow', async () => {
    const found = await substrings(['abab', 'abc'], 3, new Stages());
    expect(found).toEqual([{ text: 'ab', count: 3 }]);
  });
});
