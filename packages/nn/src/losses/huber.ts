import { requireThat, optionsOf, type Tensor } from '@kasane/tensor-core';
import { l1Loss } from './l1.ts';
import { Loss } from './loss.ts';
import { checkSameShape, reduce, type LossOptions } from './reduction.ts';

/** Options of the Huber loss. */
export interface HuberOptions extends LossOptions {
  /** Where the parabola becomes a line. Default 1. */
  readonly delta?: number;
}

const huberNames = ['delta', 'reduction'] as const;

/**
 * Squared for small errors, linear for large ones.
 *
 * $$ \ell_i = \tfrac12 z^2 \text{ if } z \le \delta, \text{ else } \delta (z - \tfrac12 \delta), \quad z = |x_i - y_i| $$
 *
 * Same as `torch.nn.functional.huber_loss`, except that input and target are not broadcast. Throws
 * ShapeError unless they have one shape, RangeError unless delta is positive.
 *
 * @example
 * import { huberLoss } from '@kasane/nn';
 * import { tensor } from '@kasane/tensor-core';
 * huberLoss(tensor([1, 4]), tensor([0, 0]), { reduction: 'none' }).toArray(); // => [0.5,3.5]
 *
 * @see Huber (1964), Robust Estimation of a Location Parameter.
 * @category Losses
 */
export function huberLoss(input: Tensor, target: Tensor, options: HuberOptions = {}): Tensor {
  const { delta = 1, reduction } = optionsOf('huberLoss', options, huberNames);
  checkSameShape('huberLoss', input, target);
  requireThat(delta > 0, 'huberLoss', 'delta', delta, 'above 0');
  return reduce(huber(input, target, delta), reduction);
}

/** Options of the smooth L1 loss. */
export interface SmoothL1Options extends LossOptions {
  /** Where the parabola becomes a line; 0 makes it the L1 loss. Default 1. */
  readonly beta?: number;
}

const smoothL1Names = ['beta', 'reduction'] as const;

/**
 * The Huber loss divided by its bend: slope 1 far away, whatever beta is.
 *
 * $$ \ell_i = \tfrac12 z^2 / \beta \text{ if } z \le \beta, \text{ else } z - \tfrac12 \beta, \quad z = |x_i - y_i| $$
 *
 * Same as `torch.nn.functional.smooth_l1_loss`, except that input and target are not broadcast. Throws
 * ShapeError unless they have one shape, RangeError if beta is negative.
 *
 * @example
 * import { smoothL1Loss } from '@kasane/nn';
 * import { tensor } from '@kasane/tensor-core';
 * smoothL1Loss(tensor([1, 4]), tensor([0, 0]), { beta: 2, reduction: 'none' }).toArray(); // => [0.25,3]
 *
 * @see Girshick (2015), Fast R-CNN.
 * @category Losses
 */
export function smoothL1Loss(input: Tensor, target: Tensor, options: SmoothL1Options = {}): Tensor {
  const { beta = 1, reduction = 'mean' } = optionsOf('smoothL1Loss', options, smoothL1Names);
  checkSameShape('smoothL1Loss', input, target);
  requireThat(beta >= 0, 'smoothL1Loss', 'beta', beta, 'at least 0');
  if (beta === 0) return l1Loss(input, target, { reduction });
  return reduce(huber(input, target, beta).div(beta), reduction);
}

// With c = min(z, δ): c·(z - c/2) is z²/2 up to δ and δ(z - δ/2) above.
function huber(input: Tensor, target: Tensor, delta: number): Tensor {
  const z = input.sub(target).abs();
  const c = z.minimum(delta);
  return c.mul(z.sub(c.mul(0.5)));
}

/**
 * `huberLoss` as a module.
 *
 * $$ \ell_i = \tfrac12 z^2 \text{ if } z \le \delta, \text{ else } \delta (z - \tfrac12 \delta), \quad z = |x_i - y_i| $$
 *
 * Same as `torch.nn.HuberLoss`, except that nothing is broadcast.
 *
 * @throws As `huberLoss`.
 *
 * @example
 * import { HuberLoss } from '@kasane/nn';
 * import { tensor } from '@kasane/tensor-core';
 * new HuberLoss({ delta: 2 }).forward(tensor([4]), tensor([0])).item(); // => 6
 *
 * @category Losses
 */
export class HuberLoss extends Loss<HuberOptions> {
  /** Where the parabola becomes a line. */
  declare delta: number;

  constructor(options: HuberOptions = {}) {
    super(options, { delta: 1 });
  }

  forward(input: Tensor, target: Tensor): Tensor {
    return huberLoss(input, target, this.options());
  }
}

/**
 * `smoothL1Loss` as a module.
 *
 * $$ \ell_i = \tfrac12 z^2 / \beta \text{ if } z \le \beta, \text{ else } z - \tfrac12 \beta, \quad z = |x_i - y_i| $$
 *
 * Same as `torch.nn.SmoothL1Loss`, except that nothing is broadcast.
 *
 * @throws As `smoothL1Loss`.
 *
 * @example
 * import { SmoothL1Loss } from '@kasane/nn';
 * import { tensor } from '@kasane/tensor-core';
 * new SmoothL1Loss().forward(tensor([4]), tensor([0])).item(); // => 3.5
 *
 * @category Losses
 */
export class SmoothL1Loss extends Loss<SmoothL1Options> {
  /** Where the parabola becomes a line; 0 makes it the L1 loss. */
  declare beta: number;

  constructor(options: SmoothL1Options = {}) {
    super(options, { beta: 1 });
  }

  forward(input: Tensor, target: Tensor): Tensor {
    return smoothL1Loss(input, target, this.options());
  }
}
