import type { Backend } from './backends/backend.ts';
import { noGrad, run, runView, setTensorFactory } from './dispatch.ts';
import type { DType, TypedArray } from './dtype.ts';
import { ShapeError } from './errors.ts';
import * as activations from './ops/activations.ts';
import * as arithmetic from './ops/arithmetic.ts';
import { broadcastTo } from './ops/broadcast.ts';
import { cast } from './ops/cast.ts';
import * as comparison from './ops/comparison.ts';
import { full } from './ops/full.ts';
import { matmul } from './ops/matmul.ts';
import { permute } from './ops/permute.ts';
import { flattenedShape, reshape, squeezedShape, unsqueezedShape } from './ops/reshape.ts';
import { slice, sliceRange, unslice, type SliceAttrs } from './ops/slice.ts';
import { mean, sum } from './ops/sum.ts';
import * as unary from './ops/unary.ts';
import { where } from './ops/where.ts';
import { TensorBase } from './tensor-base.ts';
import { track } from './scope.ts';
import {
  formatShape,
  normalizeDim,
  normalizeDims,
  sameShape,
  sizeOf,
  type Shape,
} from './shape.ts';

/** A tensor, or a number that takes the tensor's dtype (float32 if it has digits the dtype lacks). */
export type Operand = Tensor | number;

/** Options of reductions. */
export interface ReduceOptions {
  /** Keep the reduced dimensions with size 1. Default false. */
  readonly keepdim?: boolean;
}

/**
 * A multi-dimensional array of numbers: immutable, contiguous, row-major.
 *
 * Results of ops on tensors that require gradients remember where they came from; `backward` of
 * `@kasane/autograd` walks that record. Memory frees itself; `dispose`, `using` and `scope` only make
 * it prompt.
 *
 * Unlike `torch.Tensor`, nothing is a view: `permute` and `slice` copy, only `reshape` and its
 * relatives share data, and no op writes in place.
 *
 * @example
 * import { tensor } from '@kasane/tensor-core';
 * const x = tensor([[1, 2], [3, 4]]);
 * x.matmul(x).sum().item(); // => 54
 * x.add(10).toArray(); // => [[11,12],[13,14]]
 */
export class Tensor extends TensorBase {
  // ——— Copies and aliases ———

  /** The same values on another backend; the tensor itself if it is there already. */
  to(backend: Backend): Tensor {
    if (this.backend === backend) return this;
    const moved = fromValues(this.read('to'), this.shape, this.dtype, backend);
    moved.requiresGrad = this.requiresGrad;
    return moved;
  }

  /** The same values without their history: no gradient flows through the result. */
  detach(): Tensor {
    const alias = runView(reshape, this, { shape: this.shape });
    alias.provenance = null;
    alias.requiresGrad = false;
    return alias;
  }

  // ——— Arithmetic ———

  /** this + other */
  add(other: Operand): Tensor {
    return run(arithmetic.add, [this, operand(this, other)], undefined);
  }
  /** this - other */
  sub(other: Operand): Tensor {
    return run(arithmetic.sub, [this, operand(this, other)], undefined);
  }
  /** this · other, elementwise */
  mul(other: Operand): Tensor {
    return run(arithmetic.mul, [this, operand(this, other)], undefined);
  }
  /** this / other; integers divide to float32 */
  div(other: Operand): Tensor {
    return run(arithmetic.div, [this, operand(this, other)], undefined);
  }
  /** this raised to the power other */
  pow(other: Operand): Tensor {
    return run(arithmetic.pow, [this, operand(this, other)], undefined);
  }
  /** the larger of this and other; NaN if either is */
  maximum(other: Operand): Tensor {
    return run(arithmetic.maximum, [this, operand(this, other)], undefined);
  }
  /** the smaller of this and other; NaN if either is */
  minimum(other: Operand): Tensor {
    return run(arithmetic.minimum, [this, operand(this, other)], undefined);
  }
  /** the angle of the point (other, this), in radians */
  atan2(other: Operand): Tensor {
    return run(arithmetic.atan2, [this, operand(this, other)], undefined);
  }

  // ——— Comparison and logic ———

  /** this = other, as bool */
  equal(other: Operand): Tensor {
    return run(comparison.equal, [this, operand(this, other)], undefined);
  }
  /** this ≠ other, as bool */
  notEqual(other: Operand): Tensor {
    return run(comparison.notEqual, [this, operand(this, other)], undefined);
  }
  /** this < other, as bool */
  less(other: Operand): Tensor {
    return run(comparison.less, [this, operand(this, other)], undefined);
  }
  /** this ≤ other, as bool */
  lessEqual(other: Operand): Tensor {
    return run(comparison.lessEqual, [this, operand(this, other)], undefined);
  }
  /** this > other, as bool */
  greater(other: Operand): Tensor {
    return run(comparison.greater, [this, operand(this, other)], undefined);
  }
  /** this ≥ other, as bool */
  greaterEqual(other: Operand): Tensor {
    return run(comparison.greaterEqual, [this, operand(this, other)], undefined);
  }
  /** both are nonzero */
  logicalAnd(other: Operand): Tensor {
    return run(comparison.logicalAnd, [this, operand(this, other)], undefined);
  }
  /** either is nonzero */
  logicalOr(other: Operand): Tensor {
    return run(comparison.logicalOr, [this, operand(this, other)], undefined);
  }
  /** exactly one is nonzero */
  logicalXor(other: Operand): Tensor {
    return run(comparison.logicalXor, [this, operand(this, other)], undefined);
  }
  /** is zero */
  logicalNot(): Tensor {
    return this.equal(0);
  }
  /** is NaN */
  isNaN(): Tensor {
    return this.notEqual(this);
  }
  /** is neither NaN nor infinite */
  isFinite(): Tensor {
    return this.abs().less(Infinity);
  }
  /** `a` where this bool tensor holds, else `b` */
  where(a: Operand, b: Operand): Tensor {
    const like = a instanceof Tensor ? a : b instanceof Tensor ? b : null;
    const x = like === null ? scalar(Number(a), 'float32', this.backend) : operand(like, a);
    const y = like === null ? scalar(Number(b), 'float32', this.backend) : operand(like, b);
    return run(where, [this, x, y], undefined);
  }

  // ——— Functions of one element ———

  /** -x */
  neg(): Tensor {
    return run(unary.neg, [this], undefined);
  }
  /** |x| */
  abs(): Tensor {
    return run(unary.abs, [this], undefined);
  }
  /** -1, 0 or 1 */
  sign(): Tensor {
    return run(unary.sign, [this], undefined);
  }
  /** eˣ */
  exp(): Tensor {
    return run(unary.exp, [this], undefined);
  }
  /** eˣ - 1, exact near 0 */
  expm1(): Tensor {
    return run(unary.expm1, [this], undefined);
  }
  /** the natural logarithm */
  log(): Tensor {
    return run(unary.log, [this], undefined);
  }
  /** log(1 + x), exact near 0 */
  log1p(): Tensor {
    return run(unary.log1p, [this], undefined);
  }
  /** √x */
  sqrt(): Tensor {
    return run(unary.sqrt, [this], undefined);
  }
  /** 1/√x */
  rsqrt(): Tensor {
    return run(unary.rsqrt, [this], undefined);
  }
  /** x² */
  square(): Tensor {
    return run(unary.square, [this], undefined);
  }
  /** 1/x */
  reciprocal(): Tensor {
    return run(unary.reciprocal, [this], undefined);
  }
  /** sin x, radians */
  sin(): Tensor {
    return run(unary.sin, [this], undefined);
  }
  /** cos x, radians */
  cos(): Tensor {
    return run(unary.cos, [this], undefined);
  }
  /** tan x, radians */
  tan(): Tensor {
    return run(unary.tan, [this], undefined);
  }
  /** hyperbolic sine */
  sinh(): Tensor {
    return run(unary.sinh, [this], undefined);
  }
  /** hyperbolic cosine */
  cosh(): Tensor {
    return run(unary.cosh, [this], undefined);
  }
  /** hyperbolic tangent */
  tanh(): Tensor {
    return run(unary.tanh, [this], undefined);
  }
  /** inverse sine, radians */
  asin(): Tensor {
    return run(unary.asin, [this], undefined);
  }
  /** inverse cosine, radians */
  acos(): Tensor {
    return run(unary.acos, [this], undefined);
  }
  /** inverse tangent, radians */
  atan(): Tensor {
    return run(unary.atan, [this], undefined);
  }
  /** 1/(1 + e⁻ˣ) */
  sigmoid(): Tensor {
    return run(unary.sigmoid, [this], undefined);
  }
  /** the error function */
  erf(): Tensor {
    return run(unary.erf, [this], undefined);
  }
  /** the largest whole number ≤ x */
  floor(): Tensor {
    return run(unary.floor, [this], undefined);
  }
  /** the smallest whole number ≥ x */
  ceil(): Tensor {
    return run(unary.ceil, [this], undefined);
  }
  /** the nearest whole number; halves go to the even one */
  round(): Tensor {
    return run(unary.round, [this], undefined);
  }
  /** min if x < min, max if x > max, else x */
  clamp(min: number = -Infinity, max: number = Infinity): Tensor {
    return run(activations.clamp, [this], { min, max });
  }
  /** the values in another dtype */
  cast(dtype: DType): Tensor {
    return dtype === this.dtype ? this : run(cast, [this], { dtype });
  }

  // ——— Activations ———

  /** max(x, 0) */
  relu(): Tensor {
    return run(activations.relu, [this], undefined);
  }
  /** x if x > 0, else slope · x */
  leakyRelu(slope: number = 0.01): Tensor {
    return run(activations.leakyRelu, [this], { slope });
  }
  /** x if x > 0, else α(eˣ - 1) */
  elu(alpha: number = 1): Tensor {
    return run(activations.elu, [this], { alpha });
  }
  /** elu scaled so that unit variance is kept */
  selu(): Tensor {
    return run(activations.selu, [this], undefined);
  }
  /** x if x > 0, else α(e^(x/α) - 1) */
  celu(alpha: number = 1): Tensor {
    return run(activations.celu, [this], { alpha });
  }
  /** x·Φ(x), exact or by its tanh approximation */
  gelu(approximate: 'none' | 'tanh' = 'none'): Tensor {
    const op = approximate === 'tanh' ? activations.geluTanh : activations.gelu;
    return run(op, [this], undefined);
  }
  /** x·sigmoid(x) */
  silu(): Tensor {
    return run(activations.silu, [this], undefined);
  }
  /** x·tanh(softplus(x)) */
  mish(): Tensor {
    return run(activations.mish, [this], undefined);
  }
  /** log(1 + eˣ) */
  softplus(): Tensor {
    return run(activations.softplus, [this], undefined);
  }
  /** x kept within [min, max] */
  hardtanh(min: number = -1, max: number = 1): Tensor {
    return this.clamp(min, max);
  }
  /** 0 below -3, 1 above 3, a line between */
  hardsigmoid(): Tensor {
    return run(activations.hardsigmoid, [this], undefined);
  }

  // ——— Reductions ———

  /** the sum over dims, of everything by default */
  sum(dims?: number | readonly number[], { keepdim = false }: ReduceOptions = {}): Tensor {
    return run(sum, [this], { dims: normalizeDims('sum', dims, this.ndim), keepdim });
  }
  /** the mean over dims, of everything by default */
  mean(dims?: number | readonly number[], { keepdim = false }: ReduceOptions = {}): Tensor {
    return run(mean, [this], { dims: normalizeDims('mean', dims, this.ndim), keepdim });
  }
  /** the values added up until the shape is `shape`: the inverse of broadcasting */
  sumTo(shape: Shape): Tensor {
    if (sameShape(shape, this.shape)) return this;
    const lead = this.ndim - shape.length;
    const dims = this.shape.map((_, i) => i).filter((i) => i < lead || shape[i - lead] === 1);
    return this.sum(dims).reshape(shape);
  }

  // ——— Products ———

  /**
   * The matrix product over the last two dimensions; leading ones broadcast. A vector counts as one
   * row on the left and one column on the right. Transposed operands are read in place.
   */
  matmul(
    other: Tensor,
    options: { readonly transposeA?: boolean; readonly transposeB?: boolean } = {},
  ): Tensor {
    const { transposeA = false, transposeB = false } = options;
    if (this.ndim === 0 || other.ndim === 0) {
      throw new ShapeError(
        `matmul: needs at least one dimension on both sides, got ${formatShape(this.shape)} × ${formatShape(other.shape)}. Use mul for scalars.`,
      );
    }
    const a = this.ndim === 1 ? this.unsqueeze(transposeA ? 1 : 0) : this;
    const b = other.ndim === 1 ? other.unsqueeze(transposeB ? 0 : 1) : other;
    const product = run(matmul, [a, b], { transposeA, transposeB });
    if (a === this && b === other) return product;
    const shape = [...product.shape];
    if (b !== other) shape.splice(-1, 1);
    if (a !== this) shape.splice(b === other ? -2 : -1, 1);
    return product.reshape(shape);
  }

  // ——— Movement ———

  /** the same values in another shape; one size may be -1 */
  reshape(shape: Shape): Tensor {
    return runView(reshape, this, { shape });
  }
  /** dims `startDim` to `endDim` merged into one */
  flatten(startDim: number = 0, endDim: number = -1): Tensor {
    return this.reshape(flattenedShape(this.shape, startDim, endDim));
  }
  /** without dims of size 1: all of them, or those named */
  squeeze(dims?: number | readonly number[]): Tensor {
    return this.reshape(squeezedShape(this.shape, dims));
  }
  /** with a dim of size 1 before `dim` */
  unsqueeze(dim: number): Tensor {
    return this.reshape(unsqueezedShape(this.shape, dim));
  }
  /** the dims in another order */
  permute(dims: readonly number[]): Tensor {
    return run(permute, [this], { dims });
  }
  /** with two dims swapped */
  transpose(dim0: number, dim1: number): Tensor {
    const dims = this.shape.map((_, i) => i);
    const a = normalizeDim('transpose', dim0, this.ndim);
    const b = normalizeDim('transpose', dim1, this.ndim);
    if (this.ndim === 0) return this;
    [dims[a], dims[b]] = [b, a];
    return this.permute(dims);
  }
  /** a matrix with rows and columns swapped */
  t(): Tensor {
    if (this.ndim > 2) {
      throw new ShapeError(
        `t: needs at most 2 dimensions, got ${formatShape(this.shape)}. Use transpose(dim0, dim1) or permute(dims).`,
      );
    }
    return this.ndim < 2 ? this : this.permute([1, 0]);
  }
  /** repeated along new dims and dims of size 1 */
  broadcastTo(shape: Shape): Tensor {
    return run(broadcastTo, [this], { shape });
  }
  /**
   * Elements `start` to `end` (without it) of a dim, `step` apart, by Python's rules: negative
   * positions count from the end, a negative step walks backwards.
   */
  slice(dim: number, start?: number, end?: number, step: number = 1): Tensor {
    const d = normalizeDim('slice', dim, this.ndim);
    return this.takeRange({ dim: d, ...sliceRange(this.shape[d] ?? 1, start, end, step) });
  }
  /** slice with checked attributes @internal */
  takeRange(attrs: SliceAttrs): Tensor {
    return run(slice, [this], attrs);
  }
  /** the adjoint of slice @internal */
  unslice(shape: Shape, attrs: SliceAttrs): Tensor {
    return run(unslice, [this], { ...attrs, shape });
  }
  /** one value in every element, on this tensor's backend and (by default) of its dtype */
  newFull(shape: Shape, value: number, dtype: DType = this.dtype): Tensor {
    return noGrad(() => run(full, [this], { shape, value, dtype }));
  }
}

setTensorFactory((shape, dtype, storage) => new Tensor(shape, dtype, storage));

/** A tensor of `values`, which are copied. @internal */
export function fromValues(
  values: TypedArray,
  shape: Shape,
  dtype: DType,
  backend: Backend,
): Tensor {
  if (sizeOf(shape) !== values.length) {
    throw new ShapeError(
      `tensor: shape ${formatShape(shape)} needs ${sizeOf(shape)} values, got ${values.length}.`,
    );
  }
  const made = new Tensor(shape, dtype, backend.upload(values, dtype));
  track(made);
  return made;
}

// Numbers in expressions become scalar tensors, each made once per backend and dtype.
const scalars = new Map<Backend, Map<DType, Map<number, Tensor>>>();

function scalar(value: number, dtype: DType, backend: Backend): Tensor {
  let byDtype = scalars.get(backend);
  if (byDtype === undefined) scalars.set(backend, (byDtype = new Map()));
  let byValue = byDtype.get(dtype);
  if (byValue === undefined) byDtype.set(dtype, (byValue = new Map()));
  let cached = byValue.get(value);
  if (cached === undefined) {
    const storage = backend.constant(value, dtype);
    if (storage === null) return fromValues(Float64Array.of(value), [], dtype, backend);
    cached = new Tensor([], dtype, storage);
    byValue.set(value, cached);
  }
  return cached;
}

function operand(like: Tensor, other: Operand): Tensor {
  if (typeof other !== 'number') return other;
  const { dtype } = like;
  if (dtype === 'float32' || dtype === 'float64') return scalar(other, dtype, like.backend);
  return scalar(other, Number.isInteger(other) ? 'int32' : 'float32', like.backend);
}
