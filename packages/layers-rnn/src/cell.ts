import type { Module } from '@kasane/nn';
import type { Tensor } from '@kasane/tensor-core';

/** What a step of a cell gives. */
export interface CellStep<State> {
  /** What the next layer sees, (B, H). */
  readonly output: Tensor;
  /** What the next step starts from. */
  readonly state: State;
}

/** What a loop over time needs of a cell. */
export interface Stepper<State> {
  /** The state before the first step of `batch` sequences; `like` is an input: its backend and dtype. */
  zeroState(batch: number, like: Tensor): State;
  /** One step: an input (B, ...) and the state before it. */
  step(input: Tensor, state: State): CellStep<State>;
}

/**
 * One step of a recurrent network: a module with two methods. It runs in every driver of this package:
 * over sequences, in both directions, with lengths, with truncated back-propagation.
 *
 * `State` is a tensor whose first dimension is the batch, or a plain object of such tensors.
 */
export type Cell<State> = Module & Stepper<State>;
