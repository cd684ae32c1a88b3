import { formatShape, optionsOf, requireThat, ShapeError, type Tensor } from '@kasane/tensor-core';
import type { Buffer } from '../parameter.ts';
import {
  binaryCrossEntropyWithLogits,
  type BinaryCrossEntropyOptions,
} from './binary-cross-entropy.ts';
import { Loss } from './loss.ts';
import { checkClasses } from './nll.ts';
import { checkSameShape, reduce, type LossOptions } from './reduction.ts';

/** Options of losses with a margin. */
export interface MarginOptions extends LossOptions {
  /** How far things must be apart to cost nothing. Default 0 for rankings, else 1. */
  readonly margin?: number;
}

const marginNames = ['margin', 'reduction'] as const;

/**
 * Wants the first input above the second where the target is 1, below where it is -1.
 *
 * $$ \ell_i = \max(0, -y_i (a_i - b_i) + m) $$
 *
 * Same as `torch.nn.functional.margin_ranking_loss`, except that nothing is broadcast.
 *
 * @throws {@link ShapeError} unless all have one shape.
 *
 * @example
 * import { marginRankingLoss } from '@kasane/nn';
 * import { tensor } from '@kasane/tensor-core';
 * marginRankingLoss(tensor([1, 1]), tensor([3, 3]), tensor([1, -1]), { reduction: 'none' }).toArray(); // => [2,0]
 *
 * @category Losses
 */
export function marginRankingLoss(
  input1: Tensor,
  input2: Tensor,
  target: Tensor,
  options: MarginOptions = {},
): Tensor {
  const { margin = 0, reduction } = optionsOf('marginRankingLoss', options, marginNames);
  checkSameShape('marginRankingLoss', input1, input2);
  checkSameShape('marginRankingLoss', input1, target);
  return reduce(target.mul(input2.sub(input1)).add(margin).relu(), reduction);
}

/**
 * `marginRankingLoss` as a module.
 *
 * $$ \ell_i = \max(0, -y_i (a_i - b_i) + m) $$
 *
 * Same as `torch.nn.MarginRankingLoss`, except that nothing is broadcast.
 *
 * @throws As `marginRankingLoss`.
 *
 * @example
 * import { MarginRankingLoss } from '@kasane/nn';
 * import { tensor } from '@kasane/tensor-core';
 * new MarginRankingLoss({ margin: 1 }).forward(tensor([1]), tensor([3]), tensor([1])).item(); // => 3
 *
 * @category Losses
 */
export class MarginRankingLoss extends Loss<MarginOptions> {
  /** How far the inputs must be apart to cost nothing. */
  declare margin: number;

  constructor(options: MarginOptions = {}) {
    super(options, { margin: 0 });
  }

  forward(input1: Tensor, input2: Tensor, target: Tensor): Tensor {
    return marginRankingLoss(input1, input2, target, this.options());
  }
}

/**
 * Of distances: those of like pairs (target 1) as they are, those of unlike pairs (-1) as far as they are below the margin.
 *
 * $$ \ell_i = x_i \text{ if } y_i = 1, \quad \max(0, m - x_i) \text{ if } y_i = -1 $$
 *
 * Same as `torch.nn.functional.hinge_embedding_loss`, except that nothing is broadcast.
 *
 * @throws {@link ShapeError} unless both have one shape.
 *
 * @example
 * import { hingeEmbeddingLoss } from '@kasane/nn';
 * import { tensor } from '@kasane/tensor-core';
 * hingeEmbeddingLoss(tensor([2, 0.25]), tensor([1, -1]), { reduction: 'none' }).toArray(); // => [2,0.75]
 *
 * @category Losses
 */
export function hingeEmbeddingLoss(
  input: Tensor,
  target: Tensor,
  options: MarginOptions = {},
): Tensor {
  const { margin = 1, reduction } = optionsOf('hingeEmbeddingLoss', options, marginNames);
  checkSameShape('hingeEmbeddingLoss', input, target);
  const like = target.equal(-1).where(0, input);
  const unlike = target.equal(1).where(0, input.neg().add(margin).relu());
  return reduce(like.add(unlike), reduction);
}

/**
 * `hingeEmbeddingLoss` as a module.
 *
 * $$ \ell_i = x_i \text{ if } y_i = 1, \quad \max(0, m - x_i) \text{ if } y_i = -1 $$
 *
 * Same as `torch.nn.HingeEmbeddingLoss`, except that nothing is broadcast.
 *
 * @throws As `hingeEmbeddingLoss`.
 *
 * @example
 * import { HingeEmbeddingLoss } from '@kasane/nn';
 * import { tensor } from '@kasane/tensor-core';
 * new HingeEmbeddingLoss({ margin: 2 }).forward(tensor([0.5]), tensor([-1])).item(); // => 1.5
 *
 * @category Losses
 */
export class HingeEmbeddingLoss extends Loss<MarginOptions> {
  /** The distance from which unlike pairs cost nothing. */
  declare margin: number;

  constructor(options: MarginOptions = {}) {
    super(options, { margin: 1 });
  }

  forward(input: Tensor, target: Tensor): Tensor {
    return hingeEmbeddingLoss(input, target, this.options());
  }
}

/**
 * The logistic loss of scores whose targets are 1 and -1.
 *
 * $$ \ell_i = \log(1 + e^{-y_i x_i}) $$
 *
 * Computed without overflow. Same as `torch.nn.functional.soft_margin_loss`, except that nothing is broadcast. Throws
 * ShapeError unless both have one shape.
 *
 * @example
 * import { softMarginLoss } from '@kasane/nn';
 * import { tensor } from '@kasane/tensor-core';
 * softMarginLoss(tensor([1000, 1000]), tensor([1, -1])).item(); // => 500
 *
 * @category Losses
 */
export function softMarginLoss(input: Tensor, target: Tensor, options: LossOptions = {}): Tensor {
  const { reduction } = optionsOf('softMarginLoss', options, ['reduction']);
  checkSameShape('softMarginLoss', input, target);
  return reduce(target.neg().mul(input).softplus(), reduction);
}

/**
 * `softMarginLoss` as a module.
 *
 * $$ \ell_i = \log(1 + e^{-y_i x_i}) $$
 *
 * Same as `torch.nn.SoftMarginLoss`, except that nothing is broadcast.
 *
 * @throws As `softMarginLoss`.
 *
 * @example
 * import { SoftMarginLoss } from '@kasane/nn';
 * import { tensor } from '@kasane/tensor-core';
 * new SoftMarginLoss().forward(tensor([0]), tensor([1])).item().toFixed(4); // => 0.6931
 *
 * @category Losses
 */
export class SoftMarginLoss extends Loss {
  constructor(options: LossOptions = {}) {
    super(options, {});
  }

  forward(input: Tensor, target: Tensor): Tensor {
    return softMarginLoss(input, target, this.options());
  }
}

/**
 * The mean over the classes, which are the last dimension, of the binary cross-entropy of their scores: several classes
 * may be right.
 *
 * $$ \ell_n = -\frac1C \sum_c w_c \left( y_{n,c} \log \sigma(x_{n,c}) + (1 - y_{n,c}) \log(1 - \sigma(x_{n,c})) \right) $$
 *
 * Without reduction the output is (N) for (N, C). Same as `torch.nn.functional.multilabel_soft_margin_loss`. Throws
 * ShapeError unless input and target have one shape, to which the weight broadcasts.
 *
 * @example
 * import { multilabelSoftMarginLoss } from '@kasane/nn';
 * import { tensor } from '@kasane/tensor-core';
 * multilabelSoftMarginLoss(tensor([[1000, 1000]]), tensor([[1, 0]])).item(); // => 500
 *
 * @category Losses
 */
export function multilabelSoftMarginLoss(
  input: Tensor,
  target: Tensor,
  options: BinaryCrossEntropyOptions = {},
): Tensor {
  const names = ['weight', 'reduction'] as const;
  const { weight = null, reduction } = optionsOf('multilabelSoftMarginLoss', options, names);
  const losses = binaryCrossEntropyWithLogits(input, target, { weight, reduction: 'none' });
  return reduce(losses.mean(-1), reduction);
}

/**
 * `multilabelSoftMarginLoss` as a module.
 *
 * $$ \ell_n = -\frac1C \sum_c w_c \left( y_{n,c} \log \sigma(x_{n,c}) + (1 - y_{n,c}) \log(1 - \sigma(x_{n,c})) \right) $$
 *
 * Same as `torch.nn.MultiLabelSoftMarginLoss`.
 *
 * @throws As `multilabelSoftMarginLoss`.
 *
 * @example
 * import { MultiLabelSoftMarginLoss } from '@kasane/nn';
 * import { tensor } from '@kasane/tensor-core';
 * new MultiLabelSoftMarginLoss().forward(tensor([[0, 0]]), tensor([[1, 1]])).item().toFixed(4); // => 0.6931
 *
 * @category Losses
 */
export class MultiLabelSoftMarginLoss extends Loss<BinaryCrossEntropyOptions> {
  /** A factor per class, or null. */
  declare readonly weight: Buffer | null;

  constructor(options: BinaryCrossEntropyOptions = {}) {
    super(options, { weight: null });
  }

  forward(input: Tensor, target: Tensor): Tensor {
    return multilabelSoftMarginLoss(input, target, this.options());
  }
}

/** Options of the multi-class margin loss. */
export interface MultiMarginOptions extends MarginOptions {
  /** The exponent, 1 or 2. Default 1. */
  readonly p?: number;
  /** A factor per class, (C). Default null: ones. */
  readonly weight?: Tensor | null;
}

/**
 * Wants the score of the target class above all others by a margin, as support vector machines do.
 *
 * $$ \ell_n = \frac1C \sum_{c \ne y_n} w_{y_n} \max(0, m - x_{n,y_n} + x_{n,c})^p $$
 *
 * | tensor | shape                    |
 * | ------ | ------------------------ |
 * | input  | (C) or (N, C)            |
 * | target | () or (N), int32         |
 *
 * Same as `torch.nn.functional.multi_margin_loss`.
 *
 * @throws {@link ShapeError} if the shapes do not fit or a target is no class.
 * @throws {@link DTypeError} unless targets are int32.
 * @throws RangeError unless p is 1 or 2.
 *
 * @example
 * import { multiMarginLoss } from '@kasane/nn';
 * import { tensor } from '@kasane/tensor-core';
 * multiMarginLoss(tensor([[0, 2, 1.5, 1]]), tensor([1], { dtype: 'int32' })).item(); // => 0.125
 *
 * @category Losses
 */
export function multiMarginLoss(
  input: Tensor,
  target: Tensor,
  options: MultiMarginOptions = {},
): Tensor {
  const names = ['p', 'margin', 'weight', 'reduction'] as const;
  const given = optionsOf('multiMarginLoss', options, names);
  const { p = 1, margin = 1, weight = null, reduction } = given;
  requireThat(p === 1 || p === 2, 'multiMarginLoss', 'p', p, '1 or 2');
  const dim = checkClasses('multiMarginLoss', input, weight, target);
  if (dim < input.ndim - 1) {
    throw new ShapeError(
      `multiMarginLoss: takes (C) or (N, C), got ${formatShape(input.shape)}. Flatten it.`,
    );
  }
  const index = target.unsqueeze(dim);
  const hinge = input.sub(input.gather(dim, index)).add(margin).relu();
  const others = target.oneHot(input.shape[dim]!).equal(0).where(hinge.pow(p), 0);
  const losses = others.mean(dim);
  const factors = weight?.indexSelect(0, target.flatten()).reshape(target.shape);
  return reduce(factors === undefined ? losses : losses.mul(factors), reduction);
}

/**
 * `multiMarginLoss` as a module.
 *
 * $$ \ell_n = \frac1C \sum_{c \ne y_n} w_{y_n} \max(0, m - x_{n,y_n} + x_{n,c})^p $$
 *
 * Same as `torch.nn.MultiMarginLoss`.
 *
 * @throws As `multiMarginLoss`.
 *
 * @example
 * import { MultiMarginLoss } from '@kasane/nn';
 * import { tensor } from '@kasane/tensor-core';
 * new MultiMarginLoss({ p: 2 }).forward(tensor([0, 1]), tensor(0, { dtype: 'int32' })).item(); // => 2
 *
 * @category Losses
 */
export class MultiMarginLoss extends Loss<MultiMarginOptions> {
  /** The exponent. */
  declare p: number;
  /** By how much the target class must be above the others. */
  declare margin: number;
  /** A factor per class, or null. */
  declare readonly weight: Buffer | null;

  constructor(options: MultiMarginOptions = {}) {
    super(options, { p: 1, margin: 1, weight: null });
  }

  forward(input: Tensor, target: Tensor): Tensor {
    return multiMarginLoss(input, target, this.options());
  }
}
