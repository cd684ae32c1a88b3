import {
  optionsOf,
  CheckpointError,
  defaultGenerator,
  Generator,
  showAs,
  requireWhole,
  scope,
  type GeneratorState,
} from '@kasane/tensor-core';
import { collate, type Batch } from './collate.ts';
import type { Dataset } from './dataset.ts';
import { groupByLength } from './group-by-length.ts';
import { shuffledIndices } from './splits.ts';

/** Samples that come one after the other, from the start each time they are asked: lines of a file, a stream. */
export type IterableDataset<T> = Iterable<T> | AsyncIterable<T>;

/** Options of `DataLoader`. */
export interface DataLoaderOptions<T, B> {
  /** Samples in a batch. Default 1. */
  readonly batchSize?: number;
  /** Take the samples in a new random order each epoch. Default false. */
  readonly shuffle?: boolean;
  /** Its seed decides all orders and the generators of samples; nothing is drawn from it. Default: the default generator. */
  readonly generator?: Generator;
  /**
   * How long each sample is: a batch then has samples of like lengths, so that little of it is padding
   * and, with `padCollate` and its `multipleOf`, there are few shapes, which is what `compile` needs. See
   * `groupByLength`.
   */
  readonly lengths?: readonly number[];
  /** Leave out a last batch that is not full. Default false. */
  readonly dropLast?: boolean;
  /** Makes a batch of samples. Default: `collate`. */
  readonly collate?: (samples: T[]) => B;
  /** Batches that are loaded ahead if the dataset answers with promises. Default 2. */
  readonly prefetch?: number;
}

const optionNames = [
  'batchSize',
  'shuffle',
  'generator',
  'lengths',
  'dropLast',
  'collate',
  'prefetch',
] as const;

/** Batches after which others get a turn: callbacks of the garbage collector, timers, the page. */
const TURN = 64;

// Node's waits for nothing, a timer for a millisecond at least.
const host: { readonly setImmediate?: (resume: () => void) => unknown } & object = globalThis;
const later = host.setImmediate ?? ((resume: () => void) => setTimeout(resume, 0));

/** Where a loader stands, in a form that JSON keeps. */
export interface DataLoaderState {
  /** Epochs that are over. */
  readonly epoch: number;
  /** Batches of this epoch that were handed out. */
  readonly position: number;
  /** What orders and the generators of samples are derived from. */
  readonly generator: GeneratorState;
}

/**
 * Hands out the batches of a dataset; each `for await` over it is one epoch.
 *
 * Order and generator of every sample are functions of the seed, the epoch and the sample's number. So the
 * same seed gives the same batches however many are loaded ahead, and a loader that is given the state of
 * another hands out the rest of its epoch bit for bit. Where samples come one after the other, those before
 * the position are read once more and thrown away. A loop that was left begins the next epoch when it is
 * entered again, unless `loadStateDict` said otherwise. There is one loop at a time.
 *
 * Same as `torch.utils.data.DataLoader`, with the states of `torchdata`'s `StatefulDataLoader`, and without `num_workers`: a dataset that takes its
 * time answers with promises. Loaders of one seed go through a dataset in the same orders: `generator.fork('other')` gives others.
 *
 * @throws RangeError for options out of range, for lengths of another number than samples, for shuffling what cannot be asked by number, and for the
 * length of such.
 * @throws {@link CheckpointError} for a state that is none.
 *
 * @example
 * import { DataLoader, TensorDataset } from '@kasane/datasets';
 * import { arange, Generator } from '@kasane/tensor-core';
 * const dataset = new TensorDataset(arange(5), arange(5).neg());
 * const loader = new DataLoader(dataset, { batchSize: 2, shuffle: true, generator: new Generator(1) });
 * for await (const [x, y] of loader) console.log(x.shape[0], x.add(y).abs().max().item());
 * // => 2 0
 * // => 2 0
 * // => 1 0
 * loader.length; // => 3
 */
export class DataLoader<T, B = Batch<T>> implements AsyncIterable<B> {
  readonly dataset: Dataset<T> | IterableDataset<T>;
  readonly batchSize: number;
  readonly #options: DataLoaderOptions<T, B>;
  readonly #collate: (samples: T[]) => B;
  #seed: GeneratorState;
  #epoch = 0;
  #position = 0;
  /** Whether the next loop goes on at the position. */
  #resumes = true;

  constructor(dataset: Dataset<T> | IterableDataset<T>, options: DataLoaderOptions<T, B> = {}) {
    const given = optionsOf('DataLoader', options, optionNames);
    const { batchSize = 1, shuffle = false, prefetch = 2 } = given;
    requireWhole('DataLoader', 'batchSize', batchSize, 1);
    requireWhole('DataLoader', 'prefetch', prefetch);
    if (shuffle && !isDataset(dataset)) {
      throw new RangeError(
        'DataLoader: shuffle needs a dataset with length and get; these samples come one after the other. Shuffle where they are made.',
      );
    }
    const lengths = given.lengths?.length;
    if (lengths !== undefined && !(isDataset(dataset) && dataset.length === lengths)) {
      throw new RangeError(
        `DataLoader: lengths needs a dataset of as many samples, got ${lengths} for ${isDataset(dataset) ? dataset.length : 'samples that come one after the other'}.`,
      );
    }
    this.dataset = dataset;
    this.batchSize = batchSize;
    this.#options = given;
    // Without one of one's own, B is Batch<T>.
    this.#collate = given.collate ?? (collate as unknown as (samples: T[]) => B);
    this.#seed = (given.generator ?? defaultGenerator()).fork('DataLoader').state;
  }

  /** Batches of an epoch. */
  get length(): number {
    if (!isDataset(this.dataset)) {
      throw new RangeError(
        'DataLoader: samples that come one after the other have no length. Count the batches.',
      );
    }
    const batches = this.dataset.length / this.batchSize;
    return this.#options.dropLast === true ? Math.floor(batches) : Math.ceil(batches);
  }

  /** Where the loader stands: what was handed out counts, what was loaded ahead does not. */
  stateDict(): DataLoaderState {
    return { epoch: this.#epoch, position: this.#position, generator: this.#seed };
  }

  /** Goes on where a loader of the same dataset and options stood. */
  loadStateDict(state: DataLoaderState): void {
    for (const key of ['epoch', 'position'] as const) {
      if (!Number.isSafeInteger(state?.[key]) || state[key] < 0) {
        throw new CheckpointError(
          `DataLoader: ${key} must be a whole number ≥ 0, got ${state?.[key]}. Load what stateDict gave.`,
        );
      }
    }
    if (isDataset(this.dataset) && state.position > this.length) {
      throw new CheckpointError(
        `DataLoader: position ${state.position} lies behind the ${this.length} batches. Load the state into a loader of the same dataset and batchSize.`,
      );
    }
    const seed = new Generator(0);
    seed.state = state.generator;
    this.#seed = seed.state;
    this.#epoch = state.epoch;
    this.#position = state.position;
    this.#resumes = true;
  }

  /** The batches of one epoch, or what is left of it. */
  async *[Symbol.asyncIterator](): AsyncGenerator<B, void, undefined> {
    if (!this.#resumes && this.#position > 0) {
      this.#epoch++;
      this.#position = 0;
    }
    this.#resumes = false;
    const { dataset } = this;
    const batches = isDataset(dataset) ? this.#chosen(dataset) : this.#streamed(dataset);
    for await (const batch of batches) {
      this.#position++;
      yield batch;
      if (this.#position % TURN === 0) await new Promise<void>(later);
    }
    this.#epoch++;
    this.#position = 0;
  }

  /** The stream that belongs to this epoch. */
  #epochGenerator(): Generator {
    return new Generator(this.#seed.seed).fork(this.#epoch);
  }

  async *#chosen(dataset: Dataset<T>): AsyncGenerator<B, void, undefined> {
    const generator = this.#epochGenerator();
    const { shuffle = false, prefetch = 2, lengths } = this.#options;
    const { length, batchSize } = this;
    let order: ArrayLike<number> | null = null;
    if (lengths !== undefined) {
      order = groupByLength(lengths, batchSize, shuffle ? generator : undefined);
    } else if (shuffle) order = shuffledIndices(dataset.length, generator);
    const load = (batch: number): B | Promise<B> => {
      const size = Math.min(batchSize, dataset.length - batch * batchSize);
      const places = Array.from({ length: size }, (_, i) => batch * batchSize + i);
      return this.#load(dataset, order === null ? places : places.map((i) => order[i]!), generator);
    };
    const ahead: Promise<B>[] = [];
    let next = this.#position;
    while (next < length || ahead.length > 0) {
      while (next < length && ahead.length <= prefetch) {
        const batch = load(next++);
        if (ahead.length === 0 && !(batch instanceof Promise)) {
          yield batch;
          continue;
        }
        const pending = Promise.resolve(batch);
        // If the loop is left, nobody awaits this one; where it is awaited, the error comes back.
        pending.catch(() => {});
        ahead.push(pending);
      }
      const batch = ahead.shift();
      if (batch !== undefined) yield await batch;
    }
  }

  #load(dataset: Dataset<T>, indices: readonly number[], generator: Generator): B | Promise<B> {
    if (this.#options.collate === undefined && dataset.getBatch !== undefined) {
      return dataset.getBatch(indices) as B; // as in the constructor
    }
    // Not in a scope: a dataset may keep what its get makes.
    const samples = indices.map((index) => dataset.get(index, generator.fork(index)));
    if (samples.some((sample) => sample instanceof Promise)) {
      return Promise.all(samples).then((all) => scope(() => this.#collate(all)));
    }
    return scope(() => this.#collate(samples as T[])); // none of them is a promise
  }

  async *#streamed(dataset: IterableDataset<T>): AsyncGenerator<B, void, undefined> {
    let skip = this.#position * this.batchSize;
    let samples: T[] = [];
    for await (const sample of dataset) {
      if (skip-- > 0) continue;
      samples.push(sample);
      if (samples.length < this.batchSize) continue;
      yield scope(() => this.#collate(samples));
      samples = [];
    }
    if (samples.length > 0 && this.#options.dropLast !== true) {
      yield scope(() => this.#collate(samples));
    }
  }
}

function isDataset<T>(dataset: Dataset<T> | IterableDataset<T>): dataset is Dataset<T> {
  return 'get' in dataset && 'length' in dataset;
}

showAs(DataLoader, (loader) => {
  const { dataset, batchSize } = loader;
  const { epoch, position } = loader.stateDict();
  const samples = isDataset(dataset) ? `${dataset.length} samples, ` : '';
  return `DataLoader(${samples}batchSize=${batchSize}, epoch=${epoch}, position=${position})`;
});
