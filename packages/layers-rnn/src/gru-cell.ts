import { optionsOf } from '@kasane/tensor-core';
import { HiddenCell } from './hidden-cell.ts';
import { cellNames, type CellOptions } from './recurrent-cell.ts';

/**
 * One step of a gated recurrent unit, with PyTorch's reset gate: it acts on what the state has become behind its
 * weights.
 *
 * $$ \begin{aligned}
 * r &= \sigma(W_{ir} x + b_{ir} + W_{hr} h + b_{hr}) & \text{reset gate} \\
 * z &= \sigma(W_{iz} x + b_{iz} + W_{hz} h + b_{hz}) & \text{update gate} \\
 * n &= \tanh(W_{in} x + b_{in} + r \odot (W_{hn} h + b_{hn})) & \text{candidate} \\
 * h' &= (1 - z) \odot n + z \odot h
 * \end{aligned} $$
 *
 * | tensor         | shape                         |
 * | -------------- | ----------------------------- |
 * | input          | (B, I), (I)                   |
 * | h              | (B, H), (H)                   |
 * | weightIh       | (3·H, I), the rows of r, z, n |
 * | weightHh       | (3·H, H)                      |
 * | biasIh, biasHh | (3·H)                         |
 *
 * Same as `torch.nn.GRUCell`; `GRUResetBeforeCell` is the form of the paper.
 *
 * @throws RangeError unless both sizes are whole numbers ≥ 1.
 * @throws {@link ShapeError} if an input or a state does not fit.
 *
 * @example
 * import { GRUCell } from '@kasane/layers-rnn';
 * import { optionsOf, randn } from '@kasane/tensor-core';
 * const cell = new GRUCell(10, 20);
 * let h = cell.forward(randn([3, 10]));
 * h = cell.forward(randn([3, 10]), h);
 * h.shape; // => [3,20]
 *
 * @see Cho et al. (2014), Learning Phrase Representations using RNN Encoder-Decoder for Statistical
 * Machine Translation.
 * @category Cells
 */
export class GRUCell extends HiddenCell {
  protected readonly kind = 'gru';

  constructor(inputSize: number, hiddenSize: number, options: CellOptions = {}) {
    super(inputSize, hiddenSize, 3, optionsOf(new.target.name, options, cellNames));
  }
}

/**
 * One step of a gated recurrent unit as its paper has it: the reset gate acts on the state before the state meets its
 * weights.
 *
 * $$ \begin{aligned}
 * r &= \sigma(W_{ir} x + b_{ir} + W_{hr} h + b_{hr}) \\
 * z &= \sigma(W_{iz} x + b_{iz} + W_{hz} h + b_{hz}) \\
 * n &= \tanh(W_{in} x + b_{in} + W_{hn} (r \odot h) + b_{hn}) \\
 * h' &= (1 - z) \odot n + z \odot h
 * \end{aligned} $$
 *
 * Shapes are those of `GRUCell`. Keras calls it `reset_after=False`; PyTorch does not have it. Texts that write h' = (1
 * - z) ⊙ h + z ⊙ n mean the same cell, with 1 - z for z. Throws as `GRUCell`.
 *
 * @example
 * import { GRUResetBeforeCell } from '@kasane/layers-rnn';
 * import { randn } from '@kasane/tensor-core';
 * const cell = new GRUResetBeforeCell(2, 128, { bias: 'single' });
 * cell.forward(randn([3, 2])).shape; // => [3,128]
 * cell.parameters().reduce((n, p) => n + p.size, 0); // => 50304
 *
 * @see Cho et al. (2014), Learning Phrase Representations using RNN Encoder-Decoder for Statistical
 * Machine Translation.
 * @category Cells
 */
export class GRUResetBeforeCell extends HiddenCell {
  protected readonly kind = 'gruResetBefore';

  constructor(inputSize: number, hiddenSize: number, options: CellOptions = {}) {
    super(inputSize, hiddenSize, 3, optionsOf(new.target.name, options, cellNames));
  }
}
