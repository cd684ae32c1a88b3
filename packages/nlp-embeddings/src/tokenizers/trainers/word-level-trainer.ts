import { optionsOf, requireWhole } from '@kasane/tensor-core';
import type { AddedToken } from '../added-tokens.ts';
import { Characters, WordLevel } from '../models/word-level.ts';
import { byCodePoints } from './alphabet.ts';
import {
  contents,
  requireCounts,
  Trainer,
  trainOptions,
  type PieceCounts,
  type TrainOptions,
} from './trainer.ts';

/** Options of `trainers.WordLevelTrainer` and `trainers.CharactersTrainer`. */
export interface WordLevelTrainerOptions {
  /** How many tokens there are to be at most, special ones included. Default 30000. */
  readonly vocabSize?: number;
  /** What is seen less often is left out. Default 0. */
  readonly minFrequency?: number;
  /** They have the first ids. Default none. */
  readonly specialTokens?: readonly (string | AddedToken)[];
  /** Stands for what is left out. Default `'<unk>'`. */
  readonly unkToken?: string;
}

const names = ['vocabSize', 'minFrequency', 'specialTokens', 'unkToken'] as const;

/** Takes the most frequent ones behind the special tokens; of those seen equally often first that of the lower code points. */
abstract class FrequencyTrainer extends Trainer {
  readonly #owner: string;
  readonly #vocabSize: number;
  readonly #minFrequency: number;
  protected readonly unkToken: string;

  constructor(owner: string, options?: WordLevelTrainerOptions) {
    const {
      vocabSize = 30_000,
      minFrequency = 0,
      specialTokens,
      unkToken = '<unk>',
    } = optionsOf(owner, options, names);
    super(specialTokens);
    requireWhole(owner, 'vocabSize', vocabSize);
    requireWhole(owner, 'minFrequency', minFrequency);
    this.#owner = owner;
    this.#vocabSize = vocabSize;
    this.#minFrequency = minFrequency;
    this.unkToken = unkToken;
  }

  /**
   * @throws for what `train` cannot begin with.
   */
  protected check(counts: PieceCounts, options: TrainOptions | undefined): void {
    trainOptions(`${this.#owner}.train`, options).signal?.throwIfAborted();
    requireCounts(`${this.#owner}.train`, counts);
  }

  /** The vocabulary of counted tokens. */
  protected mostFrequent(counts: PieceCounts): [string, number][] {
    const special = new Set(contents(this.specialTokens));
    const kept = [...counts]
      .filter(([word, count]) => count >= this.#minFrequency && !special.has(word))
      .sort(([a, x], [b, y]) => y - x || byCodePoints(a, b))
      .map(([word]) => word);
    return [...special, ...kept].slice(0, this.#vocabSize).map((token, id) => [token, id]);
  }
}

/**
 * Trains a `WordLevel` model: the most frequent pieces, as HF's.
 *
 * @throws RangeError unless `vocabSize` and `minFrequency` are whole numbers ≥ 0.
 *
 * @example
 * import { trainers } from '@kasane/nlp-embeddings/tokenizers';
 * const trainer = new trainers.WordLevelTrainer({ specialTokens: ['<unk>'], minFrequency: 2 });
 * const model = await trainer.train(new Map([['a', 2], ['b', 3], ['c', 1]]));
 * [...model.vocab.keys()]; // => ["<unk>","b","a"]
 */
export class WordLevelTrainer extends FrequencyTrainer {
  constructor(options?: WordLevelTrainerOptions) {
    super('WordLevelTrainer', options);
  }

  async train(counts: PieceCounts, options?: TrainOptions): Promise<WordLevel> {
    this.check(counts, options);
    const vocab = this.mostFrequent(counts);
    return new WordLevel(vocab, { unkToken: this.unkToken });
  }
}

/**
 * Trains a `Characters` model: the most frequent characters.
 *
 * @throws RangeError unless `vocabSize` and `minFrequency` are whole numbers ≥ 0.
 *
 * @example
 * import { trainers } from '@kasane/nlp-embeddings/tokenizers';
 * const trainer = new trainers.CharactersTrainer({ specialTokens: ['<unk>'], vocabSize: 3 });
 * const model = await trainer.train(new Map([['abb', 2], ['bc', 3]]));
 * [...model.vocab.keys()]; // => ["<unk>","b","c"]
 */
export class CharactersTrainer extends FrequencyTrainer {
  constructor(options?: WordLevelTrainerOptions) {
    super('CharactersTrainer', options);
  }

  async train(counts: PieceCounts, options?: TrainOptions): Promise<Characters> {
    this.check(counts, options);
    const seen = new Map<string, number>();
    for (const [word, count] of counts) {
      for (const char of word) seen.set(char, (seen.get(char) ?? 0) + count);
    }
    const vocab = this.mostFrequent(seen);
    return new Characters(vocab, { unkToken: this.unkToken });
  }
}
