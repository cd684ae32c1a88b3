/** Samples that lie in tensors and arrays, as loaders. */
import { DataLoader, Subset, TensorDataset, type Dataset } from '@kasane/datasets';
import {
  DataError,
  formatShape,
  Generator,
  requireThat,
  requireWhole,
  ShapeError,
  shown,
  tensor,
  Tensor,
  type NestedArray,
  type NumericArray,
} from '@kasane/tensor-core';

/**
 * Samples in memory, the first dim theirs: a tensor, a typed array of one number each, typed arrays in a list, or nested arrays.
 */
export type Values = Tensor | NumericArray | readonly NumericArray[] | NestedArray;

/** Inputs and targets in memory, in place of batches. */
export interface Samples {
  /** The inputs, which become what `tensor` makes of them: numbers float32, bytes and other whole typed arrays int32. */
  readonly x: Values;
  /**
   * The targets, as many. As the inputs, but a plain list of whole numbers becomes int32, which class indices must be and losses of numbers take
   * as well; nested lists, as those of one-hot rows, become float32. Give a tensor where it should be otherwise.
   */
  readonly y: Values;
  /** Samples of a batch. Default 32. */
  readonly batchSize?: number;
}

/** What `fit` may be told of samples in memory. */
export interface TrainingSamples extends Samples {
  /** The share of the samples, the last ones, that is validated on and not learnt from, at least 0 and less than 1. Default 0. */
  readonly validationSplit?: number;
  /** Learn from the samples in a new order each epoch, that of `seed` or the default generator. Default true. */
  readonly shuffle?: boolean;
}

/** A batch of the two. */
export type Pair = readonly [x: Tensor, y: Tensor];

/** Samples as loaders. */
export interface Loaders {
  readonly data: DataLoader<readonly Tensor[], Pair>;
  readonly validation: DataLoader<readonly Tensor[], Pair> | undefined;
  /** Frees what arrays were copied to. */
  dispose(): void;
}

const OF_SAMPLES = ['x', 'y', 'batchSize', 'validationSplit', 'shuffle'] as const;

/** Whether options have samples in memory; RangeError where they say both or neither, or `data` beside what goes with samples. */
export function areInMemory<D extends object, S extends Samples>(
  owner: string,
  options: D | S,
): options is S {
  const given: Partial<TrainingSamples> & { readonly data?: unknown } = options ?? {}; // as JavaScript may say it
  const found = OF_SAMPLES.filter((key) => given[key] !== undefined);
  if (given.data !== undefined) {
    requireBatches(owner, 'data', given.data);
    if (found.length === 0) return false;
    throw new RangeError(
      `${owner}: ${found.join(', ')} cannot stand beside data. Pass the samples as x and y, or give the loader that is the data its options.`,
    );
  }
  const missing = (['x', 'y'] as const).filter((key) => given[key] === undefined);
  if (missing.length === 0) return true;
  throw new RangeError(
    `${owner}: needs data, or x and y, got ${missing.length === 2 ? 'neither' : `no ${missing[0]}`}. Pass a DataLoader as data, or inputs and targets as x and y.`,
  );
}

/** Whether it can be gone through, and is no text. */
export function isIterable(data: unknown): boolean {
  if (typeof data !== 'object' || data === null) return false;
  return Symbol.iterator in data || Symbol.asyncIterator in data;
}

/** Throws TypeError for what gives no batches, or samples in their place, as `[x, y]` does. */
export function requireBatches(owner: string, what: 'data' | 'validation', data: unknown): void {
  const [first]: readonly unknown[] = Array.isArray(data) ? data : [null];
  const isSamples = first instanceof Tensor || isNumbers(first);
  if (!isSamples && isIterable(data)) return;
  const way = what === 'data' ? 'inputs and targets as x and y' : '[[x, y]] for a single batch';
  throw new TypeError(
    `${owner}: ${what} must give batches of [input, target], got ${isSamples ? 'a list of tensors or numbers' : shown(data)}. Pass ${way}, or a DataLoader.`,
  );
}

/** The loaders of samples: the last ones validate. Throws RangeError and ShapeError for options that do not fit. */
export function loadersOf(
  owner: string,
  { x, y, batchSize = 32, validationSplit = 0, shuffle = false }: TrainingSamples,
  seed?: number,
): Loaders {
  requireWhole(owner, 'batchSize', batchSize, 1);
  const isShare = validationSplit >= 0 && validationSplit < 1;
  requireThat(isShare, owner, 'validationSplit', validationSplit, 'at least 0 and less than 1');
  const input = valuesOf(owner, 'x', x);
  const target = valuesOf(owner, 'y', y);
  const [count = 0, targets] = [input.shape[0], target.shape[0]];
  if (count === 0 || count !== targets) {
    throw new ShapeError(
      `${owner}: x and y must have as many samples, and one at least, got ${input.shape[0] ?? 'a scalar'} and ${targets ?? 'a scalar'}. The first dim counts them.`,
    );
  }
  const learnt = Math.floor(count * (1 - validationSplit)); // as Keras rounds
  if (learnt === 0 || (validationSplit > 0 && learnt === count)) {
    throw new RangeError(
      `${owner}: validationSplit ${validationSplit} of ${count} samples leaves none to ${learnt === 0 ? 'learn from' : 'validate on'}. Take another share, or pass validation.`,
    );
  }
  const all = new TensorDataset(input, target);
  const part = (from: number, to: number): Dataset<readonly Tensor[]> =>
    new Subset(
      all,
      Array.from({ length: to - from }, (_, i) => from + i),
    );
  const generator = seed === undefined ? {} : { generator: new Generator(seed) };
  // A batch of samples of two tensors is two tensors.
  const loader = (dataset: Dataset<readonly Tensor[]>, shuffled: boolean): Loaders['data'] =>
    new DataLoader(dataset, {
      batchSize,
      shuffle: shuffled,
      ...generator,
    }) as unknown as Loaders['data'];
  return {
    data: loader(learnt === count ? all : part(0, learnt), shuffle),
    validation: learnt === count ? undefined : loader(part(learnt, count), false),
    dispose(): void {
      if (input !== x) input.dispose();
      if (target !== y) target.dispose();
    },
  };
}

/** Inputs alone as a loader. Throws DataError if there are none. */
export function inputsOf(
  owner: string,
  x: Values,
  batchSize: number = 32,
): { readonly data: DataLoader<readonly Tensor[], readonly [x: Tensor]>; dispose(): void } {
  requireWhole(owner, 'batchSize', batchSize, 1);
  const input = valuesOf(owner, 'x', x);
  if (input.ndim === 0 || input.shape[0] === 0) {
    throw new DataError(
      `${owner}: x must have a sample at least, got shape ${formatShape(input.shape)}. Its first dim counts them.`,
    );
  }
  const data = new DataLoader<readonly Tensor[]>(new TensorDataset(input), { batchSize });
  // A batch of samples of a tensor is a tensor.
  return {
    data: data as unknown as DataLoader<readonly Tensor[], readonly [Tensor]>,
    dispose(): void {
      if (input !== x) input.dispose();
    },
  };
}

/** Whether what may be batches is samples: a tensor or numbers, however deep they lie. */
export function areValues(data: unknown): data is Values {
  if (Array.isArray(data)) return isNumbers(data[0]);
  return data instanceof Tensor || isNumbers(data);
}

function isNumbers(value: unknown): boolean {
  if (Array.isArray(value)) return isNumbers(value[0]);
  return typeof value === 'number' || typeof value === 'boolean' || ArrayBuffer.isView(value);
}

/** The values as a tensor: itself, or a copy. */
export function valuesOf(owner: string, what: 'x' | 'y', values: Values): Tensor {
  if (values instanceof Tensor) return values;
  if (ArrayBuffer.isView(values)) return tensor(values);
  if (!Array.isArray(values)) {
    throw new DataError(
      `${owner}: ${what} must be a tensor or an array, got ${values === null ? 'null' : typeof values}. Batches of a loader are data.`,
    );
  }
  const list: readonly unknown[] = values;
  const [first] = list;
  if (first instanceof Tensor) {
    throw new DataError(
      `${owner}: ${what} must be one tensor or numbers, got a list of tensors. Join them with stack, or pass batches as data.`,
    );
  }
  if (ArrayBuffer.isView(first)) return rowsOf(owner, what, list as readonly NumericArray[]); // each is looked at there
  const isLabels = what === 'y' && list.length > 0 && list.every(isLabel);
  return tensor(values as NestedArray, isLabels ? { dtype: 'int32' } : {}); // which looks at each
}

/** Whether int32 holds it. */
function isLabel(value: unknown): boolean {
  return Number.isInteger(value) && (value as number) === ((value as number) | 0);
}

function rowsOf(owner: string, what: string, rows: readonly NumericArray[]): Tensor {
  const [first] = rows;
  const width = first!.length;
  for (const row of rows) {
    if (row?.constructor === first!.constructor && row.length === width) continue;
    throw new ShapeError(
      `${owner}: the rows of ${what} must be arrays of one kind and length, got ${nameOf(first)} and ${nameOf(row)}. Pad them, or make a tensor of them.`,
    );
  }
  // Every typed array is made of a length.
  const Joined = first!.constructor as new (length: number) => NumericArray;
  const joined = new Joined(rows.length * width);
  rows.forEach((row, i) => joined.set(row, i * width));
  return tensor(joined, [rows.length, width]);
}

function nameOf(row: NumericArray | undefined): string {
  return `${row?.constructor.name} of ${row?.length}`;
}
