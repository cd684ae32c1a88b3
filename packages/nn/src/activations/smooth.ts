import { guardedOptions, requireThat, optionsOf, type Tensor } from '@kasane/tensor-core';
import { Module } from '../module.ts';
import { checkTensor } from '../shapes.ts';

/** Options of `GELU`. */
export interface GELUOptions {
  /** `'tanh'` for the approximation. Default `'none'`. */
  readonly approximate?: 'none' | 'tanh';
}

/**
 * The Gaussian error linear unit: each element times the probability that a standard normal number is less.
 *
 * $$ x \, \Phi(x), \quad \text{or, with tanh, } \tfrac12 x \left(1 + \tanh\left(\sqrt{2 / \pi} \, (x + 0.044715 x^3)\right)\right) $$
 *
 * Φ is the cumulative distribution function of N(0, 1). The output has the input's shape. Same as `torch.nn.GELU`.
 *
 * @example
 * import { GELU } from '@kasane/nn';
 * import { tensor } from '@kasane/tensor-core';
 * new GELU().forward(tensor(1)).item().toFixed(4); // => 0.8413
 * new GELU({ approximate: 'tanh' }).forward(tensor(1)).item().toFixed(4); // => 0.8412
 *
 * @see Hendrycks and Gimpel (2016), Gaussian Error Linear Units.
 * @category Activations
 */
export class GELU extends Module {
  /** How Φ is computed. */
  readonly approximate: 'none' | 'tanh';

  constructor(options?: GELUOptions) {
    super();
    const { approximate = 'none' } = optionsOf('GELU', options, ['approximate']);
    this.approximate = approximate;
  }

  forward(input: Tensor): Tensor {
    return checkTensor(this, input).gelu(this.approximate);
  }
}

/**
 * The sigmoid linear unit, also known as swish: each element times its logistic function.
 *
 * $$ x \, \sigma(x) $$
 *
 * The output has the input's shape. Same as `torch.nn.SiLU`.
 *
 * @example
 * import { SiLU } from '@kasane/nn';
 * import { tensor } from '@kasane/tensor-core';
 * new SiLU().forward(tensor(1)).item().toFixed(4); // => 0.7311
 *
 * @see Elfwing, Uchibe and Doya (2017), Sigmoid-Weighted Linear Units for Neural Network Function
 * Approximation in Reinforcement Learning.
 * @category Activations
 */
export class SiLU extends Module {
  forward(input: Tensor): Tensor {
    return checkTensor(this, input).silu();
  }
}

/**
 * SiLU in straight lines and a parabola.
 *
 * $$ x \min(\max(x + 3, 0), 6) / 6 $$
 *
 * The output has the input's shape. Same as `torch.nn.Hardswish`, except that it is 0 at -Infinity, where PyTorch gives
 * NaN.
 *
 * @example
 * import { Hardswish } from '@kasane/nn';
 * import { tensor } from '@kasane/tensor-core';
 * new Hardswish().forward(tensor([0, 3, 6])).toArray(); // => [0,3,6]
 *
 * @see Howard et al. (2019), Searching for MobileNetV3.
 * @category Activations
 */
export class Hardswish extends Module {
  forward(input: Tensor): Tensor {
    checkTensor(this, input);
    return input.maximum(-3).mul(input.hardsigmoid()); // 0 below -3, where the second factor is
  }
}

/**
 * Each element times the hyperbolic tangent of its softplus.
 *
 * $$ x \tanh(\log(1 + e^x)) $$
 *
 * The output has the input's shape. Same as `torch.nn.Mish`.
 *
 * @example
 * import { Mish } from '@kasane/nn';
 * import { tensor } from '@kasane/tensor-core';
 * new Mish().forward(tensor(1)).item().toFixed(4); // => 0.8651
 *
 * @see Misra (2019), Mish: A Self Regularized Non-Monotonic Activation Function.
 * @category Activations
 */
export class Mish extends Module {
  forward(input: Tensor): Tensor {
    return checkTensor(this, input).mish();
  }
}

/**
 * A smooth form of ReLU.
 *
 * $$ \frac{1}{\beta} \log(1 + e^{\beta x}) $$
 *
 * The output has the input's shape. Same as `torch.nn.Softplus`, except that there is no `threshold` above which x stands in
 * for the formula: the formula is computed without overflow everywhere.
 *
 * @throws RangeError unless beta is positive.
 *
 * @example
 * import { Softplus } from '@kasane/nn';
 * import { tensor } from '@kasane/tensor-core';
 * new Softplus().forward(tensor(0)).item().toFixed(4); // => 0.6931
 *
 * @category Activations
 */
export class Softplus extends Module {
  /** How sharp the bend is. */
  beta: number;

  constructor(beta: number = 1) {
    super();
    requireThat(beta > 0, 'Softplus', 'beta', beta, 'above 0');
    this.beta = beta;
  }

  forward(input: Tensor): Tensor {
    checkTensor(this, input);
    const { beta } = guardedOptions(this);
    return beta === 1 ? input.softplus() : input.mul(beta).softplus().div(beta);
  }
}
