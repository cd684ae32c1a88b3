import { optionsOf, type Tensor } from '@kasane/tensor-core';
import { GRUCell, GRUResetBeforeCell } from './gru-cell.ts';
import { cellOptions } from './recurrent-cell.ts';
import { RecurrentLayer, recurrentNames, type RecurrentLayerOptions } from './recurrent-layer.ts';

/**
 * A gated recurrent unit over sequences; `GRUCell` says more of a step.
 *
 * $$ \begin{aligned}
 * r_t &= \sigma(W_{ir} x_t + b_{ir} + W_{hr} h_{t-1} + b_{hr}) \\
 * z_t &= \sigma(W_{iz} x_t + b_{iz} + W_{hz} h_{t-1} + b_{hz}) \\
 * n_t &= \tanh(W_{in} x_t + b_{in} + r_t \odot (W_{hn} h_{t-1} + b_{hn})) \\
 * h_t &= (1 - z_t) \odot n_t + z_t \odot h_{t-1}
 * \end{aligned} $$
 *
 * | tensor | shape                                                         |
 * | ------ | ------------------------------------------------------------- |
 * | input  | (T, B, I); (B, T, I) with batchFirst; (T, I) for one sequence |
 * | state  | (L·D, B, H); (L·D, H) for one sequence                        |
 * | output | (T, B, D·H); (B, T, D·H); (T, D·H)                            |
 *
 * with L = numLayers, D = 2 if bidirectional, else 1; the output holds h_t of the last layer. Same as `torch.nn.GRU`, but for
 * the names of the two results.
 *
 * @throws RangeError unless sizes and numLayers are whole numbers ≥ 1 and dropouts probabilities.
 * @throws {@link ShapeError} if input, state or lengths do not fit.
 * @throws {@link DTypeError} for lengths that are not int32.
 *
 * @example
 * import { GRU } from '@kasane/layers-rnn';
 * import { randn } from '@kasane/tensor-core';
 * const gru = new GRU(3, 4);
 * const { output, state } = gru.forward(randn([5, 2, 3])); // 5 steps of 2 sequences
 * output.shape; // => [5,2,4]
 * gru.forward(randn([5, 2, 3]), state).state.shape; // => [1,2,4]
 *
 * @see Cho et al. (2014), Learning Phrase Representations using RNN Encoder-Decoder for Statistical
 * Machine Translation.
 * @category Layers
 */
export class GRU extends RecurrentLayer<Tensor, GRUCell> {
  constructor(inputSize: number, hiddenSize: number, options: RecurrentLayerOptions = {}) {
    const given = optionsOf(new.target.name, options, recurrentNames);
    const each = cellOptions(given);
    super(inputSize, hiddenSize, (n) => new GRUCell(n, hiddenSize, each), given);
  }
}

/**
 * A gated recurrent unit over sequences in the form of its paper; `GRUResetBeforeCell` says more of a step.
 *
 * $$ \begin{aligned}
 * r_t &= \sigma(W_{ir} x_t + b_{ir} + W_{hr} h_{t-1} + b_{hr}) \\
 * z_t &= \sigma(W_{iz} x_t + b_{iz} + W_{hz} h_{t-1} + b_{hz}) \\
 * n_t &= \tanh(W_{in} x_t + b_{in} + W_{hn} (r_t \odot h_{t-1}) + b_{hn}) \\
 * h_t &= (1 - z_t) \odot n_t + z_t \odot h_{t-1}
 * \end{aligned} $$
 *
 * Shapes and parameters are those of `GRU`. Keras calls it `GRU(reset_after=False)`; PyTorch does not have it. Throws
 * as `GRU`.
 *
 * @example
 * import { GRUResetBefore } from '@kasane/layers-rnn';
 * import { randn } from '@kasane/tensor-core';
 * new GRUResetBefore(3, 4).forward(randn([5, 2, 3])).output.shape; // => [5,2,4]
 *
 * @see Cho et al. (2014), Learning Phrase Representations using RNN Encoder-Decoder for Statistical
 * Machine Translation.
 * @category Layers
 */
export class GRUResetBefore extends RecurrentLayer<Tensor, GRUResetBeforeCell> {
  constructor(inputSize: number, hiddenSize: number, options: RecurrentLayerOptions = {}) {
    const given = optionsOf(new.target.name, options, recurrentNames);
    const each = cellOptions(given);
    super(inputSize, hiddenSize, (n) => new GRUResetBeforeCell(n, hiddenSize, each), given);
  }
}
