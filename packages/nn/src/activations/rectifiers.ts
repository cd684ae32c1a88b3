import { guardedOptions, type Tensor } from '@kasane/tensor-core';
import { Module } from '../module.ts';
import { checkTensor } from '../shapes.ts';

/**
 * The rectified linear unit: each element, or 0 where it is negative.
 *
 * $$ \max(x, 0) $$
 *
 * The output has the input's shape. Same as `torch.nn.ReLU`.
 *
 * @example
 * import { ReLU } from '@kasane/nn';
 * import { tensor } from '@kasane/tensor-core';
 * new ReLU().forward(tensor([-1, 0, 2])).toArray(); // => [0,0,2]
 *
 * @category Activations
 */
export class ReLU extends Module {
  forward(input: Tensor): Tensor {
    return checkTensor(this, input).relu();
  }
}

/**
 * x where it is positive, else negativeSlope · x.
 *
 * $$ \max(x, 0) + \mathrm{negativeSlope} \cdot \min(x, 0) $$
 *
 * The output has the input's shape. Same as `torch.nn.LeakyReLU`.
 *
 * @example
 * import { LeakyReLU } from '@kasane/nn';
 * import { tensor } from '@kasane/tensor-core';
 * new LeakyReLU(0.5).forward(tensor([-1, 0, 2])).toArray(); // => [-0.5,0,2]
 *
 * @see Maas, Hannun and Ng (2013), Rectifier Nonlinearities Improve Neural Network Acoustic Models.
 * @category Activations
 */
export class LeakyReLU extends Module {
  /** The slope below zero. */
  negativeSlope: number;

  constructor(negativeSlope: number = 0.01) {
    super();
    this.negativeSlope = negativeSlope;
  }

  forward(input: Tensor): Tensor {
    return checkTensor(this, input).leakyRelu(guardedOptions(this).negativeSlope);
  }
}

/**
 * The exponential linear unit: x where it is positive, else a curve down to -α.
 *
 * $$ x \text{ if } x > 0, \text{ else } \alpha (e^x - 1) $$
 *
 * The output has the input's shape. Same as `torch.nn.ELU`.
 *
 * @example
 * import { ELU } from '@kasane/nn';
 * import { tensor } from '@kasane/tensor-core';
 * new ELU(2).forward(tensor([-Infinity, 0, 2])).toArray(); // => [-2,0,2]
 *
 * @see Clevert, Unterthiner and Hochreiter (2015), Fast and Accurate Deep Network Learning by
 * Exponential Linear Units.
 * @category Activations
 */
export class ELU extends Module {
  /** Minus the limit far below zero. */
  alpha: number;

  constructor(alpha: number = 1) {
    super();
    this.alpha = alpha;
  }

  forward(input: Tensor): Tensor {
    return checkTensor(this, input).elu(guardedOptions(this).alpha);
  }
}

/**
 * ELU scaled so that signals keep mean 0 and variance 1 from layer to layer.
 *
 * $$ \lambda x \text{ if } x > 0, \text{ else } \lambda \alpha (e^x - 1), \quad \lambda \approx 1.0507, \; \alpha \approx 1.6733 $$
 *
 * The output has the input's shape. Same as `torch.nn.SELU`.
 *
 * @example
 * import { SELU } from '@kasane/nn';
 * import { tensor } from '@kasane/tensor-core';
 * new SELU().forward(tensor(1)).item().toFixed(4); // => 1.0507
 *
 * @see Klambauer et al. (2017), Self-Normalizing Neural Networks.
 * @category Activations
 */
export class SELU extends Module {
  forward(input: Tensor): Tensor {
    return checkTensor(this, input).selu();
  }
}

/**
 * ELU with a slope that is continuous for every α.
 *
 * $$ x \text{ if } x > 0, \text{ else } \alpha (e^{x / \alpha} - 1) $$
 *
 * The output has the input's shape. Same as `torch.nn.CELU`. The call throws RangeError if α is 0.
 *
 * @example
 * import { CELU } from '@kasane/nn';
 * import { tensor } from '@kasane/tensor-core';
 * new CELU(2).forward(tensor([-Infinity, 0, 2])).toArray(); // => [-2,0,2]
 *
 * @see Barron (2017), Continuously Differentiable Exponential Linear Units.
 * @category Activations
 */
export class CELU extends Module {
  /** Minus the limit far below zero. */
  alpha: number;

  constructor(alpha: number = 1) {
    super();
    this.alpha = alpha;
  }

  forward(input: Tensor): Tensor {
    return checkTensor(this, input).celu(guardedOptions(this).alpha);
  }
}
