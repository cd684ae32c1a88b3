import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import type { Merge } from '../models/bpe.ts';
import { ByteLevel } from '../pre-tokenizers/byte-level.ts';
import { Tokenizer } from '../tokenizer.ts';
import { BpeTrainer, type BpeTrainerOptions } from './bpe-trainer.ts';
import type { Trainer } from './trainer.ts';
import { WordLevelTrainer } from './word-level-trainer.ts';

interface Trained {
  name: string;
  json: { model: { type: string; vocab: Record<string, number>; merges: Merge[] } };
}

const url = new URL('../../../test/fixtures/tokenizers/tokenizers.json', import.meta.url);
// Written by generate.py beside it.
const { corpus, cases } = JSON.parse(readFileSync(url, 'utf8')) as {
  corpus: string[];
  cases: Trained[];
};

/** The file of a tokenizer trained there, and what our trainer makes with the same stages. */
async function trained(
  name: string,
  trainer: Trainer,
  texts: string[] = corpus,
): Promise<[wanted: Trained['json']['model'], got: unknown]> {
  const { json } = cases.find((one) => one.name === name)!;
  const tokenizer = Tokenizer.fromJSON({ ...json, added_tokens: [] });
  await tokenizer.train(texts, trainer);
  return [json.model, JSON.parse(JSON.stringify(tokenizer.model))];
}

describe('BpeTrainer', () => {
  const cased: [string, BpeTrainerOptions, string[]?][] = [
    [
      'byte-level BPE',
      {
        vocabSize: 420,
        specialTokens: ['<s>', '</s>', '<pad>'],
        initialAlphabet: ByteLevel.alphabet(),
      },
    ],
    [
      'RoBERTa',
      {
        vocabSize: 400,
        minFrequency: 2,
        specialTokens: ['<s>', '<pad>', '</s>'],
        initialAlphabet: ByteLevel.alphabet(),
      },
    ],
    [
      'Split and byte-level BPE',
      { vocabSize: 380, maxTokenLength: 5, initialAlphabet: ByteLevel.alphabet() },
    ],
  ];
  it.each(cased)('makes the merges of Hugging Face: %s', async (name, options) => {
    const [wanted, got] = await trained(name, new BpeTrainer(options));
    expect((got as typeof wanted).merges).toEqual(wanted.merges);
    expect((got as typeof wanted).vocab).toEqual(wanted.vocab);
  });

  it('refuses a limit that is none', () => {
    for (const limitAlphabet of [-1, 1.5, Number.NaN]) {
      expect(() => new BpeTrainer({ limitAlphabet })).toThrow(
        new RangeError(
          `BpeTrainer: limitAlphabet must be a whole number ≥ 0, got ${limitAlphabet}.`,
        ),
      );
    }
  });
});

describe('WordLevelTrainer', () => {
  it('makes the vocabulary of Hugging Face', async () => {
    const trainer = new WordLevelTrainer({
      vocabSize: 90,
      specialTokens: ['<unk>', '<s>', '</s>', '<pad>'],
    });
    const [wanted, got] = await trained('words with a template, truncated and padded', trainer);
    expect(got).toEqual(wanted);
  });
});
