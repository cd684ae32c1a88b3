import { requireTensor, requireThat, shown, type Tensor } from '@kasane/tensor-core';
import type { Step, StepModel } from '../step-model.ts';

/** The states of a model that knows what to write about, and of one that does not. */
export interface GuidedState<State> {
  readonly conditional: State;
  readonly unconditional: State;
}

/**
 * Classifier-free guidance: goes further in the direction that a model takes when it knows its source.
 *
 * $$ \log p_u + s \, (\log p_c - \log p_u) $$
 *
 * p_c with the source, p_u without; s = 1 changes nothing. `guidanceScale` of `generate` makes one. A `StepModel` of two states, where transformers
 * has a logits processor that runs the model itself.
 *
 * @throws RangeError unless the scale is finite.
 *
 * @example
 * import { ClassifierFreeGuidance } from '@kasane/seq2seq';
 * import { tensor, type Tensor } from '@kasane/tensor-core';
 * const model = {
 *   step: (tokens: Tensor, state: Tensor) => ({ logits: state, state }),
 *   select: (state: Tensor, index: Tensor) => state.indexSelect(0, index),
 * };
 * const state = { conditional: tensor([[0.8, 0.2]]).log(), unconditional: tensor([[0.5, 0.5]]).log() };
 * const { logits } = new ClassifierFreeGuidance(model, 2).step(tensor([0], { dtype: 'int32' }), state);
 * logits.softmax(1).toArray(); // => [[0.941,0.059]]
 * @see Sanchez et al. (2023), Stay on Topic with Classifier-Free Guidance.
 * @category Generation
 */
export class ClassifierFreeGuidance<State> implements StepModel<GuidedState<State>> {
  readonly #model: StepModel<State>;
  readonly #scale: number;

  constructor(model: StepModel<State>, guidanceScale: number) {
    const holds = Number.isFinite(guidanceScale);
    requireThat(holds, 'ClassifierFreeGuidance', 'guidanceScale', guidanceScale, 'finite');
    this.#model = model;
    this.#scale = guidanceScale;
  }

  step(tokens: Tensor, state: GuidedState<State>): Step<GuidedState<State>> {
    requireTensor('ClassifierFreeGuidance', 'tokens', tokens);
    // What plain JavaScript may give.
    if (typeof state !== 'object' || state === null || !('unconditional' in state)) {
      throw new TypeError(
        `ClassifierFreeGuidance: the state must be { conditional, unconditional }, got ${shown(state)}.`,
      );
    }
    const informed = this.#model.step(tokens, state.conditional);
    const plain = this.#model.step(tokens, state.unconditional);
    const base = plain.logits.logSoftmax(1);
    const logits = informed.logits.logSoftmax(1).sub(base).mul(this.#scale).add(base);
    return {
      ...informed,
      logits,
      state: { conditional: informed.state, unconditional: plain.state },
    };
  }

  select(state: GuidedState<State>, index: Tensor): GuidedState<State> {
    return {
      conditional: this.#model.select(state.conditional, index),
      unconditional: this.#model.select(state.unconditional, index),
    };
  }
}
