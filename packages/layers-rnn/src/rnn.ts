import { optionsOf, type Tensor } from '@kasane/tensor-core';
import { cellOptions } from './recurrent-cell.ts';
import { RecurrentLayer, recurrentNames, type RecurrentLayerOptions } from './recurrent-layer.ts';
import { RNNCell, type RNNCellOptions } from './rnn-cell.ts';

/** Options of `RNN`. */
export interface RNNOptions extends RecurrentLayerOptions, RNNCellOptions {}

/**
 * A simple recurrent network over sequences.
 *
 * $$ h_t = f(W_{ih} x_t + b_{ih} + W_{hh} h_{t-1} + b_{hh}) $$
 *
 * | tensor | shape                                                         |
 * | ------ | ------------------------------------------------------------- |
 * | input  | (T, B, I); (B, T, I) with batchFirst; (T, I) for one sequence |
 * | state  | (L·D, B, H); (L·D, H) for one sequence                        |
 * | output | (T, B, D·H); (B, T, D·H); (T, D·H)                            |
 *
 * with L = numLayers, D = 2 if bidirectional, else 1; the output holds h_t of the last layer. Same as `torch.nn.RNN`, but for
 * the names of the two results; `bias: 'single'`, `inputDropout` and `recurrentDropout` give Keras' `SimpleRNN(dropout=,
 * recurrent_dropout=)`.
 *
 * @throws RangeError unless sizes and numLayers are whole numbers ≥ 1 and dropouts probabilities.
 * @throws {@link ShapeError} if input, state or lengths do not fit.
 * @throws {@link DTypeError} for lengths that are not int32.
 *
 * @example
 * import { RNN } from '@kasane/layers-rnn';
 * import { randn } from '@kasane/tensor-core';
 * const rnn = new RNN(3, 4, { batchFirst: true });
 * const { output, state } = rnn.forward(randn([2, 5, 3])); // 2 sequences of 5 steps
 * output.shape; // => [2,5,4]
 * state.shape; // => [1,2,4]
 * Object.keys(rnn.stateDict()); // => ["weight_ih_l0","weight_hh_l0","bias_ih_l0","bias_hh_l0"]
 *
 * @see Elman (1990), Finding Structure in Time.
 * @category Layers
 */
export class RNN extends RecurrentLayer<Tensor, RNNCell> {
  constructor(inputSize: number, hiddenSize: number, options: RNNOptions = {}) {
    const given = optionsOf(new.target.name, options, ['nonlinearity', ...recurrentNames]);
    const { nonlinearity = 'tanh' } = given;
    const each = { ...cellOptions(given), nonlinearity };
    super(inputSize, hiddenSize, (n) => new RNNCell(n, hiddenSize, each), given);
  }
}
