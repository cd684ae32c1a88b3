import {
  guardedOptions,
  rand,
  requireTensor,
  requireThat,
  optionsOf,
  type Generator,
  type Shape,
  type Tensor,
} from '@kasane/tensor-core';
import { drawLike, type InitOptions } from './init/basic.ts';
import { Module } from './module.ts';
import { checkTensor, wrongShape } from './shapes.ts';

/** Options of the function `dropout`. */
export interface DropoutFunctionOptions extends InitOptions {
  /** The probability of a zero. Default 0.5. */
  readonly p?: number;
  /** Without training, the input passes unchanged. Default true. */
  readonly training?: boolean;
}

/**
 * Sets elements to zero, each with probability p, and scales the others, so that the expected value stays.
 *
 * $$ y_i = \frac{m_i x_i}{1 - p}, \quad m_i \sim \mathrm{Bernoulli}(1 - p) $$
 *
 * The output has the input's shape. Same as `torch.nn.functional.dropout`.
 *
 * @throws RangeError unless 0 ≤ p ≤ 1.
 * @throws {@link DTypeError} while training unless the input is float32 or float64.
 *
 * @example
 * import { dropout } from '@kasane/nn';
 * import { ones } from '@kasane/tensor-core';
 * const y = dropout(ones([10000]), { p: 0.2 });
 * y.notEqual(0).cast('float32').mean().item().toFixed(1); // => 0.8
 *
 * @see Srivastava et al. (2014), Dropout: A Simple Way to Prevent Neural Networks from Overfitting.
 */
export function dropout(input: Tensor, options: DropoutFunctionOptions = {}): Tensor {
  requireTensor('dropout', 'the input', input);
  const names = ['p', 'training', 'generator'] as const;
  const { p = 0.5, training = true } = optionsOf('dropout', options, names);
  checkProbability(p);
  if (!training || p === 0) return input;
  return scaled(input, rand(input.shape, drawLike(input, options)).greaterEqual(p), p);
}

/** What is kept, scaled. With p = 1 that is nothing; what is dropped is left out, not multiplied by 0, which would keep NaN. */
function scaled(input: Tensor, kept: Tensor, p: number): Tensor {
  return kept.where(input.mul(p === 1 ? 0 : 1 / (1 - p)), 0);
}

/** Options of `Dropout`. */
export interface DropoutOptions {
  /** Where the masks are drawn from. Default: the generator that `manualSeed` seeds. */
  readonly generator?: Generator;
}

/** What all of them share. */
abstract class Drop extends Module {
  /** The probability to be dropped. */
  p: number;
  readonly #options: DropoutOptions;

  constructor(p: number = 0.5, options: DropoutOptions = {}) {
    super();
    checkProbability(p);
    this.p = p;
    this.#options = optionsOf(this.constructor.name, options, ['generator']);
  }

  forward(input: Tensor): Tensor {
    checkTensor(this, input);
    const { p } = guardedOptions(this);
    checkProbability(p);
    const shape = this.places(input);
    if (!this.training || p === 0) return input;
    const kept = rand(shape, drawLike(input, this.#options)).greaterEqual(p);
    return this.drop(input, kept, p);
  }

  /** The shape of the draws, which broadcasts to the input: what shares one is dropped together. */
  protected places({ shape }: Tensor): Shape {
    return shape;
  }

  /** What is left of the input: `kept` says which places are. */
  protected drop(input: Tensor, kept: Tensor, p: number): Tensor {
    return scaled(input, kept, p);
  }
}

/** One place per channel: the first dims of the input, so many, and 1 for the rest. */
function channels({ shape }: Tensor, lead: number): Shape {
  return shape.map((size, dim) => (dim < lead ? size : 1));
}

/**
 * Sets elements to zero while training, each with probability p, and scales the others by 1/(1 - p); the identity in
 * evaluation.
 *
 * $$ y_i = \frac{m_i x_i}{1 - p}, \quad m_i \sim \mathrm{Bernoulli}(1 - p) $$
 *
 * The output has the input's shape. Same as `torch.nn.Dropout`.
 *
 * @throws As `dropout`.
 *
 * @example
 * import { Dropout } from '@kasane/nn';
 * import { tensor } from '@kasane/tensor-core';
 * new Dropout(0.5).eval().forward(tensor([1, 2])).toArray(); // => [1,2]
 *
 * @see Srivastava et al. (2014), Dropout: A Simple Way to Prevent Neural Networks from Overfitting.
 * @category Layers
 */
export class Dropout extends Drop {}

/**
 * `Dropout` of whole channels of (N, C, L) or (C, L).
 *
 * $$ y_{n, c, l} = \frac{m_{n, c} \, x_{n, c, l}}{1 - p}, \quad m_{n, c} \sim \mathrm{Bernoulli}(1 - p) $$
 *
 * Same as `torch.nn.Dropout1d`.
 *
 * @throws As `dropout`.
 * @throws {@link ShapeError} for other numbers of dimensions.
 *
 * @example
 * import { Dropout1d } from '@kasane/nn';
 * import { ones } from '@kasane/tensor-core';
 * const sums = new Dropout1d(0.5).forward(ones([1, 100, 8])).sum(-1); // 0 or 16
 * sums.equal(0).logicalOr(sums.equal(16)).all().item(); // => 1
 *
 * @see Tompson et al. (2015), Efficient Object Localization Using Convolutional Networks.
 * @category Layers
 */
export class Dropout1d extends Drop {
  protected override places(input: Tensor): Shape {
    checkDims('Dropout1d', input, [2, 3], '(N, C, L) or (C, L)');
    return channels(input, input.ndim - 1);
  }
}

/**
 * `Dropout` of whole channels of (N, C, H, W) or (N, C, L).
 *
 * $$ y_{n, c, h, w} = \frac{m_{n, c} \, x_{n, c, h, w}}{1 - p}, \quad m_{n, c} \sim \mathrm{Bernoulli}(1 - p) $$
 *
 * Same as `torch.nn.Dropout2d`.
 *
 * @throws As `dropout`.
 * @throws {@link ShapeError} for other numbers of dimensions.
 *
 * @example
 * import { Dropout2d } from '@kasane/nn';
 * import { ones } from '@kasane/tensor-core';
 * const sums = new Dropout2d(0.5).forward(ones([1, 100, 2, 4])).sum([2, 3]); // 0 or 16
 * sums.equal(0).logicalOr(sums.equal(16)).all().item(); // => 1
 *
 * @see Tompson et al. (2015), Efficient Object Localization Using Convolutional Networks.
 * @category Layers
 */
export class Dropout2d extends Drop {
  protected override places(input: Tensor): Shape {
    checkDims('Dropout2d', input, [3, 4], '(N, C, H, W) or (N, C, L)');
    return channels(input, 2);
  }
}

/**
 * `Dropout` of whole channels of (N, C, D, H, W) or (C, D, H, W).
 *
 * $$ y_{n, c, d, h, w} = \frac{m_{n, c} \, x_{n, c, d, h, w}}{1 - p}, \quad m_{n, c} \sim \mathrm{Bernoulli}(1 - p) $$
 *
 * Same as `torch.nn.Dropout3d`.
 *
 * @throws As `dropout`.
 * @throws {@link ShapeError} for other numbers of dimensions.
 *
 * @example
 * import { Dropout3d } from '@kasane/nn';
 * import { ones } from '@kasane/tensor-core';
 * const sums = new Dropout3d(0.5).forward(ones([1, 100, 2, 2, 2])).sum([2, 3, 4]); // 0 or 16
 * sums.equal(0).logicalOr(sums.equal(16)).all().item(); // => 1
 *
 * @see Tompson et al. (2015), Efficient Object Localization Using Convolutional Networks.
 * @category Layers
 */
export class Dropout3d extends Drop {
  protected override places(input: Tensor): Shape {
    checkDims('Dropout3d', input, [4, 5], '(N, C, D, H, W) or (C, D, H, W)');
    return channels(input, input.ndim - 3);
  }
}

function checkDims(layer: string, input: Tensor, dims: readonly number[], names: string): void {
  if (!dims.includes(input.ndim)) throw wrongShape(layer, input, ` must have shape ${names}`);
}

// -λα: what SELU gives far below zero.
const SATURATED = -1.7580993408473766;

/**
 * Dropout for `SELU`: what is dropped becomes SELU's lowest value, and all is scaled and shifted so that mean 0 and
 * variance 1 stay; the identity in evaluation.
 *
 * $$ y_i = a \, (m_i x_i + (1 - m_i) s) - a p s, \quad a = \left((1 - p)(1 + p s^2)\right)^{-1/2}, \; s \approx -1.7581, \; m_i \sim \mathrm{Bernoulli}(1 - p) $$
 *
 * The output has the input's shape. Same as `torch.nn.AlphaDropout`.
 *
 * @throws As `dropout`.
 *
 * @example
 * import { AlphaDropout } from '@kasane/nn';
 * import { Generator, randn } from '@kasane/tensor-core';
 * const generator = new Generator(1);
 * const y = new AlphaDropout(0.2, { generator }).forward(randn([10000], { generator }));
 * y.mean().abs().less(0.05).item(); // => 1
 * y.std().item().toFixed(1); // => 1.0
 *
 * @see Klambauer et al. (2017), Self-Normalizing Neural Networks.
 * @category Layers
 */
export class AlphaDropout extends Drop {
  /** What is left of the input: `kept` says which places are. */
  protected override drop(input: Tensor, kept: Tensor, p: number): Tensor {
    if (p === 1) return input.newFull(input.shape, 0);
    const a = 1 / Math.sqrt((1 - p) * (1 + p * SATURATED ** 2));
    return kept
      .where(input, SATURATED)
      .mul(a)
      .sub(a * p * SATURATED);
  }
}

/**
 * `AlphaDropout` of whole channels of (N, C, ...).
 *
 * $$ y_{n, c, i} = a \, (m_{n, c} \, x_{n, c, i} + (1 - m_{n, c}) s) - a p s, \quad m_{n, c} \sim \mathrm{Bernoulli}(1 - p) $$
 *
 * with a and s as in `AlphaDropout`. Same as `torch.nn.FeatureAlphaDropout`.
 *
 * @throws As `dropout`.
 * @throws {@link ShapeError} for inputs of less than two dimensions.
 *
 * @example
 * import { FeatureAlphaDropout } from '@kasane/nn';
 * import { zeros } from '@kasane/tensor-core';
 * const y = new FeatureAlphaDropout(0.5).forward(zeros([2, 50, 4]));
 * y.sub(y.slice(2, 0, 1)).equal(0).all().item(); // => 1
 *
 * @category Layers
 */
export class FeatureAlphaDropout extends AlphaDropout {
  protected override places(input: Tensor): Shape {
    if (input.ndim < 2)
      throw wrongShape('FeatureAlphaDropout', input, ' must have shape (N, C, ...)');
    return channels(input, 2);
  }
}

function checkProbability(p: number): void {
  requireThat(p >= 0 && p <= 1, 'dropout', 'p', p, 'from 0 to 1');
}
