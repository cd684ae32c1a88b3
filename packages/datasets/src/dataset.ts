import {
  formatShape,
  showAs,
  scope,
  ShapeError,
  tensor,
  type Generator,
  type Tensor,
  requireFunction,
  requireTensors,
} from '@kasane/tensor-core';
import { requireDataset, requireList } from './given.ts';
import type { Batch } from './collate.ts';

/**
 * Samples that can be asked for by number, in any order.
 *
 * Any object with `length` and `get` is one. `get` may return a promise, as it does for pictures that are read
 * from files. The generator that it is given is the sample's own in this epoch: random transforms that take it
 * are the same whatever was loaded before. Same as `torch.utils.data.Dataset`.
 */
export interface Dataset<T> {
  /** The number of samples. */
  readonly length: number;
  /** Sample `index`, from 0 to `length - 1`. */
  get(index: number, generator?: Generator): T | Promise<T>;
  /** What the default `collate` makes of these samples, in one go: for samples that lie in one array. */
  getBatch?(indices: readonly number[]): Batch<T>;
}

/** Throws RangeError unless there is a sample `index`. @internal */
export function checkIndex(owner: string, index: number, length: number): void {
  if (Number.isInteger(index) && index >= 0 && index < length) return;
  throw new RangeError(
    `${owner}: the index must be a whole number from 0 to ${length - 1}, got ${index}.`,
  );
}

/**
 * Samples that are the rows of tensors.
 *
 * Sample i is the list of the rows i of all tensors. Same as `torch.utils.data.TensorDataset`; batches are cut by one `indexSelect` for each tensor.
 *
 * @throws {@link ShapeError} if the first dimensions differ.
 * @throws RangeError in `get` and `getBatch` for an index that there is not, negative ones too.
 *
 * @example
 * import { TensorDataset } from '@kasane/datasets';
 * import { tensor } from '@kasane/tensor-core';
 * const dataset = new TensorDataset(tensor([[1, 2], [3, 4]]), tensor([5, 6]));
 * const [x, y] = dataset.get(1);
 * x.toArray(); // => [3,4]
 * y.item(); // => 6
 */
export class TensorDataset<T extends readonly Tensor[]> implements Dataset<T> {
  readonly tensors: T;
  readonly length: number;

  constructor(...tensors: T) {
    requireTensors('TensorDataset', tensors);
    const lengths = tensors.map(({ shape }) => shape[0]);
    const [length] = lengths;
    if (length === undefined || lengths.some((other) => other !== length)) {
      throw new ShapeError(
        `TensorDataset: needs tensors with one first dimension, the samples, got ${lengths.map((n) => n ?? 'a scalar').join(', ') || 'none'}.`,
      );
    }
    this.tensors = tensors;
    this.length = length;
  }

  /** The rows `index` of all tensors. */
  get(index: number): T {
    checkIndex('TensorDataset', index, this.length);
    return this.#each((t) => t.select(0, index)) as T; // a list of tensors as long as T
  }

  /** The rows `indices` of all tensors, (B, ...). */
  getBatch(indices: readonly number[]): Batch<T> {
    for (const index of indices) checkIndex('TensorDataset', index, this.length);
    return scope(() =>
      this.#each((t) =>
        t.indexSelect(0, tensor([...indices], { dtype: 'int32', backend: t.backend })),
      ),
    ) as Batch<T>; // a batch of tensors is a tensor, so Batch<T> is such a list too
  }

  #each(change: (t: Tensor) => Tensor): readonly Tensor[] {
    return this.tensors.map(change);
  }
}

/**
 * Some samples of a dataset, by their numbers in it.
 *
 * Same as `torch.utils.data.Subset`.
 *
 * @throws RangeError if there is no such sample.
 *
 * @example
 * import { Subset, TensorDataset } from '@kasane/datasets';
 * import { tensor } from '@kasane/tensor-core';
 * const odd = new Subset(new TensorDataset(tensor([0, 1, 2, 3])), [1, 3]);
 * odd.length; // => 2
 * (await odd.get(1))[0].item(); // => 3
 */
export class Subset<T> implements Dataset<T> {
  readonly dataset: Dataset<T>;
  readonly indices: readonly number[];
  readonly getBatch?: (indices: readonly number[]) => Batch<T>;

  constructor(dataset: Dataset<T>, indices: readonly number[]) {
    requireDataset('Subset', dataset);
    requireList('Subset', 'indices', indices);
    for (const index of indices) checkIndex('Subset', index, dataset.length);
    this.dataset = dataset;
    this.indices = [...indices]; // the caller may change its own
    if (dataset.getBatch !== undefined) {
      this.getBatch = (batch) => dataset.getBatch!(batch.map((i) => this.#at(i)));
    }
  }

  get length(): number {
    return this.indices.length;
  }

  /** Sample `index` of those chosen. */
  get(index: number, generator?: Generator): T | Promise<T> {
    return this.dataset.get(this.#at(index), generator);
  }

  #at(index: number): number {
    checkIndex('Subset', index, this.length);
    return this.indices[index]!;
  }
}

/**
 * The samples of several datasets, one after the other.
 *
 * Same as `torch.utils.data.ConcatDataset`.
 *
 * @throws RangeError in `get` for an index that there is not, negative ones too.
 *
 * @example
 * import { ConcatDataset, TensorDataset } from '@kasane/datasets';
 * import { tensor } from '@kasane/tensor-core';
 * const both = new ConcatDataset([new TensorDataset(tensor([1, 2])), new TensorDataset(tensor([3]))]);
 * both.length; // => 3
 * (await both.get(2))[0].item(); // => 3
 */
export class ConcatDataset<T> implements Dataset<T> {
  readonly datasets: readonly Dataset<T>[];
  readonly length: number;

  constructor(datasets: readonly Dataset<T>[]) {
    requireList('ConcatDataset', 'datasets', datasets);
    for (const dataset of datasets) requireDataset('ConcatDataset', dataset);
    this.datasets = datasets;
    this.length = datasets.reduce((sum, { length }) => sum + length, 0);
  }

  /** Sample `index`, counted through all datasets. */
  get(index: number, generator?: Generator): T | Promise<T> {
    checkIndex('ConcatDataset', index, this.length);
    let within = index;
    let d = 0;
    while (within >= this.datasets[d]!.length) within -= this.datasets[d++]!.length;
    return this.datasets[d]!.get(within, generator);
  }
}

/**
 * A dataset with a function applied to every sample when it is asked for.
 *
 * The function is given the sample's generator of this epoch; outside of a loader there is none, and
 * random transforms take the default generator. Hugging Face's `Dataset.map` goes through all samples at once and keeps the results;
 * nothing is kept here.
 *
 * @example
 * import { mapDataset, TensorDataset } from '@kasane/datasets';
 * import { tensor } from '@kasane/tensor-core';
 * const numbers = new TensorDataset(tensor([1, 2, 3]));
 * const squares = mapDataset(numbers, ([x]) => x.square());
 * (await squares.get(2)).item(); // => 9
 */
export function mapDataset<T, U>(
  dataset: Dataset<T>,
  change: (sample: T, generator?: Generator) => U | Promise<U>,
): Dataset<U> {
  requireDataset('mapDataset', dataset);
  requireFunction('mapDataset', change);
  return {
    length: dataset.length,
    get(index, generator) {
      const sample = dataset.get(index, generator);
      return sample instanceof Promise
        ? sample.then((value) => change(value, generator))
        : change(sample, generator);
    },
  };
}

showAs(TensorDataset, ({ length, tensors }: TensorDataset<readonly Tensor[]>) => {
  const parts = tensors.map(({ dtype, shape }) => `${dtype} ${formatShape(shape.slice(1))}`);
  return `TensorDataset(${length} samples of ${parts.join(', ')})`;
});
showAs(Subset, ({ length, dataset }) => `Subset(${length} of ${dataset.length} samples)`);
showAs(ConcatDataset, ({ length, datasets }) => {
  return `ConcatDataset(${length} samples of ${datasets.length} datasets)`;
});
