import { guardedOptions, type Tensor } from '@kasane/tensor-core';
import { Module } from '../module.ts';

/**
 * $$ \frac{1}{1 + e^{-x}} $$
 *
 * Same as `torch.nn.Sigmoid`.
 *
 * @example
 * import { Sigmoid } from '@kasane/nn';
 * import { guardedOptions, tensor } from '@kasane/tensor-core';
 * new Sigmoid().forward(tensor([-Infinity, 0, Infinity])).toArray(); // => [0,0.5,1]
 *
 * @category Activations
 */
export class Sigmoid extends Module {
  forward(input: Tensor): Tensor {
    return input.sigmoid();
  }
}

/**
 * The hyperbolic tangent. Same as `torch.nn.Tanh`.
 *
 * @example
 * import { Tanh } from '@kasane/nn';
 * import { guardedOptions, tensor } from '@kasane/tensor-core';
 * new Tanh().forward(tensor([-Infinity, 0, Infinity])).toArray(); // => [-1,0,1]
 *
 * @category Activations
 */
export class Tanh extends Module {
  forward(input: Tensor): Tensor {
    return input.tanh();
  }
}

/**
 * x kept within [minVal, maxVal]. Same as `torch.nn.Hardtanh`.
 *
 * @example
 * import { Hardtanh } from '@kasane/nn';
 * import { guardedOptions, tensor } from '@kasane/tensor-core';
 * new Hardtanh().forward(tensor([-3, 0.5, 3])).toArray(); // => [-1,0.5,1]
 *
 * @category Activations
 */
export class Hardtanh extends Module {
  /** The lower bound. */
  minVal: number;
  /** The upper bound. */
  maxVal: number;

  constructor(minVal: number = -1, maxVal: number = 1) {
    super();
    this.minVal = minVal;
    this.maxVal = maxVal;
  }

  forward(input: Tensor): Tensor {
    const { minVal, maxVal } = guardedOptions(this);
    return input.hardtanh(minVal, maxVal);
  }
}

/**
 * 0 below -3, 1 above 3, x/6 + 1/2 between. Same as `torch.nn.Hardsigmoid`.
 *
 * @example
 * import { Hardsigmoid } from '@kasane/nn';
 * import { guardedOptions, tensor } from '@kasane/tensor-core';
 * new Hardsigmoid().forward(tensor([-3, 0, 3])).toArray(); // => [0,0.5,1]
 *
 * @category Activations
 */
export class Hardsigmoid extends Module {
  forward(input: Tensor): Tensor {
    return input.hardsigmoid();
  }
}
