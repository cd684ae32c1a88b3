import {
  eye as eyeOf,
  formatShape,
  noGrad,
  normal as drawNormal,
  scope,
  ShapeError,
  truncatedNormal as drawTruncated,
  uniform as drawUniform,
  optionsOf,
  requireTensor,
  type Generator,
  type RandomOptions,
  type Tensor,
} from '@kasane/tensor-core';
import { isSkipping } from './skip-init.ts';

/** Options of initialisers that draw numbers. */
export interface InitOptions {
  /** Default: the generator that `manualSeed` seeds. */
  readonly generator?: Generator;
}

/** Writes what `make` computes into the tensor, unless that has no elements or `skipInit` runs. @internal */
export function fill<T extends Tensor>(tensor: T, make: () => Tensor): T {
  requireTensor('init', 'what is filled', tensor);
  if (isSkipping() || tensor.size === 0) return tensor;
  noGrad(() =>
    scope(() => {
      const made = make();
      if (made !== tensor) tensor.assign(made);
    }),
  );
  return tensor;
}

/**
 * Of the options of whatever draws numbers, those that an initialiser knows.
 * @internal
 */
export function initOptions({ generator }: InitOptions): InitOptions {
  return generator === undefined ? {} : { generator };
}

/** How numbers for `tensor` are drawn. @internal */
export function drawLike({ dtype, backend }: Tensor, options: InitOptions): RandomOptions {
  return { ...initOptions(options), dtype, backend };
}

/**
 * Fills the tensor with one value; returns it.
 *
 * $$ w_i = \mathrm{value} $$
 *
 * @throws {@link ScopeError} for the result of an op that has gradients.
 *
 * @example
 * import { init } from '@kasane/nn';
 * import { zeros } from '@kasane/tensor-core';
 * init.constant(zeros([2]), 0.5).toArray(); // => [0.5,0.5]
 */
export function constant<T extends Tensor>(tensor: T, value: number): T {
  return fill(tensor, () => tensor.newFull(tensor.shape, value));
}

/**
 * Fills the tensor with zeros; returns it.
 *
 * $$ w_i = 0 $$
 *
 * @throws As `constant`.
 *
 * @example
 * import { init } from '@kasane/nn';
 * import { ones } from '@kasane/tensor-core';
 * init.zeros(ones([2])).toArray(); // => [0,0]
 */
export function zeros<T extends Tensor>(tensor: T): T {
  return constant(tensor, 0);
}

/**
 * Fills the tensor with ones; returns it.
 *
 * $$ w_i = 1 $$
 *
 * @throws As `constant`.
 *
 * @example
 * import { init } from '@kasane/nn';
 * import { zeros } from '@kasane/tensor-core';
 * init.ones(zeros([2])).toArray(); // => [1,1]
 */
export function ones<T extends Tensor>(tensor: T): T {
  return constant(tensor, 1);
}

/**
 * Fills a matrix with ones on the diagonal and zeros elsewhere; returns it.
 *
 * $$ w_{ij} = 1 \text{ if } i = j, \text{ else } 0 $$
 *
 * @throws {@link ShapeError} unless it has two dimensions, and as `constant`.
 *
 * @example
 * import { init } from '@kasane/nn';
 * import { ones } from '@kasane/tensor-core';
 * init.eye(ones([2, 3])).toArray(); // => [[1,0,0],[0,1,0]]
 */
export function eye<T extends Tensor>(tensor: T): T {
  requireTensor('init', 'what is filled', tensor);
  const { shape } = tensor;
  const [rows, columns] = shape;
  if (shape.length !== 2) {
    throw new ShapeError(`init.eye: needs a matrix, got ${formatShape(shape)}. Reshape it.`);
  }
  return fill(tensor, () => eyeOf(rows!, columns!, drawLike(tensor, {})));
}

/**
 * Fills the tensor with numbers from the uniform distribution on [low, high), or with both if they are equal; returns
 * it.
 *
 * $$ w_i \sim U(\mathrm{low}, \mathrm{high}) $$
 *
 * @throws RangeError unless low ≤ high are finite.
 * @throws {@link DTypeError} for whole numbers and bools, and as `constant`.
 *
 * @example
 * import { init } from '@kasane/nn';
 * import { zeros } from '@kasane/tensor-core';
 * const w = init.uniform(zeros([100]), 2, 3);
 * w.greaterEqual(2).logicalAnd(w.lessEqual(3)).all().item(); // => 1
 */
export function uniform<T extends Tensor>(
  tensor: T,
  low: number = 0,
  high: number = 1,
  options: InitOptions = {},
): T {
  optionsOf('init.uniform', options, ['generator']);
  return fill(tensor, () =>
    low === high
      ? tensor.newFull(tensor.shape, high)
      : drawUniform(tensor.shape, { ...drawLike(tensor, options), low, high }),
  );
}

/**
 * Fills the tensor with numbers from the normal distribution; returns it.
 *
 * $$ w_i \sim N(\mathrm{mean}, \mathrm{std}^2) $$
 *
 * @throws RangeError unless mean is finite and std ≥ 0.
 * @throws {@link DTypeError} for whole numbers and bools, and as `constant`.
 *
 * @example
 * import { init } from '@kasane/nn';
 * import { zeros } from '@kasane/tensor-core';
 * const w = init.normal(zeros([10000]), 5, 0.1);
 * w.mean().item().toFixed(1); // => 5.0
 */
export function normal<T extends Tensor>(
  tensor: T,
  mean: number = 0,
  std: number = 1,
  options: InitOptions = {},
): T {
  optionsOf('init.normal', options, ['generator']);
  return fill(tensor, () => drawNormal(tensor.shape, { ...drawLike(tensor, options), mean, std }));
}

/** Options of `truncatedNormal`. */
export interface TruncatedNormalOptions extends InitOptions {
  /** The smallest value. Default: mean - 2 std. */
  readonly low?: number;
  /** The largest value. Default: mean + 2 std. */
  readonly high?: number;
}

/**
 * Fills the tensor with numbers from N(mean, std²), those outside of [low, high] left out; returns it.
 *
 * $$ w_i \sim N(\mathrm{mean}, \mathrm{std}^2) \text{ given } \mathrm{low} \le w_i \le \mathrm{high} $$
 *
 * Unlike `torch.nn.init.trunc_normal_`, the bounds follow mean and std by default.
 *
 * @throws RangeError unless std > 0 and low < high.
 * @throws {@link DTypeError} for whole numbers and bools, and as `constant`.
 *
 * @example
 * import { init } from '@kasane/nn';
 * import { zeros } from '@kasane/tensor-core';
 * const w = init.truncatedNormal(zeros([1000]), 0, 0.1);
 * w.abs().max().item() < 0.2001; // => true
 */
export function truncatedNormal<T extends Tensor>(
  tensor: T,
  mean: number = 0,
  std: number = 1,
  options: TruncatedNormalOptions = {},
): T {
  const given = optionsOf('init.truncatedNormal', options, ['low', 'high', 'generator']);
  return fill(tensor, () =>
    drawTruncated(tensor.shape, { ...given, ...drawLike(tensor, given), mean, std }),
  );
}
