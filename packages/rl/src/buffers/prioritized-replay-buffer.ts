import {
  CheckpointError,
  defaultGenerator,
  optionsOf,
  requireThat,
  ShapeError,
  shown,
  tensor,
  Tensor,
} from '@kasane/tensor-core';
import {
  ReplayBuffer,
  type ReplayBufferOptions,
  type ReplayBufferState,
  type ReplaySampleOptions,
} from './replay-buffer.ts';
import { SumTree } from './sum-tree.ts';
import type { Sample, Transition } from './transition.ts';

/** Options of `PrioritizedReplayBuffer`. */
export interface PrioritizedReplayBufferOptions extends ReplayBufferOptions {
  /** How much priorities matter, from 0, which is not at all, to 1. Default 0.6. */
  readonly alpha?: number;
  /** How much the weights make up for it, from 0 to 1. Raised over a training: see `beta`. Default 0.4. */
  readonly beta?: number;
  /** Added to each error, so that none is forgotten. Default 1e-6. */
  readonly eps?: number;
}

/** What the `stateDict` of a prioritized buffer gives. */
export interface PrioritizedReplayBufferState extends ReplayBufferState {
  /** p^α of each transition, (size) */
  readonly priorities: Tensor;
  /** The largest so far, which new ones have. */
  readonly largest: number;
  readonly beta: number;
}

/**
 * A replay buffer that draws what surprised most: transition i with the probability P(i) after an error δ.
 *
 * $$ P(i) = \frac{p_i^\alpha}{\sum_k p_k^\alpha}, \quad p_i = |\delta_i| + \epsilon, \qquad w_i = \frac{(N P(i))^{-\beta}}{\max_j (N P(j))^{-\beta}} $$
 *
 * New ones have the largest priority so far. Their losses are weighed by w; the largest weight is that of the batch, N the number of
 * transitions. The sum is cut into as many equal parts as there are to draw, one from each, as in the paper.
 *
 * @throws RangeError if `alpha` or `beta` is not from 0 to 1, `eps` not above 0, an error not finite, and as `ReplayBuffer` does.
 * @throws {@link ShapeError} if there are not as many errors as indices, and as `ReplayBuffer` does.
 * @throws {@link CheckpointError} if a state is loaded that does not fit.
 *
 * @example
 * import { PrioritizedReplayBuffer } from '@kasane/rl';
 * const buffer = new PrioritizedReplayBuffer(100, { observationSize: 1, alpha: 1, beta: 1 });
 * for (const x of [0, 1]) {
 *   buffer.add({ observation: [x], action: 0, reward: 0, nextObservation: [x], discount: 1 });
 * }
 * buffer.updatePriorities([0, 1], [1, 3]);
 * const { batch, indices } = buffer.sample(4);
 * indices; // => [0,1,1,1]
 * Array.from(batch.weights.dataSync(), (w) => w.toFixed(2)); // => ["1.00","0.33","0.33","0.33"]
 *
 * @see Schaul et al. (2016), Prioritized Experience Replay.
 */
export class PrioritizedReplayBuffer extends ReplayBuffer {
  /** The exponent of the priorities. */
  readonly alpha: number;
  /** The exponent of the weights; DQN raises it to 1 in the course of its training. */
  beta: number;
  readonly #eps: number;
  readonly #tree: SumTree;
  #largest = 1;

  constructor(capacity: number, options: PrioritizedReplayBufferOptions) {
    const given = optionsOf('PrioritizedReplayBuffer', options, [
      'observationSize',
      'actionSize',
      'alpha',
      'beta',
      'eps',
    ]);
    const { alpha = 0.6, beta = 0.4, eps = 1e-6, ...sizes } = given;
    super(capacity, sizes);
    for (const [name, value] of Object.entries({ alpha, beta })) {
      requireThat(value >= 0 && value <= 1, 'PrioritizedReplayBuffer', name, value, 'from 0 to 1');
    }
    requireThat(eps > 0, 'PrioritizedReplayBuffer', 'eps', eps, 'above 0');
    this.alpha = alpha;
    this.beta = beta;
    this.#eps = eps;
    this.#tree = new SumTree(capacity);
  }

  override add(transition: Transition): number {
    const i = super.add(transition);
    this.#tree.set(i, this.#largest);
    return i;
  }

  override sample(batchSize: number, options: ReplaySampleOptions = {}): Sample {
    const { generator = defaultGenerator() } = optionsOf('sample', options, ['generator']);
    this.requireSome(batchSize);
    const tree = this.#tree;
    const indices = new Int32Array(batchSize);
    const weights = new Float32Array(batchSize);
    const part = tree.total / batchSize;
    let largest = 0;
    for (let k = 0; k < batchSize; k++) {
      const share = (k + generator.random()) * part;
      const i = tree.find(share < tree.total ? share : k * part);
      const weight = ((this.size * tree.get(i)) / tree.total) ** -this.beta;
      indices[k] = i;
      weights[k] = weight;
      if (weight > largest) largest = weight;
    }
    for (let k = 0; k < batchSize; k++) weights[k]! /= largest;
    return this.take(indices, weights);
  }

  override stateDict(): PrioritizedReplayBufferState {
    const priorities = Float32Array.from({ length: this.size }, (_, i) => this.#tree.get(i));
    const { beta } = this;
    return { ...super.stateDict(), priorities: tensor(priorities), largest: this.#largest, beta };
  }

  override loadStateDict(state: PrioritizedReplayBufferState): void {
    const { priorities, largest, beta, ...transitions } = Object(
      state,
    ) as PrioritizedReplayBufferState; // null has none
    const count = transitions.rewards instanceof Tensor ? transitions.rewards.size : -1;
    const values =
      priorities instanceof Tensor && priorities.size === count ? priorities.dataSync() : undefined;
    if (
      !values?.every((p: number) => p >= 0 && p <= largest) ||
      !(largest < Infinity) ||
      !(beta >= 0 && beta <= 1)
    ) {
      throw new CheckpointError(
        `PrioritizedReplayBuffer: the state does not fit: there must be as many priorities as transitions, ${count}, none of them above largest, and beta from 0 to 1, got ${shown(priorities)}, ${shown(largest)} and ${shown(beta)}.`,
      );
    }
    super.loadStateDict(transitions);
    for (let i = 0; i < this.capacity; i++) this.#tree.set(i, values[i] ?? 0);
    this.#largest = largest;
    this.beta = beta;
  }

  /** Sets the priorities of what was drawn to how large its errors were; their signs do not matter. */
  updatePriorities(indices: ArrayLike<number>, errors: ArrayLike<number>): void {
    const [count, given] = [lengthOf('indices', indices), lengthOf('errors', errors)];
    if (count !== given) {
      throw new ShapeError(`updatePriorities: got ${count} indices and ${given} errors.`);
    }
    for (let k = 0; k < count; k++) {
      const size = Math.abs(errors[k]!);
      requireThat(Number.isFinite(size), 'updatePriorities', 'each error', errors[k]!, 'finite');
      const weight = Math.fround((size + this.#eps) ** this.alpha); // as a state dict keeps it
      this.#tree.set(indices[k]!, weight);
      if (weight > this.#largest) this.#largest = weight;
    }
  }
}

function lengthOf(what: string, values: unknown): number {
  const { length } = Object(values) as { length?: unknown }; // undefined has none
  if (typeof values === 'object' && typeof length === 'number') return length;
  throw new TypeError(`updatePriorities: the ${what} must be an array, got ${shown(values)}.`);
}
