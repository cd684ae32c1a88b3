import { guardedOptions, optionsOf, type Tensor } from '@kasane/tensor-core';
import { Module } from '../module.ts';
import { checkSameShape } from './reduction.ts';

/** Options of `pairwiseDistance`. */
export interface PairwiseDistanceOptions {
  /** The exponent: a number above 0, or Infinity. Default 2. */
  readonly p?: number;
  /** Added to every difference, so that equal points have a gradient. Default 1e-6. */
  readonly eps?: number;
  /** Keep the last dimension with size 1. Default false. */
  readonly keepdim?: boolean;
}

const names = ['p', 'eps', 'keepdim'] as const;

/**
 * The distance between the vectors in the last dimension of two tensors.
 *
 * $$ d(x, y) = \|x - y + \epsilon\|_p $$
 *
 * (..., D) and (..., D) become (...). Same as `torch.nn.functional.pairwise_distance`, except that inputs are not broadcast.
 *
 * @throws {@link ShapeError} unless both have one shape.
 * @throws RangeError unless p > 0.
 *
 * @example
 * import { pairwiseDistance } from '@kasane/nn';
 * import { tensor } from '@kasane/tensor-core';
 * pairwiseDistance(tensor([[0, 0]]), tensor([[3, 4]]), { eps: 0 }).toArray(); // => [5]
 *
 * @category Losses
 */
export function pairwiseDistance(x: Tensor, y: Tensor, options?: PairwiseDistanceOptions): Tensor {
  const { p = 2, eps = 1e-6, keepdim = false } = optionsOf('pairwiseDistance', options, names);
  checkSameShape('pairwiseDistance', x, y);
  return x.sub(y).add(eps).norm(-1, { p, keepdim });
}

/**
 * `pairwiseDistance` as a module.
 *
 * $$ d(x, y) = \|x - y + \epsilon\|_p $$
 *
 * Same as `torch.nn.PairwiseDistance`, except that nothing is broadcast.
 *
 * @throws As `pairwiseDistance`.
 *
 * @example
 * import { PairwiseDistance } from '@kasane/nn';
 * import { tensor } from '@kasane/tensor-core';
 * new PairwiseDistance({ p: 1, eps: 0 }).forward(tensor([[0, 0]]), tensor([[3, 4]])).toArray(); // => [7]
 *
 * @category Losses
 */
export class PairwiseDistance extends Module {
  /** The exponent. */
  p: number;
  /** Added to every difference. */
  eps: number;
  /** Keep the last dimension with size 1. */
  readonly keepdim: boolean;

  constructor(options?: PairwiseDistanceOptions) {
    super();
    const { p = 2, eps = 1e-6, keepdim = false } = optionsOf('PairwiseDistance', options, names);
    this.p = p;
    this.eps = eps;
    this.keepdim = keepdim;
  }

  forward(x: Tensor, y: Tensor): Tensor {
    const { p, eps, keepdim } = guardedOptions(this);
    return pairwiseDistance(x, y, { p, eps, keepdim });
  }
}
