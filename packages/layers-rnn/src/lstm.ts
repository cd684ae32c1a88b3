import { optionsOf } from '@kasane/tensor-core';
import { LSTMCell, PeepholeLSTMCell } from './lstm-cell.ts';
import type { LSTMState } from './memory-cell.ts';
import { cellOptions } from './recurrent-cell.ts';
import { RecurrentLayer, recurrentNames, type RecurrentLayerOptions } from './recurrent-layer.ts';

/**
 * A long short-term memory over sequences; `LSTMCell` says more of a step.
 *
 * $$ \begin{aligned}
 * i_t &= \sigma(W_{ii} x_t + b_{ii} + W_{hi} h_{t-1} + b_{hi}) \\
 * f_t &= \sigma(W_{if} x_t + b_{if} + W_{hf} h_{t-1} + b_{hf}) \\
 * g_t &= \tanh(W_{ig} x_t + b_{ig} + W_{hg} h_{t-1} + b_{hg}) \\
 * o_t &= \sigma(W_{io} x_t + b_{io} + W_{ho} h_{t-1} + b_{ho}) \\
 * c_t &= f_t \odot c_{t-1} + i_t \odot g_t \\
 * h_t &= o_t \odot \tanh(c_t)
 * \end{aligned} $$
 *
 * | tensor | shape                                                         |
 * | ------ | ------------------------------------------------------------- |
 * | input  | (T, B, I); (B, T, I) with batchFirst; (T, I) for one sequence |
 * | h, c   | (L·D, B, H); (L·D, H) for one sequence                        |
 * | output | (T, B, D·H); (B, T, D·H); (T, D·H)                            |
 *
 * with L = numLayers, D = 2 if bidirectional, else 1; the output holds h_t of the last layer. Same as `torch.nn.LSTM` without
 * `proj_size`, but for the names of the results.
 *
 * @throws RangeError unless sizes and numLayers are whole numbers ≥ 1 and dropouts probabilities.
 * @throws {@link ShapeError} if input, state or lengths do not fit.
 * @throws {@link DTypeError} for lengths that are not int32.
 *
 * @example
 * import { LSTM } from '@kasane/layers-rnn';
 * import { optionsOf, randn } from '@kasane/tensor-core';
 * const lstm = new LSTM(3, 4, { numLayers: 2, bidirectional: true });
 * const { output, state } = lstm.forward(randn([5, 2, 3]), undefined, { lengths: [5, 3] });
 * output.shape; // => [5,2,8]
 * [state.h.shape, state.c.shape]; // => [[4,2,4],[4,2,4]]
 *
 * @see Hochreiter and Schmidhuber (1997), Long Short-Term Memory; Gers, Schmidhuber and Cummins
 * (2000), Learning to Forget, for the forget gate.
 * @category Layers
 */
export class LSTM extends RecurrentLayer<LSTMState, LSTMCell> {
  constructor(inputSize: number, hiddenSize: number, options: RecurrentLayerOptions = {}) {
    const given = optionsOf(new.target.name, options, recurrentNames);
    const each = cellOptions(given);
    super(inputSize, hiddenSize, (n) => new LSTMCell(n, hiddenSize, each), given);
  }
}

/**
 * An LSTM over sequences whose gates see the cell state; `PeepholeLSTMCell` says more of a step.
 *
 * $$ \begin{aligned}
 * i_t &= \sigma(W_{ii} x_t + b_{ii} + W_{hi} h_{t-1} + b_{hi} + p_i \odot c_{t-1}) \\
 * f_t &= \sigma(W_{if} x_t + b_{if} + W_{hf} h_{t-1} + b_{hf} + p_f \odot c_{t-1}) \\
 * g_t &= \tanh(W_{ig} x_t + b_{ig} + W_{hg} h_{t-1} + b_{hg}) \\
 * c_t &= f_t \odot c_{t-1} + i_t \odot g_t \\
 * o_t &= \sigma(W_{io} x_t + b_{io} + W_{ho} h_{t-1} + b_{ho} + p_o \odot c_t) \\
 * h_t &= o_t \odot \tanh(c_t)
 * \end{aligned} $$
 *
 * Shapes are those of `LSTM`; each layer and direction has a parameter `peephole` (3, H) more. PyTorch does not have it.
 *
 * @throws As `LSTM`.
 *
 * @example
 * import { PeepholeLSTM } from '@kasane/layers-rnn';
 * import { randn } from '@kasane/tensor-core';
 * const lstm = new PeepholeLSTM(3, 4);
 * lstm.forward(randn([5, 2, 3])).state.c.shape; // => [1,2,4]
 * Object.keys(lstm.stateDict()).at(-1); // => peephole_l0
 *
 * @see Gers and Schmidhuber (2000), Recurrent Nets that Time and Count.
 * @category Layers
 */
export class PeepholeLSTM extends RecurrentLayer<LSTMState, PeepholeLSTMCell> {
  constructor(inputSize: number, hiddenSize: number, options: RecurrentLayerOptions = {}) {
    const given = optionsOf(new.target.name, options, recurrentNames);
    const each = cellOptions(given);
    super(inputSize, hiddenSize, (n) => new PeepholeLSTMCell(n, hiddenSize, each), given);
  }
}
