import type { Tensor } from '@kasane/tensor-core';

/** What one step of a model gives. */
export interface Step<State> {
  /** Of the next token, unnormalised; (N, V). */
  readonly logits: Tensor;
  /** What the next step needs. */
  readonly state: State;
  /** How much of each token of the source went into it; (N, S). */
  readonly attention?: Tensor;
  /** What the logits were made from; (N, H). Contrastive search compares them. */
  readonly hidden?: Tensor;
}

/**
 * What `generate` asks of a model: one step of N sequences at once.
 *
 * `State` is whatever the model carries from token to token, such as hidden states or keys and values, and
 * what it has to know of the source.
 */
export interface StepModel<State> {
  /** The logits of the tokens that follow `tokens`, the newest of N sequences; int32, (N). */
  step(tokens: Tensor, state: State): Step<State>;
  /** The rows `index` of a state, in that order and as often as they stand there; int32, (M). */
  select(state: State, index: Tensor): State;
}
