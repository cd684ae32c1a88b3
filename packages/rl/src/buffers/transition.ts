import type { Tensor } from '@kasane/tensor-core';

/** What was seen, done and got: one row of a replay buffer. */
export interface Transition {
  readonly observation: ArrayLike<number>;
  /** A whole number, or the numbers of a continuous action. */
  readonly action: number | ArrayLike<number>;
  /** The reward; of n steps, their discounted sum. */
  readonly reward: number;
  /** What was seen afterwards; at the end of an episode its last observation, never the first of the next one. */
  readonly nextObservation: ArrayLike<number>;
  /**
   * What the value of the rest is multiplied by: γ, after n steps γⁿ, and 0 once the task has terminated. Truncated episodes
   * keep theirs, as what comes after has a value.
   */
  readonly discount: number;
}

/** Transitions as tensors: what an update learns from. */
export interface TransitionBatch {
  /** (batch, size of an observation) */
  readonly observations: Tensor;
  /** (batch) int32, or (batch, size of an action) float32 */
  readonly actions: Tensor;
  /** (batch) */
  readonly rewards: Tensor;
  /** (batch, size of an observation) */
  readonly nextObservations: Tensor;
  /** (batch) */
  readonly discounts: Tensor;
  /** (batch); what each one's loss is multiplied by: 1, unless some are drawn more often. */
  readonly weights: Tensor;
}

/** What a buffer's `sample` gives. */
export interface Sample {
  /** The tensors, which whoever asked for them disposes, or a `scope`. */
  readonly batch: TransitionBatch;
  /** The places in the buffer they came from: what `updatePriorities` takes. */
  readonly indices: Int32Array;
}
