import { optionsOf } from '@kasane/tensor-core';
import { HiddenCell } from './hidden-cell.ts';
import { cellNames, type CellOptions } from './recurrent-cell.ts';

/** The activation of the hidden state of a simple recurrent network. */
export type RNNNonlinearity = 'tanh' | 'relu' | 'sigmoid';

/** Options of `RNNCell`. */
export interface RNNCellOptions extends CellOptions {
  /** f. Default 'tanh'. */
  readonly nonlinearity?: RNNNonlinearity;
}

/**
 * One step of a simple recurrent network: the new state is a nonlinear function of the input and of
 * the state before.
 *
 * $$ h' = f(W_{ih} x + b_{ih} + W_{hh} h + b_{hh}) $$
 *
 * | tensor         | shape        |
 * | -------------- | ------------ |
 * | input          | (B, I), (I)  |
 * | h              | (B, H), (H)  |
 * | weightIh       | (H, I)       |
 * | weightHh       | (H, H)       |
 * | biasIh, biasHh | (H)          |
 *
 * Same as `torch.nn.RNNCell`, with the logistic function as a third choice of f.
 *
 * @throws RangeError unless both sizes are whole numbers ≥ 1.
 * @throws {@link ShapeError} if an input or a state does not fit.
 *
 * @example
 * import { RNNCell } from '@kasane/layers-rnn';
 * import { optionsOf, randn } from '@kasane/tensor-core';
 * const cell = new RNNCell(10, 20);
 * let h = cell.forward(randn([3, 10])); // from a state of zeros
 * h = cell.forward(randn([3, 10]), h);
 * h.shape; // => [3,20]
 *
 * @see Elman (1990), Finding Structure in Time.
 * @category Cells
 */
export class RNNCell extends HiddenCell {
  /** f */
  readonly nonlinearity: RNNNonlinearity;

  constructor(inputSize: number, hiddenSize: number, options: RNNCellOptions = {}) {
    super(
      inputSize,
      hiddenSize,
      1,
      optionsOf(new.target.name, options, ['nonlinearity', ...cellNames]),
    );
    const { nonlinearity = 'tanh' } = options;
    if (!['tanh', 'relu', 'sigmoid'].includes(nonlinearity)) {
      throw new RangeError(
        `RNNCell: nonlinearity must be 'tanh', 'relu' or 'sigmoid', got '${String(nonlinearity)}'. Write a cell of your own for others.`,
      );
    }
    this.nonlinearity = nonlinearity;
  }

  protected get kind(): RNNNonlinearity {
    return this.nonlinearity;
  }

  /** The sizes, and what is not as usual. */
  override extraRepr(): string {
    const { nonlinearity } = this;
    return super.extraRepr() + (nonlinearity === 'tanh' ? '' : `, nonlinearity='${nonlinearity}'`);
  }
}
