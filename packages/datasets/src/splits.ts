import {
  DataError,
  defaultGenerator,
  randperm,
  reference,
  requireWhole,
  tensor,
  type Generator,
  type Tensor,
} from '@kasane/tensor-core';
import { Subset, type Dataset } from './dataset.ts';

/** Options of the splits. */
export interface SplitOptions {
  /** Draws who goes where. Default: the default generator. */
  readonly generator?: Generator;
}

/** A random order of 0 to n - 1. @internal */
export function shuffledIndices(n: number, generator: Generator): Int32Array {
  // Where it can be read at once, whatever the default backend.
  const order = randperm(n, { generator, backend: reference() });
  const indices = Int32Array.from(order.dataSync());
  order.dispose();
  return indices;
}

/**
 * Splits a dataset at random into parts of given sizes, or of given shares that add up to 1.
 *
 * Same as `torch.utils.data.random_split`: what rounding shares leaves over goes to the first parts, one sample
 * each. Throws RangeError unless the parts add up to the dataset.
 *
 * @example
 * import { randomSplit, TensorDataset } from '@kasane/datasets';
 * import { arange, Generator } from '@kasane/tensor-core';
 * const dataset = new TensorDataset(arange(10));
 * const [train, test] = randomSplit(dataset, [0.8, 0.2], { generator: new Generator(1) });
 * [train!.length, test!.length]; // => [8,2]
 */
export function randomSplit<T>(
  dataset: Dataset<T>,
  parts: readonly number[],
  { generator = defaultGenerator() }: SplitOptions = {},
): Subset<T>[] {
  const sizes = partSizes('randomSplit', dataset.length, parts);
  const order = shuffledIndices(dataset.length, generator);
  let start = 0;
  return sizes.map((size) => new Subset(dataset, [...order.subarray(start, (start += size))]));
}

/** The sizes of the parts of n samples, given as sizes or as shares. */
function partSizes(owner: string, n: number, parts: readonly number[]): number[] {
  const sum = parts.reduce((a, b) => a + b, 0);
  const shares = Math.abs(sum - 1) < 1e-6 && parts.every((part) => part >= 0 && part <= 1);
  if (shares && n !== 1) {
    const sizes = parts.map((share) => Math.floor(share * n + 1e-6));
    for (let rest = n - sizes.reduce((a, b) => a + b, 0), i = 0; rest > 0; rest--, i++) {
      sizes[i % sizes.length]!++;
    }
    return sizes;
  }
  for (const part of parts) requireWhole(owner, 'a part', part);
  if (sum === n) return [...parts];
  throw new RangeError(
    `${owner}: parts must add up to 1, or to the ${n} samples, got ${parts.join(' + ')} = ${sum}.`,
  );
}

/**
 * Splits a dataset at random so that every part has the same share of each class, as nearly as whole
 * samples allow.
 *
 * `labels` are the classes of the samples, `parts` the shares. Throws RangeError unless there is a label
 * for every sample and the shares add up to 1.
 *
 * @example
 * import { stratifiedSplit, TensorDataset } from '@kasane/datasets';
 * import { tensor } from '@kasane/tensor-core';
 * const labels = [0, 0, 0, 0, 1, 1];
 * const [train, test] = stratifiedSplit(new TensorDataset(tensor(labels)), labels, [0.5, 0.5]);
 * train!.indices.map((i) => labels[i]); // => [0,0,1]
 * test!.length; // => 3
 */
export function stratifiedSplit<T>(
  dataset: Dataset<T>,
  labels: ArrayLike<number>,
  parts: readonly number[],
  { generator = defaultGenerator() }: SplitOptions = {},
): Subset<T>[] {
  const sum = parts.reduce((a, b) => a + b, 0);
  if (labels.length !== dataset.length || Math.abs(sum - 1) > 1e-6 || parts.some((p) => p < 0)) {
    throw new RangeError(
      `stratifiedSplit: needs a label for each of ${dataset.length} samples and shares that add up to 1, got ${labels.length} labels and ${parts.join(' + ')} = ${sum}.`,
    );
  }
  const chosen = parts.map((): number[] => []);
  let before = 0;
  for (const members of byClass(labels).values()) {
    const order = shuffledIndices(members.length, generator);
    // Bounds are rounded as if counted through all classes: parts have the sizes of their shares as well.
    const bound = (share: number): number =>
      Math.round(share * (before + members.length)) - Math.round(share * before);
    let share = 0;
    let from = 0;
    parts.forEach((part, p) => {
      share += part;
      const to = p === parts.length - 1 ? members.length : bound(share);
      for (const place of order.subarray(from, to)) chosen[p]!.push(members[place]!);
      from = to;
    });
    before += members.length;
  }
  return chosen.map(
    (indices) =>
      new Subset(
        dataset,
        indices.toSorted((a, b) => a - b),
      ),
  );
}

/** The samples of each class, classes in ascending order. */
function byClass(labels: ArrayLike<number>): Map<number, number[]> {
  const distinct = [...new Set(Array.from(labels))].sort((a, b) => a - b);
  const members = new Map(distinct.map((label): [number, number[]] => [label, []]));
  for (let i = 0; i < labels.length; i++) members.get(labels[i]!)!.push(i);
  return members;
}

/** One of the k rounds of cross-validation. */
export interface Fold<T> {
  readonly train: Subset<T>;
  readonly test: Subset<T>;
}

/**
 * The rounds of k-fold cross-validation: every sample is tested in one of them and trained on in all others.
 *
 * Folds differ by at most one sample; the order is random. Throws RangeError unless k is a whole number
 * from 2 to the number of samples.
 *
 * @example
 * import { kFold, TensorDataset } from '@kasane/datasets';
 * import { arange } from '@kasane/tensor-core';
 * const folds = kFold(new TensorDataset(arange(10)), 3);
 * folds.map(({ train, test }) => [train.length, test.length]); // => [[6,4],[7,3],[7,3]]
 */
export function kFold<T>(
  dataset: Dataset<T>,
  k: number,
  { generator = defaultGenerator() }: SplitOptions = {},
): Fold<T>[] {
  requireWhole('kFold', 'k', k, 2);
  const n = dataset.length;
  if (k > n) throw new RangeError(`kFold: k must be at most the ${n} samples, got ${k}.`);
  const order = [...shuffledIndices(n, generator)];
  return Array.from({ length: k }, (_, fold) => {
    // The first n mod k folds have one more.
    const from = fold * Math.floor(n / k) + Math.min(fold, n % k);
    const to = (fold + 1) * Math.floor(n / k) + Math.min(fold + 1, n % k);
    const train = [...order.slice(0, from), ...order.slice(to)];
    return { train: new Subset(dataset, train), test: new Subset(dataset, order.slice(from, to)) };
  });
}

/**
 * Weights of classes that make all classes count alike, however often they occur: the `weight` of a loss.
 *
 * weight of c = samples / (classes · samples of class c)
 *
 * Throws DataError if a class from 0 to the largest label has no sample, RangeError for labels that are not
 * whole numbers ≥ 0.
 *
 * @example
 * import { classWeights } from '@kasane/datasets';
 * classWeights([0, 0, 0, 1]).toArray(); // => [0.666667,2]
 */
export function classWeights(labels: ArrayLike<number>): Tensor {
  const counts: number[] = [];
  for (let i = 0; i < labels.length; i++) {
    requireWhole('classWeights', 'a label', labels[i]!);
    while (counts.length <= labels[i]!) counts.push(0);
    counts[labels[i]!]!++;
  }
  const missing = counts.indexOf(0);
  if (missing >= 0 || counts.length === 0) {
    throw new DataError(
      `classWeights: every class needs a sample, class ${Math.max(missing, 0)} has none. Number the classes from 0 without gaps.`,
    );
  }
  return tensor(counts.map((count) => labels.length / (counts.length * count)));
}
