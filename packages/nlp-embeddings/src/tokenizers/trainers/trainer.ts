import { optionsOf, shown } from '@kasane/tensor-core';
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

// Node's waits for nothing, a timer for a millisecond at least.
const host: { readonly setImmediate?: (resume: () => void) => unknown } = Object(globalThis);
const later = host.setImmediate ?? ((resume: () => void) => setTimeout(resume, 0));

/**
 * Gives others a turn after so much work, in whatever units; some 16 ms of it.
 *
 * Throws the reason of a signal that is aborted.
 */
export class Turns {
  readonly #options: TrainOptions;
  readonly #work: number;
  #done = 0;

  constructor(options: TrainOptions | undefined, work: number) {
    this.#options = options ?? {};
    this.#work = work;
    this.#options.signal?.throwIfAborted();
  }

  /** Counts work; true when `give` is due. */
  isDue(work: number = 1): boolean {
    this.#done += work;
    return this.#done >= this.#work;
  }

  async give(stage: string, done: number, total: number): Promise<void> {
    this.#done = 0;
    this.#options.onProgress?.({ stage, done, total });
    await new Promise<void>(later);
    this.#options.signal?.throwIfAborted();
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
  const turns = new Turns(options, 100_000); // characters
  const counts = new Map<string, number>();
  let done = 0;
  for await (const text of texts) {
    for (const piece of pieces(text)) counts.set(piece, (counts.get(piece) ?? 0) + 1);
    done++;
    if (turns.isDue(text.length + 50)) await turns.give('count', done, Number.NaN);
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
