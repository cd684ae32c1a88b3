import {
  isFloatingPoint,
  promoteTypes,
  requireThat,
  run,
  sameShape,
  optionsOf,
  type NestedArray,
  type Tensor,
} from '@kasane/tensor-core';
import { softmaxCrossEntropy } from '../ops/softmax-cross-entropy.ts';
import type { Buffer } from '../parameter.ts';
import { Loss } from './loss.ts';
import {
  checkClasses,
  classDim,
  reduceWeighted,
  targetOf,
  whereCounted,
  type ClassOptions,
} from './nll.ts';
import { reduce } from './reduction.ts';

/** Options of the cross-entropy. */
export interface CrossEntropyOptions extends ClassOptions {
  /** The share of the target that is spread evenly over all classes, 0 to 1. Default 0. */
  readonly labelSmoothing?: number;
}

const crossEntropyNames = ['weight', 'ignoreIndex', 'labelSmoothing', 'reduction'] as const;

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
 * The classes are dim 1 also where there are more dims: scores of a sequence, (N, L, C), become that by
 * `permute(0, 2, 1)`, and are found out unless L is C. An array of whole numbers counts as class indices, one of the
 * input's shape as probabilities.
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
 * const indices = crossEntropy(scores, [0, 2]); // or tensor([0, 2], { dtype: 'int32' })
 * const oneHot = crossEntropy(scores, tensor([[1, 0, 0], [0, 0, 1]]));
 * indices.item().toFixed(4); // => 0.2395
 * oneHot.item().toFixed(4); // => 0.2395
 *
 * @category Losses
 */
export function crossEntropy(
  input: Tensor,
  targets: Tensor | NestedArray,
  options: CrossEntropyOptions = {},
): Tensor {
  const target = targetOf('crossEntropy', input, targets);
  const given = optionsOf('crossEntropy', options, crossEntropyNames);
  const { weight = null, ignoreIndex = -100, labelSmoothing = 0, reduction } = given;
  requireThat(
    labelSmoothing >= 0 && labelSmoothing <= 1,
    'crossEntropy',
    'labelSmoothing',
    labelSmoothing,
    'from 0 to 1',
  );
  const probable = sameShape(input.shape, target.shape) && isFloatingPoint(target.dtype);
  const dim = (probable ? classDim : checkClasses)('crossEntropy', input, weight, target);
  const count = input.shape[dim]!;
  // A gradient of 0 times NaN would be NaN.
  const scores =
    probable || labelSmoothing === 0
      ? input
      : whereCounted(target.unsqueeze(dim), ignoreIndex, () => input);
  const lossOf = (y: Tensor): Tensor => {
    const dtype = promoteTypes(promoteTypes(input.dtype, 'float32'), y.dtype);
    const operands = [scores.cast(dtype), y.dtype === 'int32' ? y : y.cast(dtype)];
    return run(softmaxCrossEntropy, operands, { dim, ignoreIndex });
  };
  // w_c y_c is as good a target as y_c.
  const weighted = (y: Tensor): Tensor =>
    weight === null
      ? y
      : y.mul(weight.reshape([count, ...input.shape.slice(dim + 1).map(() => 1)]));
  const share = labelSmoothing / count;
  if (probable) {
    const y = labelSmoothing === 0 ? target : target.mul(1 - labelSmoothing).add(share);
    return reduce(lossOf(weighted(y)), reduction);
  }
  return reduceWeighted(lossOf(target), target, options, (losses) => {
    if (labelSmoothing === 0) return losses;
    // (1 - ε)·ℓ + ε/C·Σ_c -w_c log p_c
    const every = (): Tensor => lossOf(weighted(losses.newFull(input.shape, share)));
    return losses.mul(1 - labelSmoothing).add(whereCounted(target, ignoreIndex, every));
  });
}

/**
 * `crossEntropy` as a module.
 *
 * $$ \ell_n = -\sum_c w_c \, y_{n,c} \log \frac{e^{x_{n,c}}}{\sum_j e^{x_{n,j}}} $$
 *
 * Same as `torch.nn.CrossEntropyLoss`, except that the target may be an array.
 *
 * @throws As `crossEntropy`.
 *
 * @example
 * import { CrossEntropyLoss } from '@kasane/nn';
 * import { tensor } from '@kasane/tensor-core';
 * const loss = new CrossEntropyLoss().forward(tensor([[0, 0]]), tensor([1], { dtype: 'int32' }));
 * loss.item().toFixed(4); // => 0.6931
 *
 * @category Losses
 */
export class CrossEntropyLoss extends Loss<CrossEntropyOptions> {
  /** A factor per class, or null. */
  declare readonly weight: Buffer | null;
  /** The target that counts for nothing. */
  declare ignoreIndex: number;
  /** The share of the target that is spread evenly over all classes. */
  declare labelSmoothing: number;

  constructor(options: CrossEntropyOptions = {}) {
    super(options, { weight: null, ignoreIndex: -100, labelSmoothing: 0 });
  }

  forward(input: Tensor, target: Tensor | NestedArray): Tensor {
    return crossEntropy(input, target, this.options());
  }
}
