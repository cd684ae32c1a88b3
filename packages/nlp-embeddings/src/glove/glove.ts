import {
  DataError,
  defaultGenerator,
  optionsOf,
  requireThat,
  requireWhole,
  type Generator,
} from '@kasane/tensor-core';
import { Turns } from '@kasane/tensor-core/turns';
import { KeyedVectors } from '../vectors/keyed-vectors.ts';
import { readCorpus, renumbered, type Sentences } from '../word2vec/corpus.ts';
import { Draws } from '../word2vec/draws.ts';
import { chosenWords } from '../word2vec/vocabulary.ts';
import { countCooccurrences, type Cooccurrences } from './cooccurrences.ts';
import { PairTable } from './pair-table.ts';

/** How far a training is. */
export interface GloVeProgress {
  /** From 1. */
  readonly epoch: number;
  readonly epochs: number;
  /** Pairs of words that were learnt, in all epochs so far. */
  readonly pairs: number;
  /** All that there will be. */
  readonly total: number;
  /** The mean loss of the pairs of this epoch so far. */
  readonly loss: number;
}

/** Options of `GloVe.fit`; defaults are those of the authors' program. */
export interface GloVeOptions {
  /** Numbers of a vector. Default 50. */
  readonly vectorSize?: number;
  /** How far away a neighbour may be. Default 15. */
  readonly window?: number;
  /** Count neighbours on both sides; else those before a word only. Default true. */
  readonly symmetric?: boolean;
  /** Leave out words that occur less often. Default 5. */
  readonly minCount?: number;
  /** Keep so many words at most, the most frequent. Default: all. */
  readonly maxVocabSize?: number;
  /** Pairs that are counted so often or more have the full weight 1. Default 100. */
  readonly xMax?: number;
  /** Others have (X / xMax) to this power. Default 0.75. */
  readonly alpha?: number;
  /** The learning rate at the beginning. Default 0.05. */
  readonly lr?: number;
  /** How often the pairs are gone through. Default 25. */
  readonly epochs?: number;
  /** Default: the one that `manualSeed` seeds. */
  readonly generator?: Generator;
  /** Called about every 16 ms and at the end of each epoch. */
  readonly onProgress?: (progress: GloVeProgress) => void;
  /** Ends the training. */
  readonly signal?: AbortSignal;
}

/** The options of a training. */
type Settled = Required<Omit<GloVeOptions, 'onProgress' | 'signal'>>;

const OWNER = 'GloVe.fit';

/** Pairs that are learnt at a time: some milliseconds of work. */
const CHUNK = 4096;

/**
 * Vectors of words whose products tell how often the words stand near each other, learnt from the counts of a whole corpus.
 *
 * $$ J = \sum_{ij} f(X_{ij}) \, (w_i · \tilde w_j + b_i + \tilde b_j - \log X_{ij})^2, \quad f(x) = \min(1, (x / x_\mathrm{max})^α) $$
 *
 * X counts j within the window of i as 1/distance; the vector of a word is w + w̃. The pairs are shuffled once; each is one step of AdaGrad,
 * w -= η h / √G and G += (η h)² from G = 1 on, where h is the gradient of ½J, as in the authors' program. It prints ½J; `losses` are of J itself, means over the pairs, each before its
 * step. `alpha` is the power in f, as in the paper; the learning rate is `lr`. The same seed gives the same bits. Vectors are float32.
 *
 * @example
 * import { GloVe } from '@kasane/nlp-embeddings';
 * import { Generator } from '@kasane/tensor-core';
 * const corpus = Array.from({ length: 200 }, (_, i) => {
 *   return i % 2 ? ['the', 'cat', 'drinks', 'milk'] : ['a', 'car', 'needs', 'oil'];
 * });
 * const model = await GloVe.fit(corpus, { vectorSize: 8, generator: new Generator(1) });
 * model.losses.length; // => 25
 * model.vectors.similarity('cat', 'milk') > model.vectors.similarity('cat', 'oil'); // => true
 *
 * @see Pennington, Socher and Manning (2014), GloVe: global vectors for word representation.
 */
export class GloVe {
  /** The options that it was trained with. */
  readonly options: Required<Omit<GloVeOptions, 'onProgress' | 'signal'>>;
  /** The mean loss of the pairs of each epoch. */
  readonly losses: readonly number[];
  /** w + w̃ of each word, to look words up. */
  readonly vectors: KeyedVectors;
  /** b + b̃ of each word. */
  readonly biases: Float32Array<ArrayBuffer>;

  private constructor(
    options: Settled,
    losses: readonly number[],
    vectors: KeyedVectors,
    biases: Float32Array<ArrayBuffer>,
  ) {
    this.options = options;
    this.losses = losses;
    this.vectors = vectors;
    this.biases = biases;
  }

  /**
   * Counts the words of a corpus and the pairs within its windows, then learns from these. Gives way to the event loop about every 16 ms.
   *
   * @throws TypeError for options that it does not have.
   * @throws RangeError for options out of range.
   * @throws {@link DataError} for sentences that are no arrays of words, for a corpus without words that occur `minCount` times or without two of them in a
   * window, and for a loss that is not finite.
   * @throws the reason of `signal` when it is aborted.
   */
  static async fit(corpus: Sentences, options: GloVeOptions = {}): Promise<GloVe> {
    const { signal, onProgress, ...given } = optionsOf(OWNER, options, [
      'vectorSize',
      'window',
      'symmetric',
      'minCount',
      'maxVocabSize',
      'xMax',
      'alpha',
      'lr',
      'epochs',
      'generator',
      'onProgress',
      'signal',
    ]);
    const all = settled(given);
    const turns = new Turns(signal);
    const read = await readCorpus(OWNER, corpus, turns);
    const { words, counts, to } = chosenWords(OWNER, read, [], [], all);
    const pairs = await countCooccurrences(renumbered(read, to), all, turns);
    const n = pairs.counts.length;
    if (n === 0) {
      throw new DataError(
        `${OWNER}: no two of the ${words.length} words stand in one sentence. Give longer sentences or lower minCount.`,
      );
    }
    const { vectorSize: size, generator, epochs, lr } = all;
    const table = new PairTable(words.length, size, generator);
    try {
      const { places, values } = await shuffled(pairs, words.length, all, turns);
      const losses: number[] = [];
      for (let epoch = 1; epoch <= epochs; epoch++) {
        let sum = 0;
        for (let at = 0; at < n;) {
          const end = Math.min(n, at + CHUNK);
          sum += table.learn(
            places.subarray(2 * at, 2 * end),
            values.subarray(2 * at, 2 * end),
            lr,
          );
          at = end;
          if (!Number.isFinite(sum)) {
            throw new DataError(
              `${OWNER}: the loss is ${sum} after ${at} pairs of epoch ${epoch}, at a rate of ${lr}. Lower lr.`,
            );
          }
          if (turns.due || at === n) {
            const done = (epoch - 1) * n + at;
            onProgress?.({ epoch, epochs, pairs: done, total: epochs * n, loss: sum / at });
            await turns.give();
          }
        }
        losses.push(sum / n);
      }
      const { vectors, biases } = table.sums();
      return new GloVe(all, losses, new KeyedVectors(words, vectors, { counts }), biases);
    } finally {
      table.dispose();
    }
  }
}

/** The options with their defaults; throws for those out of range. */
function settled(options: GloVeOptions): Settled {
  const {
    vectorSize = 50,
    window = 15,
    symmetric = true,
    minCount = 5,
    maxVocabSize = Infinity,
    xMax = 100,
    alpha = 0.75,
    lr = 0.05,
    epochs = 25,
    generator = defaultGenerator(),
  } = options;
  requireWhole(OWNER, 'vectorSize', vectorSize, 1, 8192);
  requireWhole(OWNER, 'window', window, 1, 1000);
  requireWhole(OWNER, 'minCount', minCount, 1);
  if (maxVocabSize !== Infinity) requireWhole(OWNER, 'maxVocabSize', maxVocabSize, 1);
  const above = (what: string, value: number): void =>
    requireThat(value > 0 && value < Infinity, OWNER, what, value, 'a number above 0');
  above('xMax', xMax);
  requireThat(alpha >= 0 && alpha < Infinity, OWNER, 'alpha', alpha, 'a number ≥ 0');
  above('lr', lr);
  requireWhole(OWNER, 'epochs', epochs, 1);
  return {
    vectorSize,
    window,
    symmetric,
    minCount,
    maxVocabSize,
    xMax,
    alpha,
    lr,
    epochs,
    generator,
  };
}

/** The pairs in any order, as `learnPairs` takes them: rows of w and w̃, log X and f(X). */
async function shuffled(
  { words, others, counts }: Cooccurrences,
  size: number,
  { xMax, alpha, generator }: Settled,
  turns: Turns,
): Promise<{ places: Int32Array<ArrayBuffer>; values: Float32Array<ArrayBuffer> }> {
  const n = counts.length;
  const order = Int32Array.from({ length: n }, (_, i) => i);
  const draws = new Draws(generator);
  const [places, values] = [new Int32Array(2 * n), new Float32Array(2 * n)];
  for (let i = n - 1; i >= 0; i--) {
    const j = draws.below(i + 1);
    const from = order[j]!;
    order[j] = order[i]!;
    const x = counts[from]!;
    places[2 * i] = words[from]!;
    places[2 * i + 1] = size + others[from]!;
    values[2 * i] = Math.log(x);
    values[2 * i + 1] = x < xMax ? (x / xMax) ** alpha : 1;
    if (i % CHUNK === 0 && turns.due) await turns.give();
  }
  return { places, values };
}
