import type { Backend } from './backends/backend.ts';
import { isGradEnabled, noGrad, record, run, runView, setTensorFactory } from './dispatch.ts';
import { checkDType, type DType, type TypedArray } from './dtype.ts';
import { DTypeError, ShapeError } from './errors.ts';
import type { OpDef } from './op.ts';
import * as activations from './ops/activations.ts';
import { argmax, argmin } from './ops/arg-extrema.ts';
import * as arithmetic from './ops/arithmetic.ts';
import { bincount, type BincountOptions } from './ops/bincount.ts';
import { applyAlongDim, applyReduction, applyUnary } from './ops/apply.ts';
import { broadcastTo, stretchedDims } from './ops/broadcast.ts';
import { cast } from './ops/cast.ts';
import * as comparison from './ops/comparison.ts';
import { cumprod, cumsum } from './ops/cumulative.ts';
import { diag } from './ops/diag.ts';
import { max, min } from './ops/extrema.ts';
import { flip } from './ops/flip.ts';
import { full } from './ops/full.ts';
import { gather, scatterAdd, takeAlongDim } from './ops/gather.ts';
import { indexAdd, indexSelect, type IndexSelectOptions } from './ops/index-select.ts';
import { logSumExp } from './ops/log-sum-exp.ts';
import { all, any } from './ops/logical-reduce.ts';
import { maskedFill } from './ops/masked-fill.ts';
import { multiply, type MatmulAttrs } from './ops/matmul.ts';
import { nonzero } from './ops/nonzero.ts';
import { oneHot } from './ops/one-hot.ts';
import { norm, type NormOptions } from './ops/norm.ts';
import { outer } from './ops/outer.ts';
import {
  borderPositions,
  padConstant,
  paddings,
  type Padding,
  type PadOptions,
} from './ops/pad.ts';
import { permute, swappedDims } from './ops/permute.ts';
import { prod } from './ops/prod.ts';
import { reduceInRuns, type ReduceOptions } from './ops/reduce.ts';
import { flattenedShape, reshape, squeezedShape, unsqueezedShape } from './ops/reshape.ts';
import { roll } from './ops/roll.ts';
import { slice, sliceAttrs, unslice, type SliceAttrs } from './ops/slice.ts';
import { logSoftmax, softmax } from './ops/softmax.ts';
import { argsort, type SortOptions, type ValuesAndIndices } from './ops/sort.ts';
import { chunk, select, split, unbind } from './ops/split.ts';
import { mean, sum } from './ops/sum.ts';
import { repeat, tile } from './ops/tile.ts';
import { topk, type TopkOptions } from './ops/topk.ts';
import { triangle } from './ops/triangular.ts';
import * as unary from './ops/unary.ts';
import { unique } from './ops/unique.ts';
import { std, variance, type VarianceOptions } from './ops/variance.ts';
import { to } from './ops/to.ts';
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

/** A tensor, or a number that takes the tensor's dtype: int32 beside bool, float32 if it has a fraction. */
export type Operand = Tensor | number;

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
    if (isGradEnabled()) record(moved, to, [this], undefined);
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

  /** this + other; of bools, whether either is true */
  add(other: Operand): Tensor {
    return applyBinary(arithmetic.add, this, other);
  }
  /** this - other; bools have none */
  sub(other: Operand): Tensor {
    return applyBinary(arithmetic.sub, this, other);
  }
  /** this · other, elementwise; of bools, whether both are true */
  mul(other: Operand): Tensor {
    return applyBinary(arithmetic.mul, this, other);
  }
  /** this / other; integers divide to float32 */
  div(other: Operand): Tensor {
    return applyBinary(arithmetic.div, this, other);
  }
  /** this raised to the power other */
  pow(other: Operand): Tensor {
    return applyBinary(arithmetic.pow, this, other);
  }
  /** the larger of this and other; NaN if either is */
  maximum(other: Operand): Tensor {
    return applyBinary(arithmetic.maximum, this, other);
  }
  /** the smaller of this and other; NaN if either is */
  minimum(other: Operand): Tensor {
    return applyBinary(arithmetic.minimum, this, other);
  }
  /** the angle of the point (other, this), in radians */
  atan2(other: Operand): Tensor {
    return applyBinary(arithmetic.atan2, this, other);
  }

  // ——— Comparison and logic ———

  /** this = other, as bool */
  equal(other: Operand): Tensor {
    return applyBinary(comparison.equal, this, other);
  }
  /** this ≠ other, as bool */
  notEqual(other: Operand): Tensor {
    return applyBinary(comparison.notEqual, this, other);
  }
  /** this < other, as bool */
  less(other: Operand): Tensor {
    return applyBinary(comparison.less, this, other);
  }
  /** this ≤ other, as bool */
  lessEqual(other: Operand): Tensor {
    return applyBinary(comparison.lessEqual, this, other);
  }
  /** this > other, as bool */
  greater(other: Operand): Tensor {
    return applyBinary(comparison.greater, this, other);
  }
  /** this ≥ other, as bool */
  greaterEqual(other: Operand): Tensor {
    return applyBinary(comparison.greaterEqual, this, other);
  }
  /** both are nonzero */
  logicalAnd(other: Operand): Tensor {
    return applyBinary(comparison.logicalAnd, this, other);
  }
  /** either is nonzero */
  logicalOr(other: Operand): Tensor {
    return applyBinary(comparison.logicalOr, this, other);
  }
  /** exactly one is nonzero */
  logicalXor(other: Operand): Tensor {
    return applyBinary(comparison.logicalXor, this, other);
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
    const given = a instanceof Tensor ? a : b;
    // Two numbers are float32.
    const like = given instanceof Tensor ? given : scalar(0, 'float32', this.backend);
    return run(where, [this, operand(like, a, where), operand(like, b, where)], undefined);
  }

  // ——— Functions of one element ———

  /** -x; bools have none */
  neg(): Tensor {
    return applyUnary(unary.neg, this);
  }
  /** |x| */
  abs(): Tensor {
    return applyUnary(unary.abs, this);
  }
  /** -1, 0 or 1 */
  sign(): Tensor {
    return applyUnary(unary.sign, this);
  }
  /** eˣ */
  exp(): Tensor {
    return applyUnary(unary.exp, this);
  }
  /** eˣ - 1, exact near 0 */
  expm1(): Tensor {
    return applyUnary(unary.expm1, this);
  }
  /** the natural logarithm */
  log(): Tensor {
    return applyUnary(unary.log, this);
  }
  /** log(1 + x), exact near 0 */
  log1p(): Tensor {
    return applyUnary(unary.log1p, this);
  }
  /** √x */
  sqrt(): Tensor {
    return applyUnary(unary.sqrt, this);
  }
  /** 1/√x */
  rsqrt(): Tensor {
    return applyUnary(unary.rsqrt, this);
  }
  /** x² */
  square(): Tensor {
    return applyUnary(unary.square, this);
  }
  /** 1/x */
  reciprocal(): Tensor {
    return applyUnary(unary.reciprocal, this);
  }
  /** sin x, radians */
  sin(): Tensor {
    return applyUnary(unary.sin, this);
  }
  /** cos x, radians */
  cos(): Tensor {
    return applyUnary(unary.cos, this);
  }
  /** tan x, radians */
  tan(): Tensor {
    return applyUnary(unary.tan, this);
  }
  /** hyperbolic sine */
  sinh(): Tensor {
    return applyUnary(unary.sinh, this);
  }
  /** hyperbolic cosine */
  cosh(): Tensor {
    return applyUnary(unary.cosh, this);
  }
  /** hyperbolic tangent */
  tanh(): Tensor {
    return applyUnary(unary.tanh, this);
  }
  /** inverse sine, radians */
  asin(): Tensor {
    return applyUnary(unary.asin, this);
  }
  /** inverse cosine, radians */
  acos(): Tensor {
    return applyUnary(unary.acos, this);
  }
  /** inverse tangent, radians */
  atan(): Tensor {
    return applyUnary(unary.atan, this);
  }
  /** 1/(1 + e⁻ˣ) */
  sigmoid(): Tensor {
    return applyUnary(unary.sigmoid, this);
  }
  /** the error function */
  erf(): Tensor {
    return applyUnary(unary.erf, this);
  }
  /** the largest whole number ≤ x */
  floor(): Tensor {
    return applyUnary(unary.floor, this);
  }
  /** the smallest whole number ≥ x */
  ceil(): Tensor {
    return applyUnary(unary.ceil, this);
  }
  /** the nearest whole number; halves go to the even one */
  round(): Tensor {
    return applyUnary(unary.round, this);
  }
  /** min if x < min, and max if that is > max, else x; a bound of NaN makes NaN of all */
  clamp(min: number = -Infinity, max: number = Infinity): Tensor {
    return activations.clamped(this, min, max);
  }
  /** the values in another dtype */
  cast(dtype: DType): Tensor {
    return checkDType(dtype) === this.dtype ? this : run(cast, [this], { dtype });
  }

  // ——— Activations ———

  /** max(x, 0) */
  relu(): Tensor {
    return applyUnary(activations.relu, this);
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
    return applyUnary(activations.selu, this);
  }
  /** x if x > 0, else α(e^(x/α) - 1) */
  celu(alpha: number = 1): Tensor {
    return run(activations.celu, [this], { alpha });
  }
  /** x·Φ(x), exact or by its tanh approximation */
  gelu(approximate: 'none' | 'tanh' = 'none'): Tensor {
    const op = approximate === 'tanh' ? activations.geluTanh : activations.gelu;
    return applyUnary(op, this);
  }
  /** x·sigmoid(x) */
  silu(): Tensor {
    return applyUnary(activations.silu, this);
  }
  /** x·tanh(softplus(x)) */
  mish(): Tensor {
    return applyUnary(activations.mish, this);
  }
  /** log(1 + eˣ) */
  softplus(): Tensor {
    return applyUnary(activations.softplus, this);
  }
  /** x kept within [min, max] */
  hardtanh(min: number = -1, max: number = 1): Tensor {
    return this.clamp(min, max);
  }
  /** 0 below -3, 1 above 3, a line between */
  hardsigmoid(): Tensor {
    return applyUnary(activations.hardsigmoid, this);
  }

  // ——— Reductions ———

  /** the sum over dims, of everything by default */
  sum(dims?: number | readonly number[], options?: ReduceOptions): Tensor {
    return applyReduction(sum, this, dims, options, reduceInRuns);
  }
  /** the mean over dims, of everything by default */
  mean(dims?: number | readonly number[], options?: ReduceOptions): Tensor {
    return applyReduction(mean, this, dims, options, reduceInRuns);
  }
  /** the product over dims, of everything by default */
  prod(dims?: number | readonly number[], options?: ReduceOptions): Tensor {
    return applyReduction(prod, this, dims, options);
  }
  /** the largest values over dims; NaN if there is one; ties share the gradient, as in `torch.amax` */
  max(dims?: number | readonly number[], options?: ReduceOptions): Tensor {
    return applyReduction(max, this, dims, options);
  }
  /** the smallest values over dims; NaN if there is one; ties share the gradient, as in `torch.amin` */
  min(dims?: number | readonly number[], options?: ReduceOptions): Tensor {
    return applyReduction(min, this, dims, options);
  }
  /** where the largest value of a dim stands, as int32; without a dim, in the flattened tensor */
  argmax(dim?: number, options?: ReduceOptions): Tensor {
    return applyReduction(argmax, this, dim, options);
  }
  /** where the smallest value of a dim stands, as int32; without a dim, in the flattened tensor */
  argmin(dim?: number, options?: ReduceOptions): Tensor {
    return applyReduction(argmin, this, dim, options);
  }
  /** are all values nonzero, as bool */
  all(dims?: number | readonly number[], options?: ReduceOptions): Tensor {
    return applyReduction(all, this, dims, options, reduceInRuns);
  }
  /** is any value nonzero, as bool */
  any(dims?: number | readonly number[], options?: ReduceOptions): Tensor {
    return applyReduction(any, this, dims, options, reduceInRuns);
  }
  /** log Σ eˣ over dims, without overflow */
  logSumExp(dims?: number | readonly number[], options?: ReduceOptions): Tensor {
    return applyReduction(logSumExp, this, dims, options);
  }
  /** Σ (x - mean)² / (n - correction) over dims */
  variance(
    dims?: number | readonly number[],
    { correction = 1, keepdim = false }: VarianceOptions = {},
  ): Tensor {
    const reduced = normalizeDims('variance', dims, this.ndim);
    return run(variance, [this], { dims: reduced, keepdim, correction });
  }
  /** the square root of the variance; where it is 0, so is the gradient */
  std(
    dims?: number | readonly number[],
    { correction = 1, keepdim = false }: VarianceOptions = {},
  ): Tensor {
    const reduced = normalizeDims('std', dims, this.ndim);
    return run(std, [this], { dims: reduced, keepdim, correction });
  }
  /** (Σ |x|ᵖ)^(1/p) over dims; p is 2 by default, Infinity for the largest |x| */
  norm(dims?: number | readonly number[], { p = 2, keepdim = false }: NormOptions = {}): Tensor {
    return norm(this, { dims: normalizeDims('norm', dims, this.ndim), keepdim, p });
  }
  /** running sums along a dim */
  cumsum(dim: number): Tensor {
    return applyAlongDim(cumsum, [this], dim);
  }
  /** running products along a dim */
  cumprod(dim: number): Tensor {
    return applyAlongDim(cumprod, [this], dim);
  }
  /** eˣ / Σ eˣ along a dim */
  softmax(dim: number): Tensor {
    return applyAlongDim(softmax, [this], dim);
  }
  /** x - log Σ eˣ along a dim */
  logSoftmax(dim: number): Tensor {
    return applyAlongDim(logSoftmax, [this], dim);
  }
  /** the values added up until the shape is `shape`: the inverse of broadcasting */
  sumTo(shape: Shape): Tensor {
    if (sameShape(shape, this.shape)) return this;
    return this.sum(stretchedDims(this.shape, shape)).reshape(shape);
  }

  // ——— Products ———

  /**
   * The matrix product over the last two dimensions; leading ones broadcast. A vector counts as one
   * row on the left and one column on the right. Transposed operands are read in place.
   */
  matmul(other: Tensor, options: Partial<MatmulAttrs> = {}): Tensor {
    return multiply(this, other, options);
  }

  /** every element of this vector times every element of another, (n) × (m) → (n, m) */
  outer(other: Tensor): Tensor {
    return outer(this, other);
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
    return run(permute, [this], { dims: [...dims] });
  }
  /** with two dims swapped */
  transpose(dim0: number, dim1: number): Tensor {
    return this.permute(swappedDims(this.ndim, dim0, dim1));
  }
  /** a matrix with rows and columns swapped */
  t(): Tensor {
    if (this.ndim > 2) {
      throw new ShapeError(
        `t: needs at most 2 dimensions, got ${formatShape(this.shape)}. Use transpose or permute.`,
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
    return this.takeRange(sliceAttrs(this.shape, dim, start, end, step));
  }
  /** slice with checked attributes @internal */
  takeRange(attrs: SliceAttrs): Tensor {
    return run(slice, [this], attrs);
  }
  /** the adjoint of slice @internal */
  unslice(shape: Shape, attrs: SliceAttrs): Tensor {
    return run(unslice, [this], { ...attrs, shape });
  }
  /** the slice at one position of a dim, without that dim; negative positions count from the end */
  select(dim: number, index: number): Tensor {
    return select(this, dim, index);
  }
  /** pieces of one size (the last may be shorter) or of the given sizes */
  split(sizes: number | readonly number[], dim: number = 0): Tensor[] {
    return split(this, sizes, dim);
  }
  /** at most `chunks` pieces of equal size; the last may be shorter */
  chunk(chunks: number, dim: number = 0): Tensor[] {
    return chunk(this, chunks, dim);
  }
  /** one tensor for every position of a dim, without that dim */
  unbind(dim: number = 0): Tensor[] {
    return unbind(this, dim);
  }
  /**
   * With a border: `[before, after]` for each of the last dims, in their order, so that `[[1, 2]]`
   * pads the last dim and `[[1, 2], [0, 0]]` the one before it. PyTorch lists the last dim first.
   */
  pad(pads: readonly Padding[], { mode = 'constant', value = 0 }: PadOptions = {}): Tensor {
    const pairs = paddings(this.shape, pads, mode);
    if (mode === 'constant') return run(padConstant, [this], { pads: pairs, value });
    return pairs.reduce((x: Tensor, pair, dim) => {
      if (pair[0] + pair[1] === 0) return x;
      const positions = borderPositions(mode, x.shape[dim]!, pair);
      const index = fromValues(positions, [positions.length], 'int32', x.backend);
      return x.indexSelect(dim, index);
    }, this);
  }
  /** in reverse order along dims */
  flip(dims: number | readonly number[]): Tensor {
    return run(flip, [this], { dims: normalizeDims('flip', dims, this.ndim) });
  }
  /** shifted along dims (flattened if there are none); what leaves at one end enters at the other */
  roll(shifts: number | readonly number[], dims?: number | readonly number[]): Tensor {
    return roll(this, shifts, dims);
  }
  /** laid out `reps[i]` times along dim i; missing leading counts are 1 */
  tile(reps: readonly number[]): Tensor {
    return tile(this, reps);
  }
  /** laid out `sizes[i]` times along dim i; a count for every dim, new ones in front */
  repeat(sizes: readonly number[]): Tensor {
    return repeat(this, sizes);
  }
  /** the matrices with everything above diagonal k set to 0 */
  tril(k: number = 0): Tensor {
    return triangle('tril', this, k);
  }
  /** the matrices with everything below diagonal k set to 0 */
  triu(k: number = 0): Tensor {
    return triangle('triu', this, k);
  }
  /** the matrix with this vector on diagonal k, or diagonal k of this matrix */
  diag(k: number = 0): Tensor {
    return diag(this, k);
  }
  /** one value in every element, on this tensor's backend and (by default) of its dtype */
  newFull(shape: Shape, value: number, dtype: DType = this.dtype): Tensor {
    return noGrad(() => run(full, [this], { shape, value, dtype }));
  }

  // ——— Indexing ———

  /**
   * For dim 1, out[i][j] = this[i][index[i][j]]: every element of the int32 `index` names a position
   * along `dim`. Negative indices are errors.
   */
  gather(dim: number, index: Tensor): Tensor {
    return applyAlongDim(gather, [this, index], dim);
  }
  /** gather, with all dims but `dim` broadcast: what follows argmax and argsort */
  takeAlongDim(index: Tensor, dim: number): Tensor {
    return takeAlongDim(this, index, dim);
  }
  /** for dim 1, src[i][j] added to element [i][index[i][j]]: the adjoint of gather */
  scatterAdd(dim: number, index: Tensor, src: Tensor): Tensor {
    return applyAlongDim(scatterAdd, [this, index, src], dim);
  }
  /** the slices of a dim that an int32 vector names, in its order */
  indexSelect(dim: number, index: Tensor, options: IndexSelectOptions = {}): Tensor {
    const attrs = { ...options, dim: normalizeDim('indexSelect', dim, this.ndim) };
    return run(indexSelect, [this, index], attrs);
  }
  /** slice r of src added to slice index[r] of a dim: the adjoint of indexSelect */
  indexAdd(dim: number, index: Tensor, src: Tensor): Tensor {
    return applyAlongDim(indexAdd, [this, index, src], dim);
  }
  /** a new last dim with a one at each int32 index and zeros elsewhere; float32, where PyTorch has int64 */
  oneHot(numClasses: number): Tensor {
    return run(oneHot, [this], { numClasses });
  }
  /** `value` where the bool mask holds; the dtype stays */
  maskedFill(mask: Tensor, value: Operand): Tensor {
    return maskedFill(this, mask, value);
  }
  /** the k largest (or smallest) values of a dim and where they stand; NaN counts as largest */
  topk(k: number, dim: number = -1, options: TopkOptions = {}): ValuesAndIndices {
    const { largest = true, sorted = true } = options;
    const d = normalizeDim('topk', dim, this.ndim);
    const indices = run(topk, [this], { k, dim: d, largest, sorted });
    return { values: this.gather(d, indices), indices };
  }
  /** the values of a dim in order and where they stood; stable; NaN counts as largest */
  sort(dim: number = -1, options: SortOptions = {}): ValuesAndIndices {
    const indices = this.argsort(dim, options);
    return { values: this.gather(dim, indices), indices };
  }
  /** the positions that put a dim in order; stable; NaN counts as largest */
  argsort(dim: number = -1, { descending = false }: SortOptions = {}): Tensor {
    return run(argsort, [this], { dim: normalizeDim('argsort', dim, this.ndim), descending });
  }
  /**
   * The distinct values in ascending order, where each element went, and how many did. Needs the
   * values, and has no gradient.
   */
  unique(): { values: Tensor; inverse: Tensor; counts: Tensor } {
    const { dtype, backend } = this;
    const { values, inverse, counts } = unique(this.read('unique'), dtype);
    return {
      values: fromValues(values, [values.length], dtype, backend),
      inverse: fromValues(inverse, this.shape, 'int32', backend),
      counts: fromValues(counts, [counts.length], 'int32', backend),
    };
  }
  /** the positions of all elements that are not 0, as rows of an int32 matrix; needs the values */
  nonzero(): Tensor {
    const { count, positions } = nonzero(this.read('nonzero'), this.shape);
    return fromValues(positions, [count, this.ndim], 'int32', this.backend);
  }
  /** how often each int32 value occurs, or the weight it gathers; needs the values */
  bincount(options: BincountOptions = {}): Tensor {
    return bincount(this, options);
  }
}

setTensorFactory((shape, dtype, storage) => new Tensor(shape, dtype, storage));

/** A tensor of `values` and `shape`, which are copied: the caller may change its own. @internal */
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
  const made = new Tensor([...shape], dtype, backend.upload(values, dtype));
  track(made);
  return made;
}

// Numbers in expressions become scalar tensors, each made once per backend and dtype.
const scalars = new Map<Backend, Partial<Record<DType, Map<number, Tensor>>>>();

function scalar(value: number, dtype: DType, backend: Backend): Tensor {
  let byDtype = scalars.get(backend);
  if (byDtype === undefined) scalars.set(backend, (byDtype = {}));
  const byValue = (byDtype[dtype] ??= new Map());
  let cached = byValue.get(value);
  const fresh = Object.is(value, -0); // a Map takes -0 for 0
  if (cached === undefined || fresh) {
    const storage = fresh ? null : backend.constant(value, dtype);
    if (storage === null) return fromValues(Float64Array.of(value), [], dtype, backend);
    byValue.set(value, (cached = new Tensor([], dtype, storage)));
  }
  return cached;
}

/** An op of a tensor and another operand. */
function applyBinary(op: OpDef, a: Tensor, b: Operand): Tensor {
  return run(op, [a, operand(a, b, op)], undefined);
}

function operand(like: Tensor, other: Operand, op: OpDef): Tensor {
  if (typeof other !== 'number') {
    if (other instanceof Tensor) return other;
    throw new DTypeError(
      `operands must be tensors or numbers, got ${String(other)}. Use tensor(…).`,
    );
  }
  const { dtype, backend } = like;
  if (dtype === 'float32' || dtype === 'float64') return scalar(other, dtype, backend);
  return scalar(...comparison.besideIntegers(op, other), backend);
}
