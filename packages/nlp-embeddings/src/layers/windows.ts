import {
  defaultGenerator,
  optionsOf,
  requireThat,
  requireWhole,
  type Generator as Randomness,
} from '@kasane/tensor-core';
import { requireNumbers } from '../given.ts';
import { Draws } from '../word2vec/draws.ts';
import { keepChances } from '../word2vec/train.ts';

/** Options of `contextWindows`. */
export interface ContextWindowsOptions {
  /** How far away a neighbour may be. Default 5. */
  readonly window?: number;
  /** Draw for each word how far, from 1 to `window`, so that near neighbours count more. Default true. */
  readonly dynamic?: boolean;
  /** Default: the one that `manualSeed` seeds. */
  readonly generator?: Randomness;
}

/** A word and those around it, in their order. */
export interface ContextWindow {
  readonly word: number;
  readonly context: readonly number[];
}

/**
 * Goes through a sentence: each word with its neighbours. CBOW learns the word from the context, skip-gram each word of the context
 * from the word: both from the same windows. Words without neighbours are left out.
 *
 * $$ 0 < |i - j| \le r, \quad r \sim U\lbrace 1, \dots, \mathrm{window}\rbrace $$
 *
 * are the places j of the neighbours of word i, whose r is the window itself unless it is `dynamic`.
 *
 * @throws RangeError for a window that is no whole number from 1 on.
 *
 * @example
 * import { contextWindows } from '@kasane/nlp-embeddings';
 * const windows = [...contextWindows([1, 2, 3], { window: 1, dynamic: false })];
 * windows; // => [{"word":1,"context":[2]},{"word":2,"context":[1,3]},{"word":3,"context":[2]}]
 */
export function* contextWindows(
  ids: ArrayLike<number>,
  options?: ContextWindowsOptions,
): Generator<ContextWindow> {
  const {
    window = 5,
    dynamic = true,
    generator = defaultGenerator(),
  } = optionsOf('contextWindows', options, ['window', 'dynamic', 'generator']);
  requireWhole('contextWindows', 'window', window, 1);
  requireNumbers('contextWindows', 'ids', ids);
  for (let i = 0; i < ids.length; i++) {
    const reach = dynamic ? 1 + generator.below(window) : window;
    const context: number[] = [];
    for (let j = Math.max(0, i - reach); j <= Math.min(ids.length - 1, i + reach); j++) {
      if (j !== i) context.push(ids[j]!);
    }
    if (context.length > 0) yield { word: ids[i]!, context };
  }
}

/** Options of `Subsampler`. */
export interface SubsamplerOptions {
  /** t: words whose share of the corpus is far above it are thinned out; 0 keeps all. Default 0.001. */
  readonly sample?: number;
  /** Default: the one that `manualSeed` seeds. */
  readonly generator?: Randomness;
}

/**
 * Leaves out occurrences of frequent words, by the share f that a word has of the corpus.
 *
 * $$ P(\text{kept}) = \min\big(1, \sqrt{t / f} + t / f\big) $$
 *
 * with t the `sample`, as word2vec's programs and gensim have it (their paper says 1 - √(t/f) is the chance to leave it out).
 *
 * @throws RangeError for a `sample` that is negative or no number, and for a word that has no count.
 *
 * @example
 * import { Subsampler } from '@kasane/nlp-embeddings';
 * const subsampler = new Subsampler([10, 990], { sample: 0.01 });
 * subsampler.probability(0); // => 1
 * subsampler.probability(1); // => 0.1106
 * subsampler.thin([0, 0, 0]); // => [0,0,0]
 */
export class Subsampler {
  readonly #chances: Float64Array;
  readonly #draws: Draws;

  /** `counts` are those of all words, by their ids. */
  constructor(counts: readonly number[], options?: SubsamplerOptions) {
    const { sample = 1e-3, generator = defaultGenerator() } = optionsOf('Subsampler', options, [
      'sample',
      'generator',
    ]);
    requireThat(sample >= 0 && sample < Infinity, 'Subsampler', 'sample', sample, 'a number ≥ 0');
    requireNumbers('Subsampler', 'counts', counts);
    this.#chances = keepChances(counts, sample);
    this.#draws = new Draws(generator);
  }

  /** That an occurrence of the word is kept. */
  probability(word: number): number {
    return Math.min(1, this.#chance(word) / 2 ** 32);
  }

  /** The sentence without the occurrences that are left out. */
  thin(ids: ArrayLike<number>): number[] {
    requireNumbers('Subsampler', 'ids', ids);
    return Array.from(ids).filter((id) => this.#draws.word() < this.#chance(id));
  }

  #chance(word: number): number {
    requireWhole('Subsampler', 'a word', word, 0, this.#chances.length - 1);
    return this.#chances[word]!;
  }
}
