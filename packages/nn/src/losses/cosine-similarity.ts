import {
  formatShape,
  guardedOptions,
  optionsOf,
  requireTensor,
  ShapeError,
  type Tensor,
} from '@kasane/tensor-core';
import { Module } from '../module.ts';

/** Options of `cosineSimilarity`. */
export interface CosineSimilarityOptions {
  /** The dimension of the vectors. Default 1. */
  readonly dim?: number;
  /** The least length that is divided by. Default 1e-8. */
  readonly eps?: number;
}

const names = ['dim', 'eps'] as const;

/**
 * The cosine of the angle between vectors along a dimension; the other dimensions are broadcast.
 *
 * $$ \frac{x \cdot y}{\max(\|x\|, \epsilon) \max(\|y\|, \epsilon)} $$
 *
 * (..., D, ...) becomes (..., ...). Same as `torch.nn.functional.cosine_similarity`, except that both must have as many
 * dimensions, and vectors of one size; else throws ShapeError.
 *
 * @example
 * import { cosineSimilarity } from '@kasane/nn';
 * import { tensor } from '@kasane/tensor-core';
 * cosineSimilarity(tensor([[3, 4], [1, 0]]), tensor([[6, 8], [0, 2]])).toArray(); // => [1,0]
 *
 * @category Losses
 */
export function cosineSimilarity(x: Tensor, y: Tensor, options?: CosineSimilarityOptions): Tensor {
  const { dim = 1, eps = 1e-8 } = optionsOf('cosineSimilarity', options, names);
  requireTensor('cosineSimilarity', 'the first input', x);
  requireTensor('cosineSimilarity', 'the second input', y);
  if (x.ndim !== y.ndim || x.shape.at(dim) !== y.shape.at(dim)) {
    throw new ShapeError(
      `cosineSimilarity: needs as many dims and one size at dim ${dim}, got ${formatShape(x.shape)} and ${formatShape(y.shape)}. Reshape one.`,
    );
  }
  const unit = (v: Tensor): Tensor => v.div(v.norm(dim, { keepdim: true }).maximum(eps));
  return unit(x).mul(unit(y)).sum(dim);
}

/**
 * `cosineSimilarity` as a module.
 *
 * $$ \frac{x \cdot y}{\max(\|x\|, \epsilon) \max(\|y\|, \epsilon)} $$
 *
 * Same as `torch.nn.CosineSimilarity`, except for what `cosineSimilarity` says, and throws.
 *
 * @example
 * import { CosineSimilarity } from '@kasane/nn';
 * import { tensor } from '@kasane/tensor-core';
 * new CosineSimilarity().forward(tensor([[1, 0]]), tensor([[-2, 0]])).toArray(); // => [-1]
 *
 * @category Losses
 */
export class CosineSimilarity extends Module {
  /** The dimension of the vectors. */
  readonly dim: number;
  /** The least length that is divided by. */
  eps: number;

  constructor(options?: CosineSimilarityOptions) {
    super();
    const { dim = 1, eps = 1e-8 } = optionsOf('CosineSimilarity', options, names);
    this.dim = dim;
    this.eps = eps;
  }

  forward(x: Tensor, y: Tensor): Tensor {
    const { dim, eps } = guardedOptions(this);
    return cosineSimilarity(x, y, { dim, eps });
  }
}
