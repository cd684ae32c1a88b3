import {
  formatShape,
  optionsOf,
  requireTensor,
  ShapeError,
  type Tensor,
} from '@kasane/tensor-core';
import { Loss } from './loss.ts';
import { checkSameShape, reduce, type LossOptions } from './reduction.ts';

/** Options of the cosine embedding loss. */
export interface CosineEmbeddingOptions extends LossOptions {
  /** The cosine that unlike pairs may have for free, -1 to 1. Default 0. */
  readonly margin?: number;
}

const cosineEmbeddingNames = ['margin', 'reduction'] as const;

// Keeps the cosine of zero vectors finite.
const EPSILON = 1e-12;

/**
 * Pulls the angles of like pairs (target 1) together and pushes those of unlike pairs (-1) apart.
 *
 * $$ \ell_n = 1 - \cos(a_n, b_n) \text{ if } y_n = 1, \quad \max(0, \cos(a_n, b_n) - m) \text{ if } y_n = -1 $$
 *
 * | tensor   | shape         |
 * | -------- | ------------- |
 * | a, b     | (N, D) or (D) |
 * | target   | (N) or ()     |
 *
 * with margin m, and 10⁻¹² added to the squared lengths. Another target costs nothing. Same as
 * `torch.nn.functional.cosine_embedding_loss`.
 *
 * @throws {@link ShapeError} if the shapes do not fit.
 *
 * @example
 * import { cosineEmbeddingLoss } from '@kasane/nn';
 * import { tensor } from '@kasane/tensor-core';
 * const [a, b] = [tensor([[1, 0], [1, 0]]), tensor([[0, 2], [3, 0]])];
 * cosineEmbeddingLoss(a, b, tensor([1, -1]), { reduction: 'none' }).toArray(); // => [1,1]
 *
 * @category Losses
 */
export function cosineEmbeddingLoss(
  input1: Tensor,
  input2: Tensor,
  target: Tensor,
  options: CosineEmbeddingOptions = {},
): Tensor {
  const { margin = 0, reduction } = optionsOf('cosineEmbeddingLoss', options, cosineEmbeddingNames);
  requireTensor('cosineEmbeddingLoss', 'the target', target);
  checkSameShape('cosineEmbeddingLoss', input1, input2);
  const lead = input1.shape.slice(0, -1);
  if (input1.ndim < 1 || input1.ndim > 2 || formatShape(lead) !== formatShape(target.shape)) {
    throw new ShapeError(
      `cosineEmbeddingLoss: needs inputs (N, D) with target (N), or (D) with a scalar, got ${formatShape(input1.shape)} and ${formatShape(target.shape)}.`,
    );
  }
  const product = input1.mul(input2).sum(-1);
  const sizes = input1.square().sum(-1).add(EPSILON).mul(input2.square().sum(-1).add(EPSILON));
  const cosine = product.div(sizes.sqrt());
  const unlike = target.equal(-1).where(cosine.sub(margin).relu(), 0);
  return reduce(target.equal(1).where(cosine.neg().add(1), unlike), reduction);
}

/**
 * `cosineEmbeddingLoss` as a module.
 *
 * $$ \ell_n = 1 - \cos(a_n, b_n) \text{ if } y_n = 1, \quad \max(0, \cos(a_n, b_n) - m) \text{ if } y_n = -1 $$
 *
 * Same as `torch.nn.CosineEmbeddingLoss`.
 *
 * @throws As `cosineEmbeddingLoss`.
 *
 * @example
 * import { CosineEmbeddingLoss } from '@kasane/nn';
 * import { tensor } from '@kasane/tensor-core';
 * new CosineEmbeddingLoss().forward(tensor([1, 0]), tensor([0, 2]), tensor(1)).item(); // => 1
 *
 * @category Losses
 */
export class CosineEmbeddingLoss extends Loss<CosineEmbeddingOptions> {
  /** The cosine that unlike pairs may have for free. */
  declare margin: number;

  constructor(options: CosineEmbeddingOptions = {}) {
    super(options, { margin: 0 });
  }

  forward(input1: Tensor, input2: Tensor, target: Tensor): Tensor {
    return cosineEmbeddingLoss(input1, input2, target, this.options());
  }
}
