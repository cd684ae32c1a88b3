/** The stages on the way to the LSTM, for those who want to see what each gate is for. */
import { layerNames, Linear, Module } from '@kasane/nn';
import {
  optionsOf,
  promoteTypes,
  requireTensor,
  sameShape,
  type Tensor,
} from '@kasane/tensor-core';
import type { CellStep, Stepper } from './cell.ts';
import { MemoryCell, type LSTMState } from './memory-cell.ts';
import { cellNames, stateMisfit, type CellOptions } from './recurrent-cell.ts';

/**
 * The constant error carousel alone: what comes in is added to what is there, and that is all.
 *
 * $$ \begin{aligned}
 * a &= \tanh(W x + b) \\
 * c' &= c + a \\
 * y &= \tanh(c')
 * \end{aligned} $$
 *
 * | tensor | shape  |
 * | ------ | ------ |
 * | input  | (B, I) |
 * | c      | (B, H) |
 * | output | (B, H) |
 *
 * The derivative of the last state by the first is exactly 1, however many steps lie between, so that errors neither vanish nor
 * explode. But nothing in the carousel is learned: every input is stored with the same weight, at every time, and nothing is
 * ever forgotten. `GatedCECCell` and `LSTMCell` are the next stages. PyTorch has no such cell.
 *
 * @throws RangeError unless both sizes are whole numbers.
 * @throws {@link ShapeError} if an input or a state does not fit.
 *
 * @example
 * import { grad } from '@kasane/autograd';
 * import { CECCell, unroll } from '@kasane/layers-rnn';
 * import { randn, type Tensor } from '@kasane/tensor-core';
 * const cell = new CECCell(1, 2);
 * const x = randn([100, 1, 1]);
 * const last = (c: Tensor): Tensor => unroll(cell, x, c).state.sum();
 * grad(last)(randn([1, 2])).toArray(); // => [[1,1]]
 *
 * @see Hochreiter and Schmidhuber (1997), Long Short-Term Memory.
 * @category Cells
 */
export class CECCell extends Module implements Stepper<Tensor> {
  /** The size of the state's last dimension. */
  readonly hiddenSize: number;
  /** W and b, before the carousel. */
  readonly entry: Linear;

  constructor(inputSize: number, hiddenSize: number, options: Omit<CellOptions, 'bias'> = {}) {
    super();
    this.hiddenSize = hiddenSize;
    const given = optionsOf('CECCell', options, layerNames);
    this.entry = new Linear(inputSize, hiddenSize, given);
  }

  zeroState(batch: number, like: Tensor): Tensor {
    requireTensor('CECCell', 'the input', like);
    const dtype = promoteTypes(like.dtype, this.entry.weight.dtype);
    return like.newFull([batch, this.hiddenSize], 0, dtype);
  }

  step(input: Tensor, c: Tensor): CellStep<Tensor> {
    const next = this.forward(input, c);
    return { output: next.tanh(), state: next };
  }

  /** The state after one step, from zeros by default. */
  forward(input: Tensor, c?: Tensor): Tensor {
    requireTensor('CECCell', 'the input', input);
    const added = this.entry.forward(input).tanh();
    if (c === undefined) return added;
    requireTensor('CECCell', 'the state', c);
    if (!sameShape(c.shape, added.shape))
      throw stateMisfit('CECCell', 'the state', added.shape, c.shape);
    return c.add(added);
  }
}

/**
 * The carousel with gates: the input gate decides what is stored, the output gate what is shown. This
 * is the LSTM as it was first published.
 *
 * $$ \begin{aligned}
 * i &= \sigma(W_{ii} x + b_{ii} + W_{hi} h + b_{hi}) & \text{input gate} \\
 * a &= \tanh(W_{ia} x + b_{ia} + W_{ha} h + b_{ha}) \\
 * o &= \sigma(W_{io} x + b_{io} + W_{ho} h + b_{ho}) & \text{output gate} \\
 * c' &= c + i \odot a \\
 * h' &= o \odot \tanh(c')
 * \end{aligned} $$
 *
 * | tensor         | shape                         |
 * | -------------- | ----------------------------- |
 * | input          | (B, I), (I)                   |
 * | h, c           | (B, H), (H)                   |
 * | weightIh       | (3·H, I), the rows of i, a, o |
 * | weightHh       | (3·H, H)                      |
 * | biasIh, biasHh | (3·H)                         |
 *
 * What is stored stays for ever; with a forget gate it becomes `LSTMCell`. PyTorch has no such cell.
 *
 * @throws RangeError unless both sizes are whole numbers ≥ 1.
 * @throws {@link ShapeError} if an input or a state does not fit.
 *
 * @example
 * import { GatedCECCell } from '@kasane/layers-rnn';
 * import { randn } from '@kasane/tensor-core';
 * new GatedCECCell(3, 4).forward(randn([2, 3])).c.shape; // => [2,4]
 *
 * @see Hochreiter and Schmidhuber (1997), Long Short-Term Memory.
 * @category Cells
 */
export class GatedCECCell extends MemoryCell {
  constructor(inputSize: number, hiddenSize: number, options: CellOptions = {}) {
    super(inputSize, hiddenSize, 3, optionsOf(new.target.name, options, cellNames));
  }

  advance(projected: Tensor, { h, c }: LSTMState, mask?: Tensor | null): LSTMState {
    const { weightHh, biasHh } = this;
    const seen = mask == null ? h : h.mul(mask);
    const product = seen.matmul(weightHh, { transposeB: true });
    const recurrent = biasHh === null ? product : product.add(biasHh);
    const [i, a, o] = projected.add(recurrent).chunk(3, 1); // (B, H)
    const next = c.add(i!.sigmoid().mul(a!.tanh()));
    return { h: o!.sigmoid().mul(next.tanh()), c: next };
  }
}
