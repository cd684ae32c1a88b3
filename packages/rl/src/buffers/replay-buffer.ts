import {
  CheckpointError,
  defaultGenerator,
  formatShape,
  optionsOf,
  requireWhole,
  sameShape,
  shown,
  tensor,
  Tensor,
  type Generator,
} from '@kasane/tensor-core';
import { requireFinite } from '../planning/given.ts';
import { requireRow } from '../rows.ts';
import type { Sample, Transition } from './transition.ts';

/** Options of `ReplayBuffer`. */
export interface ReplayBufferOptions {
  /** How many numbers an observation has. */
  readonly observationSize: number;
  /** How many numbers an action has. Default: actions are whole numbers. */
  readonly actionSize?: number;
}

/** Options of a buffer's `sample`. */
export interface ReplaySampleOptions {
  /** Where it draws from. Default: the generator that `manualSeed` seeds. */
  readonly generator?: Generator;
}

/** What the `stateDict` of a buffer gives: its transitions, and where the next one goes. */
export interface ReplayBufferState {
  readonly next: number;
  /** (size, size of an observation) */
  readonly observations: Tensor;
  /** (size) int32, or (size, size of an action) float32 */
  readonly actions: Tensor;
  /** (size) */
  readonly rewards: Tensor;
  /** (size, size of an observation) */
  readonly nextObservations: Tensor;
  /** (size) */
  readonly discounts: Tensor;
}

/**
 * The latest transitions, all of them equally likely to be learned from: a ring of typed arrays.
 *
 * `sample` draws with replacement, as Stable-Baselines3's `ReplayBuffer` does. It keeps a `discount` of what comes after, where that one
 * keeps `dones` and timeouts.
 *
 * Numbers are kept in float32, whole-number actions in int32.
 *
 * @throws RangeError if the capacity or a size is not a whole number of at least 1 or more than memory has, a number of a transition is not
 * finite, an action not a whole number without `actionSize`, or a sample is asked of an empty buffer.
 * @throws {@link ShapeError} if an observation or an action has another size.
 * @throws {@link CheckpointError} if a state is loaded that does not fit.
 *
 * @example
 * import { ReplayBuffer } from '@kasane/rl';
 * const buffer = new ReplayBuffer(1000, { observationSize: 2 });
 * buffer.add({ observation: [0, 1], action: 1, reward: 1, nextObservation: [1, 1], discount: 0.99 });
 * const { batch } = buffer.sample(4);
 * batch.observations.shape; // => [4,2]
 * batch.actions.toArray(); // => [1,1,1,1]
 *
 * @see Lin (1992), Self-Improving Reactive Agents Based on Reinforcement Learning, Planning and Teaching.
 */
export class ReplayBuffer {
  /** How many transitions it holds at most; the oldest make room. */
  readonly capacity: number;
  /** How many numbers an observation has. */
  readonly observationSize: number;
  /** How many numbers an action has; null if it is a whole number. */
  readonly actionSize: number | null;
  readonly #observations: Float32Array;
  readonly #nextObservations: Float32Array;
  readonly #actions: Float32Array | Int32Array;
  readonly #rewards: Float32Array;
  readonly #discounts: Float32Array;
  #size = 0;
  #next = 0;

  constructor(capacity: number, options: ReplayBufferOptions) {
    const owner = new.target.name;
    requireWhole(owner, 'the capacity', capacity, 1);
    const { observationSize, actionSize } = optionsOf('ReplayBuffer', options, [
      'observationSize',
      'actionSize',
    ]);
    requireWhole(owner, 'observationSize', observationSize, 1);
    if (actionSize !== undefined) requireWhole(owner, 'actionSize', actionSize, 1);
    this.capacity = capacity;
    this.observationSize = observationSize;
    this.actionSize = actionSize ?? null;
    try {
      this.#observations = new Float32Array(capacity * observationSize);
      this.#nextObservations = new Float32Array(capacity * observationSize);
      this.#actions =
        actionSize === undefined
          ? new Int32Array(capacity)
          : new Float32Array(capacity * actionSize);
      this.#rewards = new Float32Array(capacity);
      this.#discounts = new Float32Array(capacity);
    } catch (cause) {
      throw new RangeError(
        `${owner}: there is no memory for ${capacity} transitions with observations of ${observationSize} numbers. Give it a smaller capacity.`,
        { cause },
      );
    }
  }

  /** How many transitions it holds. */
  get size(): number {
    return this.#size;
  }

  /** Keeps a transition, in the place of the oldest if the buffer is full. Gives the place. */
  add(transition: Transition): number {
    const { observation, action, reward, nextObservation, discount } = Object(
      transition,
    ) as Transition; // null has none of them
    requireFinite('ReplayBuffer', 'the reward', reward);
    requireFinite('ReplayBuffer', 'the discount', discount);
    const i = this.#next;
    const { observationSize, actionSize } = this;
    requireRow('ReplayBuffer', 'the observation', observation, observationSize);
    requireRow('ReplayBuffer', 'the next observation', nextObservation, observationSize);
    if (actionSize === null) {
      if (!Number.isSafeInteger(action)) {
        throw new RangeError(
          `ReplayBuffer: the action must be a whole number, got ${shown(action)}. Give actionSize for others.`,
        );
      }
      this.#actions[i] = action as number; // as was just found
    } else {
      requireRow('ReplayBuffer', 'the action', action, actionSize);
      this.#actions.set(action, i * actionSize);
    }
    this.#observations.set(observation, i * observationSize);
    this.#nextObservations.set(nextObservation, i * observationSize);
    this.#rewards[i] = reward;
    this.#discounts[i] = discount;
    this.#next = i + 1 === this.capacity ? 0 : i + 1;
    if (this.#size < this.capacity) this.#size++;
    return i;
  }

  /** Draws transitions, with replacement. */
  sample(batchSize: number, options: ReplaySampleOptions = {}): Sample {
    const { generator = defaultGenerator() } = optionsOf('sample', options, ['generator']);
    this.requireSome(batchSize);
    const indices = new Int32Array(batchSize);
    for (let k = 0; k < batchSize; k++) indices[k] = generator.below(this.#size);
    return this.take(indices, new Float32Array(batchSize).fill(1));
  }

  /** The transitions that it holds, by tensors that later ones do not change, and where the next one goes. */
  stateDict(): ReplayBufferState {
    const { observationSize, actionSize } = this;
    const size = this.#size;
    const copied = (values: Float32Array | Int32Array, width: number | null): Tensor =>
      width === null
        ? tensor(values.slice(0, size))
        : tensor(values.slice(0, size * width), [size, width]);
    return {
      next: this.#next,
      observations: copied(this.#observations, observationSize),
      actions: copied(this.#actions, actionSize),
      rewards: copied(this.#rewards, null),
      nextObservations: copied(this.#nextObservations, observationSize),
      discounts: copied(this.#discounts, null),
    };
  }

  /**
   * Holds what `stateDict` gave, and no longer what it held.
   *
   * @throws {@link CheckpointError} for what does not fit, such as transitions of a buffer of another capacity or other sizes, and then
   * changes nothing.
   */
  loadStateDict(state: ReplayBufferState): void {
    const { observationSize, actionSize } = this;
    const { next, ...columns } = Object(state) as ReplayBufferState; // null has none
    const size = columns.rewards instanceof Tensor ? columns.rewards.size : -1;
    const wanted = {
      observations: [size, observationSize],
      actions: actionSize === null ? [size] : [size, actionSize],
      rewards: [size],
      nextObservations: [size, observationSize],
      discounts: [size],
    };
    for (const [name, shape] of Object.entries(wanted)) {
      const column: unknown = columns[name as keyof typeof wanted];
      const dtype = name === 'actions' && actionSize === null ? 'int32' : 'float32';
      const fits =
        column instanceof Tensor && column.dtype === dtype && sameShape(column.shape, shape);
      if (!fits) throw unfit(this, `${name} must be ${dtype} ${formatShape(shape)}`, column);
    }
    const isNext = size === this.capacity ? next >= 0 && next < size : next === size;
    if (size > this.capacity || !Number.isInteger(next) || !isNext) {
      throw unfit(
        this,
        `${size} transitions must fit its capacity, ${this.capacity}, and next`,
        next,
      );
    }
    this.#observations.set(columns.observations.dataSync());
    this.#actions.set(columns.actions.dataSync());
    this.#rewards.set(columns.rewards.dataSync());
    this.#nextObservations.set(columns.nextObservations.dataSync());
    this.#discounts.set(columns.discounts.dataSync());
    this.#size = size;
    this.#next = next;
  }

  /** Throws RangeError unless so many can be drawn. */
  protected requireSome(batchSize: number): void {
    requireWhole('sample', 'the batch size', batchSize, 1);
    if (this.#size === 0) throw new RangeError('sample: the buffer is empty. Add to it first.');
  }

  /** The transitions at these places. */
  protected take(indices: Int32Array, weights: Float32Array): Sample {
    const { observationSize, actionSize } = this;
    const count = indices.length;
    const observations = rows(this.#observations, indices, observationSize);
    const nextObservations = rows(this.#nextObservations, indices, observationSize);
    const actions = rows(this.#actions, indices, actionSize ?? 1);
    return {
      indices,
      batch: {
        observations: tensor(observations, [count, observationSize]),
        actions: tensor(actions, actionSize === null ? [count] : [count, actionSize]),
        rewards: tensor(rows(this.#rewards, indices, 1)),
        nextObservations: tensor(nextObservations, [count, observationSize]),
        discounts: tensor(rows(this.#discounts, indices, 1)),
        weights: tensor(weights),
      },
    };
  }
}

function rows<A extends Float32Array | Int32Array>(from: A, indices: Int32Array, size: number): A {
  const length = indices.length * size;
  const out = from instanceof Int32Array ? new Int32Array(length) : new Float32Array(length);
  for (let k = 0, to = 0; k < indices.length; k++) {
    const start = indices[k]! * size;
    for (let j = start; j < start + size; j++) out[to++] = from[j]!;
  }
  return out as A; // of the same kind as `from`
}

function unfit(buffer: ReplayBuffer, rule: string, got: unknown): CheckpointError {
  const given = got instanceof Tensor ? `${got.dtype} ${formatShape(got.shape)}` : shown(got);
  return new CheckpointError(
    `${buffer.constructor.name}: the state does not fit: ${rule}, got ${given}. Build it as it was saved.`,
  );
}
