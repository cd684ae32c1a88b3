import { optionsOf, shown } from '@kasane/tensor-core';
import { Turns } from '@kasane/tensor-core/turns';
import type { AddedToken } from '../added-tokens.ts';
import type { Model } from '../models/model.ts';

/** Texts to train on: all in memory, or one after the other. */
export type Texts = Iterable<string> | AsyncIterable<string>;

/** How often each piece was seen, in the order of first appearance. */
export type PieceCounts = ReadonlyMap<string, number>;

/** Where a training stands. */
export interface TrainProgress {
  /** What is being done: `'count'`, `'pairs'`, `'merges'`, `'seed'`, `'em'`. */
  readonly stage: string;
  /** How much of it is done. */
  readonly done: number;
  /** Of how much; NaN if that is not known. */
  readonly total: number;
}

/** Options of `Tokenizer.train` and of trainers. */
export interface TrainOptions {
  /** Told now and then how far it is. */
  readonly onProgress?: (progress: TrainProgress) => void;
  /** Ends the training; its reason is thrown. */
  readonly signal?: AbortSignal;
}

export const trainOptionNames = ['onProgress', 'signal'] as const;

/**
 * Makes a model of pieces that were counted. A trainer of one's own extends this class.
 *
 * @example
 * import { models, trainers } from '@kasane/nlp-embeddings/tokenizers';
 * class AllWords extends trainers.Trainer {
 *   async train(counts: trainers.PieceCounts): Promise<models.Model> {
 *     return new models.WordLevel([...counts.keys()].map((word, id) => [word, id] as const));
 *   }
 * }
 * const model = await new AllWords().train(new Map([['a', 2], ['b', 1]]));
 * model.size; // => 2
 */
export abstract class Trainer {
  /** They have the first ids. */
  readonly specialTokens: readonly (string | AddedToken)[];

  constructor(specialTokens: readonly (string | AddedToken)[] = []) {
    this.specialTokens = [...specialTokens];
  }

  /** The model of counted pieces. */
  abstract train(counts: PieceCounts, options?: TrainOptions): Promise<Model>;
}

/** The texts of special tokens. */
export function contents(tokens: readonly (string | AddedToken)[]): string[] {
  return tokens.map((token) => (typeof token === 'string' ? token : token.content));
}

/** Turns for others in a training, which hears each time how far it is. */
export class Stages {
  readonly #turns: Turns;
  readonly #onProgress: TrainOptions['onProgress'];

  constructor({ signal, onProgress }: TrainOptions = {}) {
    this.#turns = new Turns(signal);
    this.#onProgress = onProgress;
  }

  /** Whether it is time to `await give(...)`. */
  get due(): boolean {
    return this.#turns.due;
  }

  async give(stage: string, done: number, total: number): Promise<void> {
    this.#onProgress?.({ stage, done, total });
    await this.#turns.give();
  }
}

/** Counts the pieces of texts. */
export async function countPieces(
  texts: Texts,
  pieces: (text: string) => readonly string[],
  options?: TrainOptions,
): Promise<Map<string, number>> {
  if (typeof texts === 'string') {
    throw new TypeError('Tokenizer.train: expected a list of texts, got one text; give [text].');
  }
  const stages = new Stages(options);
  const counts = new Map<string, number>();
  let done = 0;
  for await (const text of texts) {
    for (const piece of pieces(text)) counts.set(piece, (counts.get(piece) ?? 0) + 1);
    done++;
    if (stages.due) await stages.give('count', done, Number.NaN);
  }
  return counts;
}

/** Throws TypeError for what is no map of texts and numbers. */
export function requireCounts(owner: string, counts: PieceCounts): void {
  if (counts instanceof Map) {
    for (const [text, count] of counts) {
      if (typeof text === 'string' && count >= 0) continue;
      throw new TypeError(
        `${owner}: counts must be a Map of texts with how often each was seen, but it has ${shown(count)} for ${shown(text)}.`,
      );
    }
    return;
  }
  throw new TypeError(
    `${owner}: counts must be a Map of texts with how often each was seen, got ${shown(counts)}.`,
  );
}

/** The options of a training, looked at. */
export function trainOptions(owner: string, options: TrainOptions | undefined): TrainOptions {
  return optionsOf(owner, options, trainOptionNames);
}
