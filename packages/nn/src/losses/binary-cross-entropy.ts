import { customVjp } from '@kasane/autograd';
import { optionsOf, reluGrad, run, type Tensor } from '@kasane/tensor-core';
import type { Buffer } from '../parameter.ts';
import { Loss } from './loss.ts';
import { checkSameShape, reduce, type LossOptions } from './reduction.ts';

/** Options of `binaryCrossEntropy`. */
export interface BinaryCrossEntropyOptions extends LossOptions {
  /** A factor per element; broadcast to the input. Default null: ones. */
  readonly weight?: Tensor | null;
}

const binaryNames = ['weight', 'reduction'] as const;

// Near 0 and 1 the logarithm is held at -100 and the slope's denominator at 1e-12, so that a network
// that is sure and wrong still gets finite numbers.
const elementwise = customVjp<[Tensor, Tensor]>({
  name: 'binaryCrossEntropy',
  // -(y·log x + (1 - y)·log(1 - x))
  forward: (x, y) =>
    y
      .mul(x.log().maximum(-100))
      .add(y.neg().add(1).mul(x.neg().log1p().maximum(-100)))
      .neg(),
  // d/dx = (x - y) / (x(1 - x)), d/dy = log(1 - x) - log x
  backward: (grad, { inputs: [x, y] }) => [
    grad.mul(x.sub(y)).div(x.mul(x.neg().add(1)).maximum(1e-12)),
    y.requiresGrad ? grad.mul(x.neg().log1p().sub(x.log())) : null,
  ],
});

// n·softplus(x) + p·softplus(-x), with -log σ(x) = softplus(-x) and -log(1 - σ(x)) = softplus(x); 0 times an
// infinite logarithm is 0.
const ofScores = customVjp<[Tensor, Tensor, Tensor]>({
  name: 'binaryCrossEntropyWithLogits',
  forward: (x, n, p) => {
    const small = x.abs().neg().softplus(); // softplus(±x) = max(±x, 0) + softplus(-|x|)
    // Of a weight that is NaN the last product tells.
    const weighed = (weight: Tensor, score: Tensor): Tensor =>
      run(reluGrad, [weight.mul(score.relu()), weight.abs()], undefined);
    return weighed(n, x).add(weighed(p, x.neg())).add(n.add(p).mul(small));
  },
  // d/dx = (n + p)·σ(x) - p
  backward: (grad, { inputs: [x, n, p] }) => [
    grad.mul(n.add(p).mul(x.sigmoid()).sub(p)),
    n.requiresGrad ? grad.mul(x.softplus()) : null,
    p.requiresGrad ? grad.mul(x.neg().softplus()) : null,
  ],
});

/**
 * The cross-entropy of probabilities with targets between 0 and 1.
 *
 * $$ \ell_i = -w_i \left( y_i \log x_i + (1 - y_i) \log (1 - x_i) \right) $$
 *
 * Logarithms are held at -100 from below. `binaryCrossEntropyWithLogits` takes scores and is the more exact. Same as
 * `torch.nn.functional.binary_cross_entropy`, except that an input outside of [0, 1] gives NaN instead of an exception.
 *
 * @throws {@link ShapeError} unless input and target have one shape, to which the weight broadcasts.
 *
 * @example
 * import { binaryCrossEntropy } from '@kasane/nn';
 * import { tensor } from '@kasane/tensor-core';
 * binaryCrossEntropy(tensor([0.5, 0.5]), tensor([0, 1])).item().toFixed(4); // => 0.6931
 *
 * @category Losses
 */
export function binaryCrossEntropy(
  input: Tensor,
  target: Tensor,
  options: BinaryCrossEntropyOptions = {},
): Tensor {
  const { weight = null, reduction } = optionsOf('binaryCrossEntropy', options, binaryNames);
  checkSameShape('binaryCrossEntropy', input, target);
  const losses = elementwise(input, target);
  return reduce(weight === null ? losses : losses.mul(weight), reduction);
}

/** Options of `binaryCrossEntropyWithLogits`. */
export interface BinaryCrossEntropyWithLogitsOptions extends BinaryCrossEntropyOptions {
  /** A factor for the positive part; broadcast to the input. Default null: ones. */
  readonly posWeight?: Tensor | null;
}

const withLogitsNames = ['weight', 'posWeight', 'reduction'] as const;

/**
 * The cross-entropy of scores, through the sigmoid, with targets between 0 and 1.
 *
 * $$ \ell_i = -w_i \left( p_i \, y_i \log \sigma(x_i) + (1 - y_i) \log (1 - \sigma(x_i)) \right) $$
 *
 * Computed without overflow for any score, also for ±Infinity, where PyTorch gives NaN. Else the same as
 * `torch.nn.functional.binary_cross_entropy_with_logits`.
 *
 * @throws {@link ShapeError} unless input and target have one shape, to which the weights broadcast.
 *
 * @example
 * import { binaryCrossEntropyWithLogits } from '@kasane/nn';
 * import { tensor } from '@kasane/tensor-core';
 * binaryCrossEntropyWithLogits(tensor([-1000, 1000]), tensor([0, 0])).item(); // => 500
 *
 * @category Losses
 */
export function binaryCrossEntropyWithLogits(
  input: Tensor,
  target: Tensor,
  options: BinaryCrossEntropyWithLogitsOptions = {},
): Tensor {
  const given = optionsOf('binaryCrossEntropyWithLogits', options, withLogitsNames);
  const { weight = null, posWeight = null, reduction } = given;
  checkSameShape('binaryCrossEntropyWithLogits', input, target);
  const positive = posWeight === null ? target : target.mul(posWeight);
  const losses = ofScores(input, target.neg().add(1), positive);
  return reduce(weight === null ? losses : losses.mul(weight), reduction);
}

/**
 * `binaryCrossEntropy` as a module.
 *
 * $$ \ell_i = -w_i \left( y_i \log x_i + (1 - y_i) \log (1 - x_i) \right) $$
 *
 * Same as `torch.nn.BCELoss`, except for what `binaryCrossEntropy` says, and throws.
 *
 * @example
 * import { BCELoss } from '@kasane/nn';
 * import { tensor } from '@kasane/tensor-core';
 * new BCELoss().forward(tensor([0.5]), tensor([1])).item().toFixed(4); // => 0.6931
 *
 * @category Losses
 */
export class BCELoss extends Loss<BinaryCrossEntropyOptions> {
  /** A factor per element, or null. */
  declare readonly weight: Buffer | null;

  constructor(options: BinaryCrossEntropyOptions = {}) {
    super(options, { weight: null });
  }

  forward(input: Tensor, target: Tensor): Tensor {
    return binaryCrossEntropy(input, target, this.options());
  }
}

/**
 * `binaryCrossEntropyWithLogits` as a module.
 *
 * $$ \ell_i = -w_i \left( p_i \, y_i \log \sigma(x_i) + (1 - y_i) \log (1 - \sigma(x_i)) \right) $$
 *
 * Same as `torch.nn.BCEWithLogitsLoss`, except for what `binaryCrossEntropyWithLogits` says, and throws.
 *
 * @example
 * import { BCEWithLogitsLoss } from '@kasane/nn';
 * import { tensor } from '@kasane/tensor-core';
 * new BCEWithLogitsLoss().forward(tensor([0]), tensor([1])).item().toFixed(4); // => 0.6931
 *
 * @category Losses
 */
export class BCEWithLogitsLoss extends Loss<BinaryCrossEntropyWithLogitsOptions> {
  /** A factor per element, or null. */
  declare readonly weight: Buffer | null;
  /** A factor for the positive part, or null. */
  declare readonly posWeight: Buffer | null;

  constructor(options: BinaryCrossEntropyWithLogitsOptions = {}) {
    super(options, { weight: null, posWeight: null });
  }

  forward(input: Tensor, target: Tensor): Tensor {
    return binaryCrossEntropyWithLogits(input, target, this.options());
  }
}
