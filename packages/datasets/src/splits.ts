import {
  optionsOf,
  DataError,
  defaultGenerator,
  randperm,
  reference,
  requireWhole,
  tensor,
  type Generator,
  type Tensor,
} from '@kasane/tensor-core';
import { requireDataset, requireList } from './given.ts';
import { Subset, type Dataset } from './dataset.ts';
import { stratifiedSizes } from './stratified-sizes.ts';

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
 * $$ n_i = \lfloor s_i \, n \rfloor $$
 *
 * is the size of a part of share $s_i$. Same as `torch.utils.data.random_split`: what rounding leaves over goes to the first parts, one sample each.
 *
 * @throws RangeError unless the parts add up to 1 or to the number of samples.
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
  options?: SplitOptions,
): Subset<T>[] {
  const { generator = defaultGenerator() } = optionsOf('randomSplit', options, ['generator']);
  requireDataset('randomSplit', dataset);
  requireList('randomSplit', 'sizes or shares', parts);
  const sizes = partSizes('randomSplit', dataset.length, parts);
  const order = shuffledIndices(dataset.length, generator);
  let start = 0;
  return sizes.map((size) => new Subset(dataset, [...order.subarray(start, (start += size))]));
}

/** The sizes of the parts of n samples, given as sizes or as shares. */
function partSizes(owner: string, n: number, parts: readonly number[]): number[] {
  const sum = parts.reduce((a, b) => a + b, 0);
  if (areShares(parts)) {
    const sizes = parts.map((share) => Math.floor((share / sum) * n + 1e-6));
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

function areShares(parts: readonly number[]): boolean {
  const sum = parts.reduce((a, b) => a + b, 0);
  return Math.abs(sum - 1) <= 1e-6 && parts.every((part) => part >= 0);
}

/**
 * Splits a dataset at random so that every part has the same share of each class, as nearly as whole
 * samples allow.
 *
 * Every sample is in one part. Of a class and of all samples, a part has its share, rounded up or down: where `share · samples` is a whole number,
 * exactly that. `labels` are the classes of the samples, `parts` the shares. scikit-learn's `train_test_split` does so with `stratify`, for two
 * parts.
 *
 * @throws RangeError unless there is a label for every sample and the shares add up to 1.
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
  options?: SplitOptions,
): Subset<T>[] {
  const { generator = defaultGenerator() } = optionsOf('stratifiedSplit', options, ['generator']);
  requireDataset('stratifiedSplit', dataset);
  requireList('stratifiedSplit', 'labels', labels);
  requireList('stratifiedSplit', 'shares', parts);
  const sum = parts.reduce((a, b) => a + b, 0);
  if (labels.length !== dataset.length || !areShares(parts)) {
    throw new RangeError(
      `stratifiedSplit: needs a label for each of ${dataset.length} samples and shares that add up to 1, got ${labels.length} labels and ${parts.join(' + ')} = ${sum}.`,
    );
  }
  const classes = [...byClass(labels).values()];
  const sizes = stratifiedSizes(
    classes.map(({ length }) => length),
    parts.map((part) => part / sum),
  );
  const chosen = parts.map((): number[] => []);
  classes.forEach((members, c) => {
    const order = shuffledIndices(members.length, generator);
    let from = 0;
    sizes[c]!.forEach((size, p) => {
      for (const place of order.subarray(from, (from += size))) chosen[p]!.push(members[place]!);
    });
  });
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
 * $\lfloor n / k \rfloor$ samples are tested in a round, one more in the first $n \bmod k$; the order is random. As scikit-learn's `KFold` with
 * `shuffle=True`, which gives indices instead of datasets.
 *
 * @throws RangeError unless k is a whole number from 2 to the number of samples.
 *
 * @example
 * import { kFold, TensorDataset } from '@kasane/datasets';
 * import { arange } from '@kasane/tensor-core';
 * const folds = kFold(new TensorDataset(arange(10)), 3);
 * folds.map(({ train, test }) => [train.length, test.length]); // => [[6,4],[7,3],[7,3]]
 */
export function kFold<T>(dataset: Dataset<T>, k: number, options?: SplitOptions): Fold<T>[] {
  const { generator = defaultGenerator() } = optionsOf('kFold', options, ['generator']);
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
 * $$ w_c = \frac{n}{C \, n_c} $$
 *
 * for $n_c$ of n samples in class c of C: (C), float32. Same as scikit-learn's `compute_class_weight` with `'balanced'`.
 *
 * @throws {@link DataError} if a class from 0 to the largest label has no sample.
 * @throws RangeError for labels that are not whole numbers ≥ 0.
 *
 * @example
 * import { classWeights } from '@kasane/datasets';
 * classWeights([0, 0, 0, 1]).toArray(); // => [0.666667,2]
 */
export function classWeights(labels: ArrayLike<number>): Tensor {
  requireList('classWeights', 'labels', labels);
  // More classes than samples cannot all occur: what lies beyond needs no counter.
  const counted = new Array<number>(labels.length).fill(0);
  let classes = 0;
  for (let i = 0; i < labels.length; i++) {
    requireWhole('classWeights', 'a label', labels[i]!);
    classes = Math.max(classes, labels[i]! + 1);
    if (labels[i]! < counted.length) counted[labels[i]!]!++;
  }
  const counts = counted.slice(0, classes);
  const missing = counts.indexOf(0);
  if (missing >= 0 || counts.length === 0) {
    throw new DataError(
      `classWeights: every class needs a sample, class ${Math.max(missing, 0)} has none. Number the classes from 0 without gaps.`,
    );
  }
  return tensor(counts.map((count) => labels.length / (counts.length * count)));
}
