import type { Parameter } from '@kasane/nn';
import { optionsOf, type DType, type Tensor } from '@kasane/tensor-core';
import { MemoryCell, type LSTMState } from './memory-cell.ts';
import { stepOf, type StepWeights } from './ops/step.ts';
import { cellNames, type CellOptions, type RunOptions } from './recurrent-cell.ts';
import type { SequenceOutput } from './unroll.ts';

/** What both LSTM cells share: four gates, and one op over a sequence. */
abstract class FourGateCell extends MemoryCell {
  protected abstract readonly kind: 'lstm' | 'peepholeLstm';

  constructor(inputSize: number, hiddenSize: number, options: CellOptions) {
    super(inputSize, hiddenSize, 4, options);
  }

  advance(projected: Tensor, { h, c }: LSTMState, mask?: Tensor | null): LSTMState {
    const step = stepOf(this.kind, this.weights(mask, projected.dtype));
    const next = step(projected, { h, c });
    return { h: next.h, c: next.c! }; // these kinds have one
  }

  override run(
    projected: Tensor,
    { h: h0, c: c0 }: LSTMState,
    options: RunOptions = {},
  ): SequenceOutput<LSTMState> {
    const { output, h, c } = this.fuse(this.kind, { projected, h0, c0 }, options);
    return { output, state: { h, c: c! } }; // these kinds have one
  }
}

/**
 * One step of a long short-term memory: gates decide what is written into the cell state c, what of it
 * is kept, and what of it is shown.
 *
 * $$ \begin{aligned}
 * i &= \sigma(W_{ii} x + b_{ii} + W_{hi} h + b_{hi}) & \text{input gate} \\
 * f &= \sigma(W_{if} x + b_{if} + W_{hf} h + b_{hf}) & \text{forget gate} \\
 * g &= \tanh(W_{ig} x + b_{ig} + W_{hg} h + b_{hg}) & \text{candidate} \\
 * o &= \sigma(W_{io} x + b_{io} + W_{ho} h + b_{ho}) & \text{output gate} \\
 * c' &= f \odot c + i \odot g \\
 * h' &= o \odot \tanh(c')
 * \end{aligned} $$
 *
 * | tensor         | shape                                  |
 * | -------------- | -------------------------------------- |
 * | input          | (B, I), (I)                            |
 * | h, c           | (B, H), (H)                            |
 * | weightIh       | (4·H, I), the rows of i, f, g, o       |
 * | weightHh       | (4·H, H)                               |
 * | biasIh, biasHh | (4·H)                                  |
 *
 * Same as `torch.nn.LSTMCell`, with a state `{ h, c }` in place of a tuple.
 *
 * @throws RangeError unless both sizes are whole numbers ≥ 1.
 * @throws {@link ShapeError} if an input or a state does not fit.
 *
 * @example
 * import { LSTMCell } from '@kasane/layers-rnn';
 * import { randn } from '@kasane/tensor-core';
 * const cell = new LSTMCell(10, 20);
 * let state = cell.forward(randn([3, 10]));
 * state = cell.forward(randn([3, 10]), state);
 * state.c.shape; // => [3,20]
 *
 * @see Hochreiter and Schmidhuber (1997), Long Short-Term Memory; Gers, Schmidhuber and Cummins
 * (2000), Learning to Forget, for the forget gate.
 * @category Cells
 */
export class LSTMCell extends FourGateCell {
  protected readonly kind = 'lstm';

  constructor(inputSize: number, hiddenSize: number, options: CellOptions = {}) {
    super(inputSize, hiddenSize, optionsOf(new.target.name, options, cellNames));
  }
}

/**
 * One step of an LSTM whose gates also see the cell state, each unit its own: "peepholes", by which a
 * gate may act on what is remembered even while the output gate hides it.
 *
 * $$ \begin{aligned}
 * i &= \sigma(W_{ii} x + b_{ii} + W_{hi} h + b_{hi} + p_i \odot c) \\
 * f &= \sigma(W_{if} x + b_{if} + W_{hf} h + b_{hf} + p_f \odot c) \\
 * g &= \tanh(W_{ig} x + b_{ig} + W_{hg} h + b_{hg}) \\
 * c' &= f \odot c + i \odot g \\
 * o &= \sigma(W_{io} x + b_{io} + W_{ho} h + b_{ho} + p_o \odot c') \\
 * h' &= o \odot \tanh(c')
 * \end{aligned} $$
 *
 * | tensor   | shape                            |
 * | -------- | -------------------------------- |
 * | peephole | (3, H), the rows p_i, p_f and p_o |
 *
 * All else is as in `LSTMCell`, which it equals while the peepholes are zero; it has 3·H parameters more. The output gate sees
 * the new cell state, the other two the old. PyTorch has no such cell.
 *
 * @throws As `LSTMCell`.
 *
 * @example
 * import { PeepholeLSTMCell } from '@kasane/layers-rnn';
 * import { randn } from '@kasane/tensor-core';
 * const cell = new PeepholeLSTMCell(10, 20);
 * cell.forward(randn([3, 10])).h.shape; // => [3,20]
 * cell.peephole.shape; // => [3,20]
 *
 * @see Gers and Schmidhuber (2000), Recurrent Nets that Time and Count.
 * @category Cells
 */
export class PeepholeLSTMCell extends FourGateCell {
  protected readonly kind = 'peepholeLstm';
  /** (3, H): what the input, forget and output gate see of the cell state. */
  readonly peephole: Parameter;

  constructor(inputSize: number, hiddenSize: number, options: CellOptions = {}) {
    super(inputSize, hiddenSize, optionsOf(new.target.name, options, cellNames));
    this.peephole = this.draw([3, hiddenSize], options);
  }

  /** @internal */
  protected override weights(mask: Tensor | null | undefined, dtype: DType): StepWeights {
    return { ...super.weights(mask, dtype), peephole: this.peephole.cast(dtype) };
  }
}
