import {
  DataError,
  optionsOf,
  requireThat,
  requireWhole,
  tensor,
  type Tensor,
} from '@kasane/tensor-core';
import { requirePart } from './given.ts';
import type { SequencePair } from './seq2seq.ts';

/** The tokens of a source, and of its target from the one that begins sequences to the one that ends them. */
export type TokenPair = readonly [source: readonly number[], target: readonly number[]];

/** Options of `padPairs`. */
export interface PadPairsOptions {
  /** What sequences are filled up with. Default 0. */
  readonly paddingIdx?: number;
  /** Round the number of steps up to a multiple of this, for few shapes. Default 1. */
  readonly multipleOf?: number;
}

/**
 * Joins pairs of sequences to what a model reads and what it shall write: `collate` for a `DataLoader`.
 *
 * | tensor | shape          | what                                           |
 * | ------ | -------------- | ---------------------------------------------- |
 * | source | (N, S), int32  | the sources                                    |
 * | target | (N, T), int32  | the targets without their last token           |
 * | labels | (N, T), int32  | the targets without their first token          |
 *
 * The batch is an example as `fit` of `@kasane/trainer` takes it; models of transformers move the target by a token themselves, and want -100 for
 * padding in labels.
 *
 * @throws {@link DataError} if there are no pairs, or a target has less than two tokens.
 * @throws RangeError unless `paddingIdx` is a whole number ≥ 0 and `multipleOf` one ≥ 1.
 *
 * @example
 * import { padPairs } from '@kasane/seq2seq';
 * const [{ source, target }, labels] = padPairs([[[5, 6, 7], [1, 8, 2]], [[5], [1, 8, 9, 2]]]);
 * source.toArray(); // => [[5,6,7],[5,0,0]]
 * target.toArray(); // => [[1,8,0],[1,8,9]]
 * labels.toArray(); // => [[8,2,0],[8,9,2]]
 *
 * @category Training
 */
export function padPairs(
  pairs: readonly TokenPair[],
  options?: PadPairsOptions,
): readonly [input: SequencePair, labels: Tensor] {
  const given = optionsOf('padPairs', options, ['paddingIdx', 'multipleOf']);
  const { paddingIdx = 0, multipleOf = 1 } = given;
  requireWhole('padPairs', 'paddingIdx', paddingIdx);
  requireWhole('padPairs', 'multipleOf', multipleOf, 1);
  const isSequence = (one: unknown): boolean => Array.isArray(one) || ArrayBuffer.isView(one);
  const isPair = (one: unknown): boolean =>
    Array.isArray(one) && one.length === 2 && one.every(isSequence);
  requirePart(
    'padPairs',
    'an array of pairs of token ids',
    pairs,
    (all) => Array.isArray(all) && all.every(isPair),
  );
  if (pairs.length === 0) throw new DataError('padPairs: needs at least one pair.');
  const short = pairs.findIndex(([, target]) => target.length < 2);
  if (short >= 0) {
    throw new DataError(
      `padPairs: a target needs the token that begins sequences and another, got ${pairs[short]![1].length} tokens in pair ${short}.`,
    );
  }
  const pad = (sequences: readonly (readonly number[])[]): Tensor => {
    const longest = sequences.reduce((most, { length }) => Math.max(most, length), 1);
    const steps = Math.ceil(longest / multipleOf) * multipleOf;
    const values = new Int32Array(sequences.length * steps).fill(paddingIdx);
    sequences.forEach((sequence, i) => values.set(sequence, i * steps));
    return tensor(values, [sequences.length, steps], { dtype: 'int32' });
  };
  // All but the last may be padded as if it were there: what follows the end counts for nothing.
  return [
    {
      source: pad(pairs.map(([source]) => source)),
      target: pad(pairs.map(([, target]) => target.slice(0, -1))),
    },
    pad(pairs.map(([, target]) => target.slice(1))),
  ];
}

/** Options of `batchByTokens`. */
export interface BatchByTokensOptions {
  /** The most sequences of a batch. Default Infinity. */
  readonly maxSequences?: number;
}

/**
 * Batches of like lengths with about as many tokens each: the samples by length, cut where one more would make a batch larger than `maxTokens`, padding
 * counted.
 *
 * $$ |B| \, \max_{i \in B} \ell_i \le \mathrm{maxTokens} $$
 *
 * Lengths are numbers, or for pairs the lengths of both, of which the longer counts. Long sequences come in small batches, so that memory and time of
 * a step stay the same. Samples of the same length stay in their order. As fairseq's `--max-tokens`.
 *
 * @throws {@link DataError} for a sequence longer than `maxTokens`.
 * @throws RangeError unless both limits are whole numbers ≥ 1.
 *
 * @example
 * import { batchByTokens } from '@kasane/seq2seq';
 * batchByTokens([3, 9, 4, 8, 5], 12); // => [[0,2],[4],[3],[1]]
 *
 * @category Training
 */
export function batchByTokens(
  lengths: readonly (number | readonly number[])[],
  maxTokens: number,
  options?: BatchByTokensOptions,
): number[][] {
  const { maxSequences = Infinity } = optionsOf('batchByTokens', options, ['maxSequences']);
  requireWhole('batchByTokens', 'maxTokens', maxTokens, 1);
  if (maxSequences !== Infinity) requireWhole('batchByTokens', 'maxSequences', maxSequences, 1);
  const isLength = (one: unknown): boolean =>
    typeof one === 'number' || (Array.isArray(one) && one.every((n) => typeof n === 'number'));
  requirePart(
    'batchByTokens',
    'an array of lengths, or of pairs of them',
    lengths,
    (all) => Array.isArray(all) && all.every(isLength),
  );
  const sizes = lengths.map((length) => (typeof length === 'number' ? [length] : length));
  const longest = sizes.map((size) => Math.max(1, ...size));
  const wrong = longest.findIndex((length) => !(length <= maxTokens));
  if (wrong >= 0) {
    throw new DataError(
      `batchByTokens: sequences must have at most maxTokens ${maxTokens} tokens, got ${longest[wrong]} in sample ${wrong}.`,
    );
  }
  // By the longer, then by each of the others.
  const order = [...sizes.keys()].sort((a, b) => {
    const [x, y] = [sizes[a]!, sizes[b]!];
    let less = longest[a]! - longest[b]!;
    for (let i = 0; less === 0 && i < x.length; i++) less = x[i]! - y[i]!;
    return less;
  });
  const batches: number[][] = [];
  let batch: number[] = [];
  for (const sample of order) {
    const count = batch.length + 1; // samples come in the order of their lengths: this one is the longest
    if (batch.length > 0 && (count * longest[sample]! > maxTokens || count > maxSequences)) {
      batches.push(batch);
      batch = [];
    }
    batch.push(sample);
  }
  if (batch.length > 0) batches.push(batch);
  return batches;
}

/**
 * A dataset whose samples are batches: with it a `DataLoader` hands out batches of like size in tokens, and not in sequences.
 *
 * PyTorch gives such lists of indices to its loader, as `batch_sampler`.
 *
 * @throws RangeError in `get` for a batch that there is not.
 *
 * @example
 * import { DataLoader } from '@kasane/datasets';
 * import { batchByTokens, BatchDataset, padPairs, type TokenPair } from '@kasane/seq2seq';
 * const pairs: TokenPair[] = [[[5, 6, 7], [1, 8, 2]], [[5], [1, 9, 2]], [[6, 7], [1, 9, 2]]];
 * const batches = batchByTokens(pairs.map(([s, t]) => [s.length, t.length]), 6);
 * const data = new DataLoader(new BatchDataset(pairs, batches), {
 *   shuffle: true,
 *   collate: ([batch]) => padPairs(batch!),
 * });
 * for await (const [{ source }] of data) console.log(source.shape[0]! * source.shape[1]! <= 6);
 * // => true
 * // => true
 *
 * @category Training
 */
export class BatchDataset<T> {
  readonly #samples: readonly T[];
  readonly #batches: readonly (readonly number[])[];

  /** Takes the samples, and which of them each batch has. */
  constructor(samples: readonly T[], batches: readonly (readonly number[])[]) {
    this.#samples = samples;
    this.#batches = batches;
  }

  /** How many batches there are. */
  get length(): number {
    return this.#batches.length;
  }

  /** The samples of a batch. */
  get(index: number): T[] {
    if (!(index in this.#batches))
      requireThat(false, 'BatchDataset', 'index', index, `one of the ${this.length} batches`);
    return this.#batches[index]!.map((i) => this.#samples[i]!);
  }
}
