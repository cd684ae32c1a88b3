import { optionsOf, type Tensor } from '@kasane/tensor-core';
import { Loss } from './loss.ts';
import { pairwiseDistance } from './pairwise-distance.ts';
import { checkSameShape, reduce, type LossOptions } from './reduction.ts';

/** Options of the triplet margin loss. */
export interface TripletMarginOptions extends LossOptions {
  /** How much farther the negative must be than the positive. Default 1. */
  readonly margin?: number;
  /** The exponent of the distance. Default 2. */
  readonly p?: number;
  /** Added to every difference, so that equal points have a gradient. Default 1e-6. */
  readonly eps?: number;
  /** Measure the negative from the positive where that is nearer than the anchor. Default false. */
  readonly swap?: boolean;
}

const tripletMarginNames = ['margin', 'p', 'eps', 'swap', 'reduction'] as const;

/**
 * Wants the anchor nearer to the positive than to the negative, by a margin.
 *
 * $$ \ell_n = \max(d(a_n, p_n) - d(a_n, q_n) + m, 0), \quad d(x, y) = \|x - y + \epsilon\|_p $$
 *
 * Anchor, positive and negative have shape (N, D) or (D). Same as `torch.nn.functional.triplet_margin_loss`, except that inputs
 * are not broadcast.
 *
 * @throws {@link ShapeError} unless all three have one shape.
 * @throws RangeError unless p > 0.
 *
 * @example
 * import { tripletMarginLoss } from '@kasane/nn';
 * import { tensor } from '@kasane/tensor-core';
 * const [a, p, n] = [tensor([[0, 0]]), tensor([[3, 4]]), tensor([[0, 4]])];
 * tripletMarginLoss(a, p, n, { eps: 0 }).item(); // => 2
 *
 * @see Balntas et al. (2016), Learning local feature descriptors with triplets and shallow
 * convolutional neural networks.
 * @category Losses
 */
export function tripletMarginLoss(
  anchor: Tensor,
  positive: Tensor,
  negative: Tensor,
  options: TripletMarginOptions = {},
): Tensor {
  const {
    margin = 1,
    p = 2,
    eps = 1e-6,
    swap = false,
    reduction,
  } = optionsOf('tripletMarginLoss', options, tripletMarginNames);
  checkSameShape('tripletMarginLoss', anchor, positive);
  checkSameShape('tripletMarginLoss', anchor, negative);
  const near = pairwiseDistance(anchor, positive, { p, eps });
  const direct = pairwiseDistance(anchor, negative, { p, eps });
  const far = swap ? direct.minimum(pairwiseDistance(positive, negative, { p, eps })) : direct;
  return reduce(near.sub(far).add(margin).relu(), reduction);
}

/**
 * `tripletMarginLoss` as a module.
 *
 * $$ \ell_n = \max(d(a_n, p_n) - d(a_n, q_n) + m, 0), \quad d(x, y) = \|x - y + \epsilon\|_p $$
 *
 * Same as `torch.nn.TripletMarginLoss`, except that nothing is broadcast.
 *
 * @throws As `tripletMarginLoss`.
 *
 * @example
 * import { TripletMarginLoss } from '@kasane/nn';
 * import { tensor } from '@kasane/tensor-core';
 * const loss = new TripletMarginLoss({ margin: 2, eps: 0 });
 * loss.forward(tensor([0]), tensor([1]), tensor([2])).item(); // => 1
 *
 * @category Losses
 */
export class TripletMarginLoss extends Loss<TripletMarginOptions> {
  /** How much farther the negative must be than the positive. */
  declare margin: number;
  /** The exponent of the distance. */
  declare p: number;
  /** Added to every difference. */
  declare eps: number;
  /** Measure the negative from the positive where that is nearer than the anchor. */
  declare swap: boolean;

  constructor(options: TripletMarginOptions = {}) {
    super(options, { margin: 1, p: 2, eps: 1e-6, swap: false });
  }

  forward(anchor: Tensor, positive: Tensor, negative: Tensor): Tensor {
    return tripletMarginLoss(anchor, positive, negative, this.options());
  }
}
