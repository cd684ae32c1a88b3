import {
  formatShape,
  guardedOptions,
  optionsOf,
  rand,
  requireThat,
  requireWhole,
  ShapeError,
  type Tensor,
} from '@kasane/tensor-core';
import { drawLike } from '../init/basic.ts';
import type { InitOptions } from '../init/index.ts';
import { layerNames, type LayerOptions } from '../layer-options.ts';
import { Module } from '../module.ts';
import { checkTensor } from '../shapes.ts';
import { newParameter } from '../new-parameter.ts';
import type { Parameter } from '../parameter.ts';

/** Options of `PReLU`. */
export interface PReLUOptions extends LayerOptions {
  /** The slope at first. Default 0.25. */
  readonly init?: number;
}

/**
 * x where it is positive, else w · x with a slope w that is learned: one, or one for each channel.
 *
 * $$ \max(x, 0) + w_c \min(x, 0) $$
 *
 * | tensor        | shape                                       |
 * | ------------- | ------------------------------------------- |
 * | input, output | any for one slope, else (N, C) or (N, C, ...) |
 * | weight        | (C)                                         |
 *
 * Same as `torch.nn.PReLU`. Keep weight decay off it.
 *
 * @throws RangeError unless numParameters is a whole number ≥ 1.
 * @throws {@link ShapeError} if the input has no such channels.
 *
 * @example
 * import { PReLU } from '@kasane/nn';
 * import { tensor } from '@kasane/tensor-core';
 * const layer = new PReLU(2, { init: 0.5 });
 * layer.forward(tensor([[-1, 2], [3, -4]])).toArray(); // => [[-0.5,2],[3,-2]]
 * layer.weight.shape; // => [2]
 *
 * @see He et al. (2015), Delving Deep into Rectifiers.
 * @category Activations
 */
export class PReLU extends Module {
  /** The slopes below zero. */
  readonly weight: Parameter;

  /** Takes the number of slopes: 1, or that of the channels. */
  constructor(numParameters: number = 1, options: PReLUOptions = {}) {
    super();
    requireWhole('PReLU', 'numParameters', numParameters, 1);
    const { init = 0.25 } = optionsOf('PReLU', options, [...layerNames, 'init']);
    this.weight = newParameter([numParameters], init, options);
  }

  forward(input: Tensor): Tensor {
    checkTensor(this, input);
    const { shape } = input;
    const { size } = this.weight;
    if (size !== 1 && size !== shape[1]) {
      throw new ShapeError(
        `PReLU: for ${size} slopes the input must have shape (N, ${size}, ...), got ${formatShape(shape)}.`,
      );
    }
    const slopes = this.weight.reshape(size === 1 ? [] : [size, ...shape.slice(2).map(() => 1)]);
    const below = input.greater(0).where(0, input); // what is infinite above must not reach the slope's gradient
    return input.relu().add(below.mul(slopes));
  }

  override extraRepr(): string {
    return `numParameters=${this.weight.size}`;
  }
}

/**
 * x where it is positive, else a · x: while training with a drawn for each element, in evaluation with the mean.
 *
 * $$ \max(x, 0) + a \min(x, 0), \quad a \sim U(\mathrm{lower}, \mathrm{upper}), \text{ in evaluation } a = \tfrac12 (\mathrm{lower} + \mathrm{upper}) $$
 *
 * The output has the input's shape. Same as `torch.nn.RReLU`.
 *
 * @throws RangeError unless lower ≤ upper.
 * @throws {@link DTypeError} while training unless the input is float32 or float64.
 *
 * @example
 * import { RReLU } from '@kasane/nn';
 * import { tensor } from '@kasane/tensor-core';
 * new RReLU(0.25, 0.75).eval().forward(tensor([-1, 2])).toArray(); // => [-0.5,2]
 *
 * @see Xu et al. (2015), Empirical Evaluation of Rectified Activations in Convolutional Network.
 * @category Activations
 */
export class RReLU extends Module {
  /** The smallest slope below zero. */
  lower: number;
  /** The largest slope below zero. */
  upper: number;
  readonly #options: InitOptions;

  constructor(lower: number = 1 / 8, upper: number = 1 / 3, options: InitOptions = {}) {
    super();
    requireThat(lower <= upper, 'RReLU', 'lower', lower, `at most upper, ${upper}`);
    this.lower = lower;
    this.upper = upper;
    this.#options = optionsOf('RReLU', options, ['generator']);
  }

  forward(input: Tensor): Tensor {
    checkTensor(this, input);
    const { lower, upper } = guardedOptions(this);
    if (!this.training) return input.leakyRelu((lower + upper) / 2);
    const slopes = rand(input.shape, drawLike(input, this.#options))
      .mul(upper - lower)
      .add(lower);
    return input.greater(0).where(input, input.mul(slopes));
  }
}
