import { ShapeError, formatShape, type Tensor } from '@kasane/tensor-core';
import { Module } from '../module.ts';
import { checkTensor } from '../shapes.ts';

/**
 * Turns scores along a dimension into probabilities.
 *
 * $$ \frac{e^{x_i}}{\sum_j e^{x_j}} $$
 *
 * The output has the input's shape. Same as `torch.nn.Softmax`, except that dim is the last one by default. Throws
 * ShapeError if the input has no such dim.
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
    return checkTensor(this, input).softmax(this.dim);
  }
}

/**
 * The logarithm of softmax, computed without overflow.
 *
 * $$ x_i - \log \sum_j e^{x_j} $$
 *
 * The output has the input's shape. Same as `torch.nn.LogSoftmax`, except that dim is the last one by default. Throws
 * ShapeError if the input has no such dim.
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
    return checkTensor(this, input).logSoftmax(this.dim);
  }
}

/**
 * Softmax of -x: the smallest score has the greatest probability.
 *
 * $$ \frac{e^{-x_i}}{\sum_j e^{-x_j}} $$
 *
 * The output has the input's shape. Same as `torch.nn.Softmin`, except that dim is the last one by default. Throws
 * ShapeError if the input has no such dim, DTypeError for bools.
 *
 * @example
 * import { Softmin } from '@kasane/nn';
 * import { tensor } from '@kasane/tensor-core';
 * new Softmin().forward(tensor([0, 1000])).toArray(); // => [1,0]
 *
 * @category Activations
 */
export class Softmin extends Softmax {
  override forward(input: Tensor): Tensor {
    return super.forward(checkTensor(this, input).neg());
  }
}

/**
 * Softmax over the channels of (N, C, H, W) or (C, H, W): at every place the probabilities add up to 1.
 *
 * $$ \frac{e^{x_{n, c, h, w}}}{\sum_k e^{x_{n, k, h, w}}} $$
 *
 * The output has the input's shape. Same as `torch.nn.Softmax2d`.
 *
 * @throws {@link ShapeError} for other numbers of dimensions.
 *
 * @example
 * import { Softmax2d } from '@kasane/nn';
 * import { zeros } from '@kasane/tensor-core';
 * new Softmax2d().forward(zeros([2, 1, 1])).flatten().toArray(); // => [0.5,0.5]
 *
 * @category Activations
 */
export class Softmax2d extends Module {
  forward(input: Tensor): Tensor {
    checkTensor(this, input);
    if (input.ndim !== 3 && input.ndim !== 4) {
      throw new ShapeError(
        `Softmax2d: needs (N, C, H, W) or (C, H, W), got ${formatShape(input.shape)}. Use Softmax.`,
      );
    }
    return input.softmax(-3);
  }
}

/**
 * The gated linear unit: the first half of a dimension, each element times the sigmoid of its partner in the second.
 *
 * $$ a \odot \sigma(b), \quad x = [a; b] $$
 *
 * (..., 2·M, ...) becomes (..., M, ...). Same as `torch.nn.GLU`.
 *
 * @throws {@link ShapeError} unless the input has the dimension, of an even size.
 *
 * @example
 * import { GLU } from '@kasane/nn';
 * import { tensor } from '@kasane/tensor-core';
 * new GLU().forward(tensor([[4, 6, 0, Infinity]])).toArray(); // => [[2,6]]
 *
 * @see Dauphin et al. (2017), Language Modeling with Gated Convolutional Networks.
 * @category Activations
 */
export class GLU extends Module {
  /** The dimension that is halved. */
  readonly dim: number;

  constructor(dim: number = -1) {
    super();
    this.dim = dim;
  }

  forward(input: Tensor): Tensor {
    checkTensor(this, input);
    const { dim } = this;
    if (input.shape.at(dim)! % 2 !== 0) {
      throw new ShapeError(
        `GLU: dim ${dim} must have an even size, got ${formatShape(input.shape)}.`,
      );
    }
    const [values, gates] = input.split(input.shape.at(dim)! / 2, dim) as [Tensor, Tensor]; // checked
    return values.mul(gates.sigmoid());
  }
}
