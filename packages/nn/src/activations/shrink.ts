import { guardedOptions, requireThat, type Tensor } from '@kasane/tensor-core';
import { Module } from '../module.ts';
import { checkTensor } from '../shapes.ts';

/**
 * x, with 0 in place of what is near it.
 *
 * $$ x \text{ if } |x| > \lambda, \text{ else } 0 $$
 *
 * The output has the input's shape. Same as `torch.nn.Hardshrink`.
 *
 * @example
 * import { Hardshrink } from '@kasane/nn';
 * import { tensor } from '@kasane/tensor-core';
 * new Hardshrink().forward(tensor([-2, 0.5, 1])).toArray(); // => [-2,0,1]
 *
 * @category Activations
 */
export class Hardshrink extends Module {
  /** How far from 0 everything becomes 0. */
  lambd: number;

  constructor(lambd: number = 0.5) {
    super();
    this.lambd = lambd;
  }

  forward(input: Tensor): Tensor {
    checkTensor(this, input);
    return input.abs().lessEqual(guardedOptions(this).lambd).where(0, input);
  }
}

/**
 * x moved towards 0 by λ, and not beyond.
 *
 * $$ \operatorname{sign}(x) \max(|x| - \lambda, 0) $$
 *
 * The output has the input's shape. Same as `torch.nn.Softshrink`.
 *
 * @throws RangeError unless λ ≥ 0.
 *
 * @example
 * import { Softshrink } from '@kasane/nn';
 * import { tensor } from '@kasane/tensor-core';
 * new Softshrink().forward(tensor([-2, 0.25, 1])).toArray(); // => [-1.5,0,0.5]
 *
 * @category Activations
 */
export class Softshrink extends Module {
  /** How far x is moved. */
  lambd: number;

  constructor(lambd: number = 0.5) {
    super();
    requireThat(lambd >= 0, 'Softshrink', 'lambd', lambd, 'at least 0');
    this.lambd = lambd;
  }

  forward(input: Tensor): Tensor {
    checkTensor(this, input);
    const { lambd } = guardedOptions(this);
    return input.sub(input.clamp(-lambd, lambd));
  }
}

/**
 * What each element is more than its hyperbolic tangent.
 *
 * $$ x - \tanh(x) $$
 *
 * The output has the input's shape. Same as `torch.nn.Tanhshrink`.
 *
 * @example
 * import { Tanhshrink } from '@kasane/nn';
 * import { tensor } from '@kasane/tensor-core';
 * new Tanhshrink().forward(tensor(1)).item().toFixed(4); // => 0.2384
 *
 * @category Activations
 */
export class Tanhshrink extends Module {
  forward(input: Tensor): Tensor {
    checkTensor(this, input);
    return input.sub(input.tanh());
  }
}

/**
 * x where it is above the threshold, else a fixed value.
 *
 * $$ x \text{ if } x > \mathrm{threshold}, \text{ else } \mathrm{value} $$
 *
 * The output has the input's shape. Same as `torch.nn.Threshold`.
 *
 * @example
 * import { Threshold } from '@kasane/nn';
 * import { tensor } from '@kasane/tensor-core';
 * new Threshold(1, -5).forward(tensor([0, 1, 2])).toArray(); // => [-5,-5,2]
 *
 * @category Activations
 */
export class Threshold extends Module {
  /** Up to where x is replaced. */
  threshold: number;
  /** By what it is replaced. */
  value: number;

  constructor(threshold: number, value: number) {
    super();
    this.threshold = threshold;
    this.value = value;
  }

  forward(input: Tensor): Tensor {
    checkTensor(this, input);
    const { threshold, value } = guardedOptions(this);
    return input.lessEqual(threshold).where(value, input);
  }
}
