import type { Module } from '@kasane/nn';
import type { Tensor } from '@kasane/tensor-core';

/** What a step of a cell gives. */
export interface CellStep<State> {
  /** What the next layer sees, (B, H). */
  readonly output: Tensor;
  /** What the next step starts from. */
  readonly state: State;
}

/**
 * One step of a recurrent network. A cell that has these two methods runs in every driver of this
 * package: over sequences, in both directions, with masks, with truncated back-propagation.
 *
 * `State` is a tensor of shape (B, H), or a plain object of such tensors.
 */
export interface Cell<State> extends Module {
  readonly inputSize: number;
  readonly hiddenSize: number;
  /** The state before the first step, for sequences like `like` (B, ...): its backend and dtype. */
  zeroState(batch: number, like: Tensor): State;
  /** One step: input (B, inputSize) and the state before it. */
  step(input: Tensor, state: State): CellStep<State>;
}
