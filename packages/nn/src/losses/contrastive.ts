import {
  formatShape,
  optionsOf,
  requireTensor,
  ShapeError,
  type Tensor,
} from '@kasane/tensor-core';
import { Loss } from './loss.ts';
import { pairwiseDistance } from './pairwise-distance.ts';
import { reduce, type LossOptions } from './reduction.ts';

/** Options of the contrastive loss. */
export interface ContrastiveOptions extends LossOptions {
  /** The distance from which unlike pairs cost nothing. Default 1. */
  readonly margin?: number;
  /** Added to every difference, so that equal points have a gradient. Default 1e-6. */
  readonly eps?: number;
}

const contrastiveNames = ['margin', 'eps', 'reduction'] as const;

/**
 * Pulls like pairs together and pushes unlike pairs apart, up to a margin.
 *
 * $$ \ell_n = \tfrac12 (1 - y_n) d_n^2 + \tfrac12 y_n \max(0, m - d_n)^2, \quad d_n = \|a_n - b_n + \epsilon\|_2 $$
 *
 * | tensor | shape                          |
 * | ------ | ------------------------------ |
 * | a, b   | (N, D) or (D)                  |
 * | target | (N) or (): 0 like, 1 unlike    |
 *
 * The target is the paper's: 1 marks an unlike pair. Not in PyTorch.
 *
 * @throws {@link ShapeError} if the shapes do not fit.
 *
 * @example
 * import { contrastiveLoss } from '@kasane/nn';
 * import { tensor } from '@kasane/tensor-core';
 * const [a, b] = [tensor([[0, 0], [0, 0]]), tensor([[3, 4], [3, 4]])];
 * contrastiveLoss(a, b, tensor([0, 1]), { margin: 7, eps: 0, reduction: 'none' }).toArray(); // => [12.5,2]
 *
 * @see Hadsell, Chopra and LeCun (2006), Dimensionality Reduction by Learning an Invariant Mapping.
 * @category Losses
 */
export function contrastiveLoss(
  input1: Tensor,
  input2: Tensor,
  target: Tensor,
  options: ContrastiveOptions = {},
): Tensor {
  const {
    margin = 1,
    eps = 1e-6,
    reduction,
  } = optionsOf('contrastiveLoss', options, contrastiveNames);
  requireTensor('contrastiveLoss', 'the target', target);
  const distance = pairwiseDistance(input1, input2, { eps });
  if (formatShape(distance.shape) !== formatShape(target.shape)) {
    throw new ShapeError(
      `contrastiveLoss: for inputs ${formatShape(input1.shape)} the target must have shape ${formatShape(distance.shape)}, got ${formatShape(target.shape)}.`,
    );
  }
  const like = target.neg().add(1).mul(distance.square());
  const unlike = target.mul(distance.neg().add(margin).relu().square());
  return reduce(like.add(unlike).mul(0.5), reduction);
}

/**
 * `contrastiveLoss` as a module.
 *
 * $$ \ell_n = \tfrac12 (1 - y_n) d_n^2 + \tfrac12 y_n \max(0, m - d_n)^2, \quad d_n = \|a_n - b_n + \epsilon\|_2 $$
 *
 * Not in PyTorch.
 *
 * @throws As `contrastiveLoss`.
 *
 * @example
 * import { ContrastiveLoss } from '@kasane/nn';
 * import { tensor } from '@kasane/tensor-core';
 * const loss = new ContrastiveLoss({ margin: 3, eps: 0 });
 * loss.forward(tensor([1]), tensor([2]), tensor(1)).item(); // => 2
 *
 * @category Losses
 */
export class ContrastiveLoss extends Loss<ContrastiveOptions> {
  /** The distance from which unlike pairs cost nothing. */
  declare margin: number;
  /** Added to every difference. */
  declare eps: number;

  constructor(options: ContrastiveOptions = {}) {
    super(options, { margin: 1, eps: 1e-6 });
  }

  forward(input1: Tensor, input2: Tensor, target: Tensor): Tensor {
    return contrastiveLoss(input1, input2, target, this.options());
  }
}
