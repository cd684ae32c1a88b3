import type { Tensor } from '@kasane/tensor-core';
import { Module } from '../module.ts';

/**
 * $$ \frac{e^{x_i}}{\sum_j e^{x_j}} $$
 *
 * Turns scores along a dimension into probabilities. Same as `torch.nn.Softmax`, except that dim is
 * the last one by default.
 *
 * @example
 * import { Softmax } from '@kasane/nn';
 * import { tensor } from '@kasane/tensor-core';
 * new Softmax().forward(tensor([1, 1])).toArray(); // => [0.5,0.5]
 *
 * @category Activations
 */
export class Softmax extends Module {
  /** The dimension whose values add up to 1. */
  readonly dim: number;

  constructor(dim: number = -1) {
    super();
    this.dim = dim;
  }

  forward(input: Tensor): Tensor {
    return input.softmax(this.dim);
  }
}

/**
 * $$ x_i - \log \sum_j e^{x_j} $$
 *
 * The logarithm of softmax, computed without overflow. Same as `torch.nn.LogSoftmax`, except that dim
 * is the last one by default.
 *
 * @example
 * import { LogSoftmax } from '@kasane/nn';
 * import { tensor } from '@kasane/tensor-core';
 * new LogSoftmax().forward(tensor([1000, 0])).toArray(); // => [0,-1000]
 *
 * @category Activations
 */
export class LogSoftmax extends Module {
  /** The dimension along which the probabilities add up to 1. */
  readonly dim: number;

  constructor(dim: number = -1) {
    super();
    this.dim = dim;
  }

  forward(input: Tensor): Tensor {
    return input.logSoftmax(this.dim);
  }
}
