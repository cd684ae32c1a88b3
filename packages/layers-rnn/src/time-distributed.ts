import { Module, type Layer } from '@kasane/nn';
import { formatShape, ShapeError, type Tensor, requireTensor } from '@kasane/tensor-core';

/**
 * Any layer at every step of sequences: steps and batch are merged into one batch for it.
 *
 * $$ y_{t,b} = f(x_{t,b}) $$
 *
 * | tensor | shape                       |
 * | ------ | --------------------------- |
 * | input  | (T, B, ...) or (B, T, ...)  |
 * | output | the same first two dimensions |
 *
 * Layers of the last dimension, such as `Linear`, need no such help; those that count dimensions, such
 * as `BatchNorm1d` and convolutions, do. Keras has it under this name, PyTorch does not. Throws
 * ShapeError if the input has less than two dimensions, and what the layer throws.
 *
 * @example
 * import { TimeDistributed } from '@kasane/layers-rnn';
 * import { Flatten, Linear, Sequential } from '@kasane/nn';
 * import { randn } from '@kasane/tensor-core';
 * const layer = new TimeDistributed(new Sequential(new Flatten(), new Linear(12, 2)));
 * layer.forward(randn([5, 7, 3, 4])).shape; // => [5,7,2]
 *
 * @category Layers
 */
export class TimeDistributed extends Module {
  /** What is done at every step. */
  readonly layer: Layer;

  constructor(layer: Layer) {
    super();
    this.layer = layer;
  }

  forward(input: Tensor): Tensor {
    requireTensor('TimeDistributed', 'the input', input);
    const [first, second, ...rest] = input.shape;
    if (first === undefined || second === undefined) {
      throw new ShapeError(
        `TimeDistributed: the input must have steps and a batch as its first dimensions, got shape ${formatShape(input.shape)}. Unsqueeze what is missing.`,
      );
    }
    const output = this.layer.forward(input.reshape([first * second, ...rest]));
    return output.reshape([first, second, ...output.shape.slice(1)]);
  }
}
