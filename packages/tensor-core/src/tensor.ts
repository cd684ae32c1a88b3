import type { Backend } from './backends/backend.ts';
import { isGradEnabled, noGrad, record, run, runView, setTensorFactory } from './dispatch.ts';
import type { DType, TypedArray } from './dtype.ts';
import { ShapeError } from './errors.ts';
import * as activations from './ops/activations.ts';
import { argmax, argmin } from './ops/arg-extrema.ts';
import * as arithmetic from './ops/arithmetic.ts';
import { bincount, type BincountOptions } from './ops/bincount.ts';
import { broadcastTo, stretchedDims } from './ops/broadcast.ts';
import { cast } from './ops/cast.ts';
import * as comparison from './ops/comparison.ts';
import { cumprod, cumsum } from './ops/cumulative.ts';
import { diag } from './ops/diag.ts';
import { max, min } from './ops/extrema.ts';
import { flip } from './ops/flip.ts';
import { full } from './ops/full.ts';
import { gather, scatterAdd, takeAlongDim } from './ops/gather.ts';
import { indexAdd, indexSelect } from './ops/index-select.ts';
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
import { reduceInRuns } from './ops/reduce.ts';
import { flattenedShape, reshape, squeezedShape, unsqueezedShape } from './ops/reshape.ts';
import { roll } from './ops/roll.ts';
import { slice, sliceAttrs, unslice, type SliceAttrs } from './ops/slice.ts';
import { logSoftmax, softmax } from './ops/softmax.ts';
import { argsort, type SortOptions, type ValuesAndIndices } from './ops/sort.ts';
import { chunk, select, split, unbind } from './ops/split.ts';
import { mean, sum } from './ops/sum.ts';
import { repeat, tile } from './ops/tile.ts';
import { topk, type TopkOptions } from './ops/topk.ts';
import { tril, triu } from './ops/triangular.ts';
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
    return reduceInRuns(sum, this, { dims: normalizeDims('sum', dims, this.ndim), keepdim });
  }
  /** the mean over dims, of everything by default */
  mean(dims?: number | readonly number[], { keepdim = false }: ReduceOptions = {}): Tensor {
    return reduceInRuns(mean, this, { dims: normalizeDims('mean', dims, this.ndim), keepdim });
  }
  /** the product over dims, of everything by default */
  prod(dims?: number | readonly number[], { keepdim = false }: ReduceOptions = {}): Tensor {
    return run(prod, [this], { dims: normalizeDims('prod', dims, this.ndim), keepdim });
  }
  /** the largest values over dims; NaN if there is one; ties share the gradient, as in `torch.amax` */
  max(dims?: number | readonly number[], { keepdim = false }: ReduceOptions = {}): Tensor {
    return run(max, [this], { dims: normalizeDims('max', dims, this.ndim), keepdim });
  }
  /** the smallest values over dims; NaN if there is one; ties share the gradient, as in `torch.amin` */
  min(dims?: number | readonly number[], { keepdim = false }: ReduceOptions = {}): Tensor {
    return run(min, [this], { dims: normalizeDims('min', dims, this.ndim), keepdim });
  }
  /** where the largest value of a dim stands, as int32; without a dim, in the flattened tensor */
  argmax(dim?: number, { keepdim = false }: ReduceOptions = {}): Tensor {
    return run(argmax, [this], { dims: normalizeDims('argmax', dim, this.ndim), keepdim });
  }
  /** where the smallest value of a dim stands, as int32; without a dim, in the flattened tensor */
  argmin(dim?: number, { keepdim = false }: ReduceOptions = {}): Tensor {
    return run(argmin, [this], { dims: normalizeDims('argmin', dim, this.ndim), keepdim });
  }
  /** are all values nonzero, as bool */
  all(dims?: number | readonly number[], { keepdim = false }: ReduceOptions = {}): Tensor {
    return run(all, [this], { dims: normalizeDims('all', dims, this.ndim), keepdim });
  }
  /** is any value nonzero, as bool */
  any(dims?: number | readonly number[], { keepdim = false }: ReduceOptions = {}): Tensor {
    return run(any, [this], { dims: normalizeDims('any', dims, this.ndim), keepdim });
  }
  /** log Σ eˣ over dims, without overflow */
  logSumExp(dims?: number | readonly number[], { keepdim = false }: ReduceOptions = {}): Tensor {
    return run(logSumExp, [this], { dims: normalizeDims('logSumExp', dims, this.ndim), keepdim });
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
    return run(cumsum, [this], { dim: normalizeDim('cumsum', dim, this.ndim) });
  }
  /** running products along a dim */
  cumprod(dim: number): Tensor {
    return run(cumprod, [this], { dim: normalizeDim('cumprod', dim, this.ndim) });
  }
  /** eˣ / Σ eˣ along a dim */
  softmax(dim: number): Tensor {
    return run(softmax, [this], { dim: normalizeDim('softmax', dim, this.ndim) });
  }
  /** x - log Σ eˣ along a dim */
  logSoftmax(dim: number): Tensor {
    return run(logSoftmax, [this], { dim: normalizeDim('logSoftmax', dim, this.ndim) });
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
    return run(permute, [this], { dims });
  }
  /** with two dims swapped */
  transpose(dim0: number, dim1: number): Tensor {
    return this.permute(swappedDims(this.ndim, dim0, dim1));
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
    return run(tril, [this], { k });
  }
  /** the matrices with everything below diagonal k set to 0 */
  triu(k: number = 0): Tensor {
    return run(triu, [this], { k });
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
    return run(gather, [this, index], { dim: normalizeDim('gather', dim, this.ndim) });
  }
  /** gather, with all dims but `dim` broadcast: what follows argmax and argsort */
  takeAlongDim(index: Tensor, dim: number): Tensor {
    return takeAlongDim(this, index, dim);
  }
  /** for dim 1, src[i][j] added to element [i][index[i][j]]: the adjoint of gather */
  scatterAdd(dim: number, index: Tensor, src: Tensor): Tensor {
    return run(scatterAdd, [this, index, src], { dim: normalizeDim('scatterAdd', dim, this.ndim) });
  }
  /** the slices of a dim that an int32 vector names, in its order */
  indexSelect(dim: number, index: Tensor): Tensor {
    return run(indexSelect, [this, index], { dim: normalizeDim('indexSelect', dim, this.ndim) });
  }
  /** slice r of src added to slice index[r] of a dim: the adjoint of indexSelect */
  indexAdd(dim: number, index: Tensor, src: Tensor): Tensor {
    return run(indexAdd, [this, index, src], { dim: normalizeDim('indexAdd', dim, this.ndim) });
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
  // A Map takes -0 for 0.
  if (Object.is(value, -0)) return fromValues(Float64Array.of(value), [], dtype, backend);
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
