import { guardedOptions, type Tensor } from '@kasane/tensor-core';
import { Module } from '../module.ts';
import { checkTensor } from '../shapes.ts';

/**
 * The logistic function of each element, from 0 to 1.
 *
 * $$ \frac{1}{1 + e^{-x}} $$
 *
 * The output has the input's shape. Same as `torch.nn.Sigmoid`.
 *
 * @example
 * import { Sigmoid } from '@kasane/nn';
 * import { tensor } from '@kasane/tensor-core';
 * new Sigmoid().forward(tensor([-Infinity, 0, Infinity])).toArray(); // => [0,0.5,1]
 *
 * @category Activations
 */
export class Sigmoid extends Module {
  forward(input: Tensor): Tensor {
    return checkTensor(this, input).sigmoid();
  }
}

/**
 * The hyperbolic tangent of each element.
 *
 * $$ \tanh(x) = \frac{e^x - e^{-x}}{e^x + e^{-x}} $$
 *
 * The output has the input's shape. Same as `torch.nn.Tanh`.
 *
 * @example
 * import { Tanh } from '@kasane/nn';
 * import { tensor } from '@kasane/tensor-core';
 * new Tanh().forward(tensor([-Infinity, 0, Infinity])).toArray(); // => [-1,0,1]
 *
 * @category Activations
 */
export class Tanh extends Module {
  forward(input: Tensor): Tensor {
    return checkTensor(this, input).tanh();
  }
}

/**
 * x kept within [minVal, maxVal].
 *
 * $$ \min(\max(x, \mathrm{minVal}), \mathrm{maxVal}) $$
 *
 * The output has the input's shape. Same as `torch.nn.Hardtanh`, except that minVal may be above maxVal, which then is
 * all there is.
 *
 * @example
 * import { Hardtanh } from '@kasane/nn';
 * import { tensor } from '@kasane/tensor-core';
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
    checkTensor(this, input);
    const { minVal, maxVal } = guardedOptions(this);
    return input.hardtanh(minVal, maxVal);
  }
}

/**
 * 0 below -3, 1 above 3, a line between.
 *
 * $$ \min(\max(x + 3, 0), 6) / 6 $$
 *
 * The output has the input's shape. Same as `torch.nn.Hardsigmoid`.
 *
 * @example
 * import { Hardsigmoid } from '@kasane/nn';
 * import { tensor } from '@kasane/tensor-core';
 * new Hardsigmoid().forward(tensor([-3, 0, 3])).toArray(); // => [0,0.5,1]
 *
 * @category Activations
 */
export class Hardsigmoid extends Module {
  forward(input: Tensor): Tensor {
    return checkTensor(this, input).hardsigmoid();
  }
}

/**
 * x kept within [0, 6].
 *
 * $$ \min(\max(x, 0), 6) $$
 *
 * The output has the input's shape. Same as `torch.nn.ReLU6`.
 *
 * @example
 * import { ReLU6 } from '@kasane/nn';
 * import { tensor } from '@kasane/tensor-core';
 * new ReLU6().forward(tensor([-1, 2, 9])).toArray(); // => [0,2,6]
 *
 * @see Howard et al. (2017), MobileNets.
 * @category Activations
 */
export class ReLU6 extends Hardtanh {
  constructor() {
    super(0, 6);
  }
}

/**
 * The logarithm of the logistic function of each element, without overflow.
 *
 * $$ \log \frac{1}{1 + e^{-x}} $$
 *
 * The output has the input's shape. Same as `torch.nn.LogSigmoid`.
 *
 * @throws {@link DTypeError} for bools.
 *
 * @example
 * import { LogSigmoid } from '@kasane/nn';
 * import { tensor } from '@kasane/tensor-core';
 * new LogSigmoid().forward(tensor([-1000, 1000])).toArray(); // => [-1000,0]
 *
 * @category Activations
 */
export class LogSigmoid extends Module {
  forward(input: Tensor): Tensor {
    return checkTensor(this, input).neg().softplus().neg();
  }
}

/**
 * Each element divided by its size and one more, from -1 to 1.
 *
 * $$ \frac{x}{1 + |x|} $$
 *
 * The output has the input's shape. Same as `torch.nn.Softsign`, except that it is ±1 at ±Infinity, where PyTorch gives NaN.
 *
 * @throws {@link DTypeError} for whole numbers and bools.
 *
 * @example
 * import { Softsign } from '@kasane/nn';
 * import { tensor } from '@kasane/tensor-core';
 * new Softsign().forward(tensor([-1, 3, Infinity])).toArray(); // => [-0.5,0.75,1]
 *
 * @category Activations
 */
export class Softsign extends Module {
  forward(input: Tensor): Tensor {
    checkTensor(this, input);
    const x = input.clamp(-3e38, 3e38); // Infinity / Infinity would be NaN
    return x.div(x.abs().add(1));
  }
}
