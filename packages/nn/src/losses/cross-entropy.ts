import { formatShape, isFloatingPoint, type Tensor } from '@kasane/tensor-core';
import { Module } from '../module.ts';
import { Buffer } from '../parameter.ts';
import { checkClasses, classDim, pickClass, reduceWeighted, type ClassOptions } from './nll.ts';
import { describe, reduce } from './reduction.ts';

/** Options of the cross-entropy. */
export interface CrossEntropyOptions extends ClassOptions {
  /** The share of the target that is spread evenly over all classes, 0 to 1. Default 0. */
  readonly labelSmoothing?: number;
}

/**
 * The cross-entropy between scores, through softmax, and a target class or distribution.
 *
 * $$ \ell_n = -\sum_c w_c \, y_{n,c} \log \frac{e^{x_{n,c}}}{\sum_j e^{x_{n,j}}} $$
 *
 * | tensor        | shape                                     |
 * | ------------- | ----------------------------------------- |
 * | input         | (C), (N, C) or (N, C, d1, ...)             |
 * | class indices | (), (N) or (N, d1, ...), int32             |
 * | probabilities | as the input, float32 or float64          |
 * | output        | () or, without reduction, (), (N), (N, d1, ...) |
 *
 * With class indices, `'mean'` divides by the weights of the targets, Σ w_{y_n}; ignored targets count
 * for nothing, and if all are ignored the mean is NaN. With probabilities it divides by the number of
 * samples, and ignoreIndex does not apply. Same as `torch.nn.functional.cross_entropy`. Throws
 * ShapeError if the shapes do not fit or a target is no class, DTypeError for indices that are not
 * int32, RangeError unless labelSmoothing is between 0 and 1.
 *
 * @example
 * import { crossEntropy } from '@kasane/nn';
 * import { tensor } from '@kasane/tensor-core';
 * const scores = tensor([[2, 0, 0], [0, 0, 2]]);
 * const indices = crossEntropy(scores, tensor([0, 2], { dtype: 'int32' }));
 * const oneHot = crossEntropy(scores, tensor([[1, 0, 0], [0, 0, 1]]));
 * indices.item().toFixed(4); // => 0.2395
 * oneHot.item().toFixed(4); // => 0.2395
 *
 * @category Losses
 */
export function crossEntropy(
  input: Tensor,
  target: Tensor,
  options: CrossEntropyOptions = {},
): Tensor {
  const { labelSmoothing = 0 } = options;
  if (!(labelSmoothing >= 0 && labelSmoothing <= 1)) {
    throw new RangeError(
      `crossEntropy: labelSmoothing must be between 0 and 1, got ${labelSmoothing}.`,
    );
  }
  const sameShape = formatShape(input.shape) === formatShape(target.shape);
  return sameShape && isFloatingPoint(target.dtype)
    ? withProbabilities(input, target, options)
    : withIndices(input, target, options);
}

function withIndices(input: Tensor, target: Tensor, options: CrossEntropyOptions): Tensor {
  const { weight, labelSmoothing = 0, reduction } = options;
  const dim = checkClasses('crossEntropy', input, target, weight);
  const logits = input.logSoftmax(dim);
  const { losses, weights, counts } = pickClass(logits, target, dim, options);
  if (labelSmoothing === 0) return reduceWeighted(losses, weights, reduction);
  // (1 - ε)·ℓ + ε/C·Σ_c -w_c log p_c
  const every = counts.where(weighted(logits, weight, dim).sum(dim).neg(), 0);
  const smooth = losses.mul(1 - labelSmoothing).add(every.mul(labelSmoothing / input.shape[dim]!));
  return reduceWeighted(smooth, weights, reduction);
}

function withProbabilities(input: Tensor, target: Tensor, options: CrossEntropyOptions): Tensor {
  const { weight, labelSmoothing = 0, reduction = 'mean' } = options;
  const dim = classDim('crossEntropy', input, weight);
  const smooth =
    labelSmoothing === 0
      ? target
      : target.mul(1 - labelSmoothing).add(labelSmoothing / input.shape[dim]!);
  const losses = weighted(input.logSoftmax(dim), weight, dim).mul(smooth).sum(dim).neg();
  return reduce(losses, reduction);
}

/** w_c·x_c along the class dimension. */
function weighted(x: Tensor, weight: Tensor | undefined, dim: number): Tensor {
  if (weight === undefined) return x;
  return x.mul(weight.reshape([weight.size, ...x.shape.slice(dim + 1).map(() => 1)]));
}

/**
 * `crossEntropy` as a module. Same as `torch.nn.CrossEntropyLoss`.
 *
 * @example
 * import { CrossEntropyLoss } from '@kasane/nn';
 * import { tensor } from '@kasane/tensor-core';
 * const loss = new CrossEntropyLoss().forward(tensor([[0, 0]]), tensor([1], { dtype: 'int32' }));
 * loss.item().toFixed(4); // => 0.6931
 *
 * @category Losses
 */
export class CrossEntropyLoss extends Module {
  /** A factor per class, (C), or null. */
  readonly weight: Buffer | null;
  readonly #options: CrossEntropyOptions;

  constructor(options: CrossEntropyOptions = {}) {
    super();
    this.weight = options.weight === undefined ? null : new Buffer(options.weight);
    this.#options = options;
  }

  forward(input: Tensor, target: Tensor): Tensor {
    const { weight } = this;
    return crossEntropy(input, target, {
      ...this.#options,
      ...(weight === null ? {} : { weight }),
    });
  }

  override extraRepr(): string {
    const { labelSmoothing = 0, reduction } = this.#options;
    return `labelSmoothing=${labelSmoothing}, ${describe(reduction)}`;
  }
}
