import {
  formatShape,
  optionsOf,
  requireTensor,
  sameShape,
  ShapeError,
  type Tensor,
} from '@kasane/tensor-core';
import { Loss } from './loss.ts';
import { checkSameShape, reduce, type LossOptions } from './reduction.ts';

/** Options of the losses of Gaussians. */
export interface GaussianNLLOptions extends LossOptions {
  /** Add what does not depend on the input, too. Default false. */
  readonly full?: boolean;
  /** The least variance. Default 1e-6. */
  readonly eps?: number;
}

/**
 * The negative log-likelihood of targets under Gaussians whose means and variances are given.
 *
 * $$ \ell_i = \tfrac12 \left( \log v_i + \frac{(x_i - y_i)^2}{v_i} \right), \quad v_i = \max(\sigma_i^2, \epsilon) $$
 *
 * The variance has the input's shape, or 1 in the last dimension, or no elements but one. Its gradient is that at v, also below
 * ε. Same as `torch.nn.functional.gaussian_nll_loss`, except that a negative variance counts as ε, where PyTorch throws.
 *
 * @throws {@link ShapeError} if the shapes do not fit.
 *
 * @example
 * import { gaussianNllLoss } from '@kasane/nn';
 * import { tensor } from '@kasane/tensor-core';
 * gaussianNllLoss(tensor([1, 2]), tensor([1, 4]), tensor([1, 1])).item(); // => 1
 *
 * @see Nix and Weigend (1994), Estimating the Mean and Variance of the Target Probability Distribution.
 * @category Losses
 */
export function gaussianNllLoss(
  input: Tensor,
  target: Tensor,
  variance: Tensor,
  options: GaussianNLLOptions = {},
): Tensor {
  const names = ['full', 'eps', 'reduction'] as const;
  const { full = false, eps = 1e-6, reduction } = optionsOf('gaussianNllLoss', options, names);
  checkSameShape('gaussianNllLoss', input, target);
  requireTensor('gaussianNllLoss', 'the variance', variance);
  const { shape } = variance;
  if (![input.shape, [...input.shape.slice(0, -1), 1], []].some((s) => sameShape(s, shape))) {
    throw new ShapeError(
      `gaussianNllLoss: the variance must have the input's shape ${formatShape(input.shape)}, or 1 in its last dim, or be a scalar, got ${formatShape(shape)}.`,
    );
  }
  const v = variance.add(variance.detach().neg().add(eps).relu());
  const losses = v.log().add(input.sub(target).square().div(v)).mul(0.5);
  return reduce(full ? losses.add(Math.log(2 * Math.PI) / 2) : losses, reduction);
}

/**
 * `gaussianNllLoss` as a module.
 *
 * $$ \ell_i = \tfrac12 \left( \log v_i + \frac{(x_i - y_i)^2}{v_i} \right), \quad v_i = \max(\sigma_i^2, \epsilon) $$
 *
 * Same as `torch.nn.GaussianNLLLoss`, except that a negative variance counts as ε.
 *
 * @throws As `gaussianNllLoss`.
 *
 * @example
 * import { GaussianNLLLoss } from '@kasane/nn';
 * import { tensor } from '@kasane/tensor-core';
 * new GaussianNLLLoss().forward(tensor([1]), tensor([3]), tensor([1])).item(); // => 2
 *
 * @category Losses
 */
export class GaussianNLLLoss extends Loss<GaussianNLLOptions> {
  /** Add what does not depend on the input, too. */
  declare full: boolean;
  /** The least variance. */
  declare eps: number;

  constructor(options: GaussianNLLOptions = {}) {
    super(options, { full: false, eps: 1e-6 });
  }

  forward(input: Tensor, target: Tensor, variance: Tensor): Tensor {
    return gaussianNllLoss(input, target, variance, this.options());
  }
}

/** Options of the losses of counts. */
export interface PoissonNLLOptions extends LossOptions {
  /** The input is the logarithm of the rate. Default true. */
  readonly logInput?: boolean;
  /** Add Stirling's approximation of log y!, for targets above 1. Default false. */
  readonly full?: boolean;
  /** Added to the rate in its logarithm, where the input is the rate. Default 1e-8. */
  readonly eps?: number;
}

/**
 * The negative log-likelihood of counts under Poisson distributions whose log-rates are given.
 *
 * $$ \ell_i = e^{x_i} - y_i x_i, \quad \text{or, of rates, } x_i - y_i \log(x_i + \epsilon) $$
 *
 * Same as `torch.nn.functional.poisson_nll_loss`, except that nothing is broadcast.
 *
 * @throws {@link ShapeError} unless both have one shape.
 *
 * @example
 * import { poissonNllLoss } from '@kasane/nn';
 * import { tensor } from '@kasane/tensor-core';
 * poissonNllLoss(tensor([0, 0]), tensor([0, 4])).item(); // => 1
 *
 * @category Losses
 */
export function poissonNllLoss(
  input: Tensor,
  target: Tensor,
  options: PoissonNLLOptions = {},
): Tensor {
  const names = ['logInput', 'full', 'eps', 'reduction'] as const;
  const given = optionsOf('poissonNllLoss', options, names);
  const { logInput = true, full = false, eps = 1e-8, reduction } = given;
  checkSameShape('poissonNllLoss', input, target);
  const losses = logInput
    ? input.exp().sub(target.mul(input))
    : input.sub(target.mul(input.add(eps).log()));
  if (!full) return reduce(losses, reduction);
  const y = target.maximum(1); // so that nothing is infinite in the branch that is not taken
  const stirling = y
    .mul(y.log())
    .sub(y)
    .add(
      y
        .mul(2 * Math.PI)
        .log()
        .mul(0.5),
    );
  return reduce(losses.add(target.greater(1).where(stirling, 0)), reduction);
}

/**
 * `poissonNllLoss` as a module.
 *
 * $$ \ell_i = e^{x_i} - y_i x_i, \quad \text{or, of rates, } x_i - y_i \log(x_i + \epsilon) $$
 *
 * Same as `torch.nn.PoissonNLLLoss`, except that nothing is broadcast.
 *
 * @throws As `poissonNllLoss`.
 *
 * @example
 * import { PoissonNLLLoss } from '@kasane/nn';
 * import { tensor } from '@kasane/tensor-core';
 * new PoissonNLLLoss({ logInput: false, eps: 0 }).forward(tensor([1]), tensor([4])).item(); // => 1
 *
 * @category Losses
 */
export class PoissonNLLLoss extends Loss<PoissonNLLOptions> {
  /** The input is the logarithm of the rate. */
  declare logInput: boolean;
  /** Add Stirling's approximation of log y!. */
  declare full: boolean;
  /** Added to the rate in its logarithm. */
  declare eps: number;

  constructor(options: PoissonNLLOptions = {}) {
    super(options, { logInput: true, full: false, eps: 1e-8 });
  }

  forward(input: Tensor, target: Tensor): Tensor {
    return poissonNllLoss(input, target, this.options());
  }
}
