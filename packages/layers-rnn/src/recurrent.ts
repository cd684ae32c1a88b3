import { optionsOf, concat, type Tensor } from '@kasane/tensor-core';
import type { Cell } from './cell.ts';
import type { Lengths } from './lengths.ts';
import type { PaddingOptions } from './packed-sequence.ts';
import { SequenceModule } from './sequence-module.ts';
import { loop, type SequenceOutput } from './unroll.ts';

/** Options of `Recurrent`. */
export interface RecurrentOptions extends PaddingOptions {
  /** Begin with the last step of each sequence. Default false. */
  readonly reverse?: boolean;
}

/**
 * A layer of any cell: reads sequences step by step.
 *
 * $$ y_t, s_t = \mathrm{cell}(x_t, s_{t-1}) $$
 *
 * | tensor | shape                                      |
 * | ------ | ------------------------------------------ |
 * | input  | (T, B, ...), or (B, T, ...) with batchFirst |
 * | state  | what the cell says                         |
 * | output | (T, B, H), or (B, T, H) with batchFirst     |
 *
 * Keras calls it `RNN(cell, return_sequences=True, return_state=True)`; PyTorch does not have it. `RNN`, `LSTM` and `GRU` are
 * faster for the cells they are made of.
 *
 * @throws {@link ShapeError} if the input has no steps, or the lengths do not fit.
 * @throws {@link DTypeError} for lengths that are not int32, and what the cell throws.
 *
 * @example
 * import { Linear, Module } from '@kasane/nn';
 * import { Recurrent, type CellStep } from '@kasane/layers-rnn';
 * import { randn, type Tensor } from '@kasane/tensor-core';
 * // A leaky integrator: nothing but these two methods makes a module a cell.
 * class LeakyCell extends Module {
 *   readonly input = new Linear(3, 4);
 *   zeroState(batch: number, like: Tensor): Tensor {
 *     return like.newFull([batch, 4], 0);
 *   }
 *   step(x: Tensor, h: Tensor): CellStep<Tensor> {
 *     const state = this.forward(x, h);
 *     return { output: state, state };
 *   }
 *   forward(x: Tensor, h: Tensor): Tensor {
 *     return h.mul(0.9).add(this.input.forward(x));
 *   }
 * }
 * const layer = new Recurrent(new LeakyCell(), { batchFirst: true });
 * layer.forward(randn([2, 7, 3])).output.shape; // => [2,7,4]
 *
 * @category Layers
 */
export class Recurrent<State> extends SequenceModule<State> {
  /** What is done at every step. */
  readonly cell: Cell<State>;
  /** Begins with the last step of each sequence. */
  readonly reverse: boolean;

  constructor(cell: Cell<State>, options: RecurrentOptions = {}) {
    super(optionsOf(new.target.name, options, ['batchFirst', 'reverse']));
    this.cell = cell;
    this.reverse = options.reverse ?? false;
  }

  protected override pass(
    input: Tensor,
    state: State | undefined,
    lengths: Lengths | null,
  ): SequenceOutput<State> {
    return loop(this.cell, input, state, lengths, this.reverse);
  }

  override multiplyAdds([input]: readonly Tensor[]): number {
    return this.cell.multiplyAdds([input!], []); // of all steps at once
  }
}

/** The state of a bidirectional layer. */
export interface BidirectionalState<State> {
  /** Of the cell that reads from first to last. */
  readonly forward: State;
  /** Of the cell that reads from last to first. */
  readonly backward: State;
}

/**
 * A layer of any two cells of a kind that read each sequence from both ends: the output of a step knows what
 * comes before it and what comes after it.
 *
 * $$ y_t = [\overrightarrow h_t; \overleftarrow h_t], \quad \overrightarrow s_t = \mathrm{cell}_1(x_t, \overrightarrow s_{t-1}), \quad \overleftarrow s_t = \mathrm{cell}_2(x_t, \overleftarrow s_{t+1}) $$
 *
 * | tensor | shape                                               |
 * | ------ | --------------------------------------------------- |
 * | input  | (T, B, ...), or (B, T, ...) with batchFirst          |
 * | state  | `{ forward, backward }`, each what its cell says     |
 * | output | (T, B, H₁ + H₂), or (B, T, H₁ + H₂) with batchFirst |
 *
 * The backward cell begins with the last step of each sequence, and its outputs stand beside those of the forward cell at the
 * same step. `RNN`, `LSTM` and `GRU` have the same as an option; Keras has it under this name.
 *
 * @throws {@link ShapeError} if the input has no steps, or the lengths do not fit.
 * @throws {@link DTypeError} for lengths that are not int32, and what the cells throw.
 *
 * @example
 * import { Bidirectional, GRUCell } from '@kasane/layers-rnn';
 * import { randn } from '@kasane/tensor-core';
 * const layer = new Bidirectional(new GRUCell(3, 4), new GRUCell(3, 2));
 * const { output, state } = layer.forward(randn([5, 1, 3]));
 * output.shape; // => [5,1,6]
 * state.backward.shape; // => [1,2]
 *
 * @see Schuster and Paliwal (1997), Bidirectional Recurrent Neural Networks.
 * @category Layers
 */
export class Bidirectional<State> extends SequenceModule<BidirectionalState<State>> {
  /** Reads from first to last. */
  readonly forwardCell: Cell<State>;
  /** Reads from last to first. */
  readonly backwardCell: Cell<State>;

  constructor(forwardCell: Cell<State>, backwardCell: Cell<State>, options: PaddingOptions = {}) {
    super(optionsOf(new.target.name, options, ['batchFirst']));
    this.forwardCell = forwardCell;
    this.backwardCell = backwardCell;
  }

  protected override pass(
    input: Tensor,
    state: BidirectionalState<State> | undefined,
    lengths: Lengths | null,
  ): SequenceOutput<BidirectionalState<State>> {
    const ahead = loop(this.forwardCell, input, state?.forward, lengths, false);
    const back = loop(this.backwardCell, input, state?.backward, lengths, true);
    return {
      output: concat([ahead.output, back.output], -1), // (T, B, H₁ + H₂)
      state: { forward: ahead.state, backward: back.state },
    };
  }

  override multiplyAdds([input]: readonly Tensor[]): number {
    const { forwardCell, backwardCell } = this;
    return forwardCell.multiplyAdds([input!], []) + backwardCell.multiplyAdds([input!], []);
  }
}
