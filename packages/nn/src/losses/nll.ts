import {
  checkIndexDType,
  formatShape,
  optionsOf,
  promoteTypes,
  requireTensor,
  run,
  sameShape,
  ShapeError,
  tensor,
  type NestedArray,
  type Tensor,
} from '@kasane/tensor-core';
import { counted } from '../ops/counted.ts';
import type { Buffer } from '../parameter.ts';
import { Loss } from './loss.ts';
import { reduce, type LossOptions } from './reduction.ts';

/** Options of losses over classes. */
export interface ClassOptions extends LossOptions {
  /** A factor per class, (C). Default null: ones. */
  readonly weight?: Tensor | null;
  /** The target that counts for nothing. Default -100. */
  readonly ignoreIndex?: number;
}

const classNames = ['weight', 'ignoreIndex', 'reduction'] as const;

/**
 * The negative log-likelihood of the target class under given log-probabilities.
 *
 * $$ \ell_n = -w_{y_n} x_{n, y_n} $$
 *
 * | tensor | shape                                |
 * | ------ | ------------------------------------ |
 * | input  | (C), (N, C) or (N, C, d1, ...)        |
 * | target | (), (N) or (N, d1, ...), int32, or an array of whole numbers |
 * | output | () or, without reduction, as the target |
 *
 * `'mean'` divides by the weights of the targets, Σ w_{y_n}, not by their number; ignored targets count for nothing, and if all
 * are ignored the mean is NaN. Same as `torch.nn.functional.nll_loss`.
 *
 * @throws {@link ShapeError} if the shapes do not fit or a target is no class.
 * @throws {@link DTypeError} unless targets are int32.
 *
 * @example
 * import { nllLoss } from '@kasane/nn';
 * import { tensor } from '@kasane/tensor-core';
 * const logProbabilities = tensor([[0.25, 0.75], [0.5, 0.5]]).log();
 * nllLoss(logProbabilities, tensor([1, 0], { dtype: 'int32' })).exp().item().toFixed(3); // => 1.633
 *
 * @category Losses
 */
export function nllLoss(
  input: Tensor,
  targets: Tensor | NestedArray,
  options: ClassOptions = {},
): Tensor {
  const target = targetOf('nllLoss', input, targets);
  const { weight = null, ignoreIndex = -100 } = optionsOf('nllLoss', options, classNames);
  const dim = checkClasses('nllLoss', input, weight, target);
  const losses = pick(input, target, dim, ignoreIndex);
  return reduceWeighted(losses, target, options);
}

/** The target as a tensor: arrays are classes, if they are whole, or probabilities, if they have the input's shape. @internal */
export function targetOf(loss: string, input: Tensor, target: Tensor | NestedArray): Tensor {
  requireTensor(loss, 'the input', input);
  if (typeof target === 'object' && !Array.isArray(target)) {
    requireTensor(loss, 'the target', target);
    return target;
  }
  // Array.isArray tells nothing of readonly arrays.
  const values = target as NestedArray;
  const { backend, dtype } = input;
  const given = tensor(values, { backend, dtype: promoteTypes(dtype, 'float32') });
  return isWhole(values) && !sameShape(given.shape, input.shape) ? given.cast('int32') : given;
}

function isWhole(values: NestedArray): boolean {
  return Array.isArray(values) ? values.every(isWhole) : Number.isInteger(values);
}

/** -x of the target class, 0 where that is `ignoreIndex`. @internal */
export function pick(x: Tensor, target: Tensor, dim: number, ignoreIndex: number): Tensor {
  return whereCounted(target, ignoreIndex, (classes) =>
    x.gather(dim, classes.unsqueeze(dim)).squeeze(dim).neg(),
  );
}

/** What `make` gives for the classes, 0 where the target is `ignoreIndex`. @internal */
export function whereCounted(
  target: Tensor,
  ignoreIndex: number,
  make: (classes: Tensor) => Tensor,
): Tensor {
  const counts = target.notEqual(ignoreIndex);
  const made = make(counts.where(target, 0)); // an ignored target need not be a class
  // Ignored elements are left out, not multiplied by 0, which would keep their NaN and Infinity.
  return counts.where(made, 0);
}

/** Weighs losses by the target's class; the mean divides by the sum of weights. @internal */
export function reduceWeighted(
  losses: Tensor,
  target: Tensor,
  { weight = null, ignoreIndex = -100, reduction = 'mean' }: ClassOptions,
  smooth: (weighted: Tensor) => Tensor = (weighted) => weighted,
): Tensor {
  if (weight === null && reduction !== 'mean') return reduce(smooth(losses), reduction);
  const weights =
    weight === null
      ? run(counted, [target], { ignoreIndex, dtype: losses.dtype })
      : whereCounted(target, ignoreIndex, (classes) =>
          weight.indexSelect(0, classes.flatten()).reshape(classes.shape),
        );
  const all = smooth(weight === null ? losses : losses.mul(weights));
  return reduction === 'mean' ? all.sum().div(weights.sum()) : reduce(all, reduction);
}

/** Checks what losses over class indices take; returns the class dimension. @internal */
export function checkClasses(
  loss: string,
  input: Tensor,
  weight: Tensor | null,
  target: Tensor,
): number {
  requireTensor(loss, 'the input', input);
  requireTensor(loss, 'the target', target);
  const dim = classDim(loss, input, weight);
  const wanted = input.shape.filter((_, i) => i !== dim);
  const owner = `${loss}: for input ${formatShape(input.shape)}`;
  const got = formatShape(target.shape);
  if (formatShape(wanted) !== got) {
    const last = input.ndim - 1;
    const order = [0, last, ...wanted.map((_, i) => i).slice(1)];
    const way =
      last > 1 && formatShape(input.shape.slice(0, last)) === got
        ? `The classes are dim 1: use input.permute(${order.join(', ')}).`
        : "Probabilities have the input's shape.";
    throw new ShapeError(
      `${owner} class indices must have shape ${formatShape(wanted)}, got ${got}. ${way}`,
    );
  }
  checkIndexDType(`${owner} and target ${got}`, target);
  return dim;
}

/** The dimension of the classes: the only one, or the second. @internal */
export function classDim(loss: string, input: Tensor, weight: Tensor | null): number {
  if (input.ndim === 0) {
    throw new ShapeError(`${loss}: needs a dimension of classes, got a scalar.`);
  }
  const dim = input.ndim === 1 ? 0 : 1;
  const classes = input.shape[dim]!;
  if (weight !== null && formatShape(weight.shape) !== `[${classes}]`) {
    throw new ShapeError(
      `${loss}: weight must have one element per class, [${classes}], got ${formatShape(weight.shape)}.`,
    );
  }
  return dim;
}

/**
 * `nllLoss` as a module.
 *
 * $$ \ell_n = -w_{y_n} x_{n, y_n} $$
 *
 * Same as `torch.nn.NLLLoss`, except that the target may be an array.
 *
 * @throws As `nllLoss`.
 *
 * @example
 * import { NLLLoss } from '@kasane/nn';
 * import { tensor } from '@kasane/tensor-core';
 * new NLLLoss().forward(tensor([[-1, -2]]), tensor([1], { dtype: 'int32' })).item(); // => 2
 *
 * @category Losses
 */
export class NLLLoss extends Loss<ClassOptions> {
  /** A factor per class, or null. */
  declare readonly weight: Buffer | null;
  /** The target that counts for nothing. */
  declare ignoreIndex: number;

  constructor(options: ClassOptions = {}) {
    super(options, { weight: null, ignoreIndex: -100 });
  }

  forward(input: Tensor, target: Tensor | NestedArray): Tensor {
    return nllLoss(input, target, this.options());
  }
}
