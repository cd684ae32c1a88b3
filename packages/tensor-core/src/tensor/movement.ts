import { optionsOf } from '../options.ts';
import { runView } from '../dispatch.ts';
import { ShapeError } from '../errors.ts';
import { isList, listed } from '../given.ts';
import { broadcastTo } from '../ops/broadcast.ts';
import { diag } from '../ops/diag.ts';
import { flip } from '../ops/flip.ts';
import {
  borderPositions,
  padConstant,
  paddings,
  type Padding,
  type PadOptions,
} from '../ops/pad.ts';
import { permute, swappedDims } from '../ops/permute.ts';
import { flattenedShape, reshape } from '../ops/reshape.ts';
import { roll } from '../ops/roll.ts';
import { slice, sliceAttrs, unslice, type SliceAttrs } from '../ops/slice.ts';
import { chunk, select, split, unbind } from '../ops/split.ts';
import { repeat, tile } from '../ops/tile.ts';
import { triangle } from '../ops/triangular.ts';
import { formatShape, normalizeDim, normalizeDims, type Shape } from '../shape.ts';
import type { Tensor } from '../tensor.ts';
import { applyUnary, asTensor } from './apply.ts';
import { fromValues } from './from-values.ts';
import { Reductions } from './reductions.ts';

/** The same elements elsewhere: other shapes and orders, parts, borders, repetitions. */
export class Movement extends Reductions {
  /**
   * the same values in another shape, in an array or in a row; one size may be -1; the data is always shared
   *
   * @throws {@link ShapeError} unless the sizes multiply to that of this.
   */
  reshape(shape: Shape): Tensor;
  reshape(...sizes: number[]): Tensor;
  reshape(first: Shape | number): Tensor {
    const shape =
      isList(first) && arguments.length === 1 ? first : listed('reshape', first, arguments);
    return runView(reshape, asTensor(this), { shape });
  }
  /**
   * dims `startDim` to `endDim` merged into one
   *
   * @throws {@link ShapeError} for a dim that there is not, or if the first lies after the last.
   */
  flatten(startDim: number = 0, endDim: number = -1): Tensor {
    return this.reshape(flattenedShape(this.shape, startDim, endDim));
  }
  /**
   * without dims of size 1: all of them, or those named
   *
   * @throws {@link ShapeError} for a dim that there is not, or twice.
   */
  squeeze(dims?: number | readonly number[]): Tensor {
    const chosen = normalizeDims('squeeze', dims, this.ndim);
    return this.reshape(this.shape.filter((size, d) => size !== 1 || !chosen.includes(d)));
  }
  /**
   * with a dim of size 1 before `dim`
   *
   * @throws {@link ShapeError} unless dim is from -ndim - 1 to ndim.
   */
  unsqueeze(dim: number): Tensor {
    const d = normalizeDim('unsqueeze', dim, this.ndim + 1);
    return this.reshape(this.shape.toSpliced(d, 0, 1));
  }
  /**
   * the dims in another order: a copy, where PyTorch gives a view
   *
   * @throws {@link ShapeError} unless every dim is named once.
   */
  permute(dims: readonly number[]): Tensor;
  permute(...dims: number[]): Tensor;
  permute(first: readonly number[] | number): Tensor {
    return applyUnary(permute, this, { dims: [...listed('permute', first, arguments)] });
  }
  /**
   * with two dims swapped: a copy, where PyTorch gives a view
   *
   * @throws {@link ShapeError} for a dim that there is not.
   */
  transpose(dim0: number, dim1: number): Tensor {
    return this.permute(swappedDims(this.ndim, dim0, dim1));
  }
  /**
   * a matrix with rows and columns swapped, $x^\top$; vectors and scalars stay
   *
   * @throws {@link ShapeError} for more than 2 dimensions.
   */
  t(): Tensor {
    if (this.ndim > 2) {
      throw new ShapeError(
        `t: needs at most 2 dimensions, got ${formatShape(this.shape)}. Use transpose or permute.`,
      );
    }
    return this.ndim < 2 ? asTensor(this) : this.permute([1, 0]);
  }
  /**
   * repeated along new dims and dims of size 1: a copy, where PyTorch gives a view; `expand`, without its -1
   *
   * @throws {@link ShapeError} unless the shape of this broadcasts to that.
   */
  broadcastTo(shape: Shape): Tensor;
  broadcastTo(...sizes: number[]): Tensor;
  broadcastTo(first: Shape | number): Tensor {
    return applyUnary(broadcastTo, this, { shape: listed('broadcastTo', first, arguments) });
  }
  /**
   * Elements `start` to `end` (without it) of a dim, `step` apart, by Python's rules: negative
   * positions count from the end, a negative step walks backwards. `x[:, 1:3]` is `x.slice(1, 1, 3)`.
   *
   * @throws {@link ShapeError} for a dim that there is not, a step of 0, and numbers that are not whole.
   */
  slice(dim: number, start?: number, end?: number, step: number = 1): Tensor {
    return this.takeRange(sliceAttrs(this.shape, dim, start, end, step));
  }
  /** slice with checked attributes @internal */
  takeRange(attrs: SliceAttrs): Tensor {
    return applyUnary(slice, this, attrs);
  }
  /** the adjoint of slice @internal */
  unslice(shape: Shape, attrs: SliceAttrs): Tensor {
    return applyUnary(unslice, this, { ...attrs, shape });
  }
  /**
   * the slice at one position of a dim, without that dim; negative positions count from the end
   *
   * @throws {@link ShapeError} for a dim or a position that there is not.
   */
  select(dim: number, index: number): Tensor {
    return select(asTensor(this), dim, index);
  }
  /**
   * pieces of one size (the last may be shorter) or of the given sizes
   *
   * @throws {@link ShapeError} for a dim that there is not, one size that is no whole number ≥ 1, and sizes that do not add up.
   */
  split(sizes: number | readonly number[], dim: number = 0): Tensor[] {
    return split(asTensor(this), sizes, dim);
  }
  /**
   * at most `chunks` pieces of equal size; the last may be shorter
   *
   * @throws {@link ShapeError} for a dim that there is not.
   * @throws RangeError unless `chunks` is a whole number ≥ 1.
   */
  chunk(chunks: number, dim: number = 0): Tensor[] {
    return chunk(asTensor(this), chunks, dim);
  }
  /**
   * one tensor for every position of a dim, without that dim
   *
   * @throws {@link ShapeError} for a dim that there is not.
   */
  unbind(dim: number = 0): Tensor[] {
    return unbind(asTensor(this), dim);
  }
  /**
   * With a border: `[before, after]` for each of the last dims, in their order, so that `[[1, 2]]`
   * pads the last dim and `[[1, 2], [0, 0]]` the one before it. PyTorch lists the last dim first.
   *
   * @throws {@link ShapeError} for more pairs than dims, for what is no whole number ≥ 0, and if `'reflect'` or
   * `'replicate'` has not so many elements to repeat.
   * @throws {@link DTypeError} if int32 cannot hold the value.
   */
  pad(pads: readonly Padding[], options?: PadOptions): Tensor {
    const { mode = 'constant', value = 0 } = optionsOf('pad', options, ['mode', 'value']);
    const pairs = paddings(this.shape, pads, mode);
    if (mode === 'constant') return applyUnary(padConstant, this, { pads: pairs, value });
    return pairs.reduce((x, pair, dim) => {
      if (pair[0] + pair[1] === 0) return x;
      const positions = borderPositions(mode, x.shape[dim]!, pair);
      const index = fromValues(positions, [positions.length], 'int32', x.backend);
      return x.indexSelect(dim, index);
    }, asTensor(this));
  }
  /**
   * in reverse order along dims
   *
   * @throws {@link ShapeError} for a dim that there is not, or twice.
   */
  flip(dims: readonly number[]): Tensor;
  flip(...dims: number[]): Tensor;
  flip(first: readonly number[] | number): Tensor {
    const dims = normalizeDims('flip', listed('flip', first, arguments), this.ndim);
    return applyUnary(flip, this, { dims });
  }
  /**
   * shifted along dims (flattened if there are none); what leaves at one end enters at the other
   *
   * @throws {@link ShapeError} for a dim that there is not, and unless there is a whole shift for each.
   */
  roll(shifts: number | readonly number[], dims?: number | readonly number[]): Tensor {
    return roll(asTensor(this), shifts, dims);
  }
  /**
   * laid out `reps[i]` times along dim i; missing leading counts are 1
   *
   * @throws {@link ShapeError} unless the counts are whole numbers ≥ 0.
   */
  tile(reps: readonly number[]): Tensor;
  tile(...reps: number[]): Tensor;
  tile(first: readonly number[] | number): Tensor {
    return tile(asTensor(this), listed('tile', first, arguments));
  }
  /**
   * laid out `sizes[i]` times along dim i; a count for every dim, new ones in front
   *
   * @throws {@link ShapeError} for fewer counts than dims, and unless they are whole numbers ≥ 0.
   */
  repeat(sizes: readonly number[]): Tensor;
  repeat(...sizes: number[]): Tensor;
  repeat(first: readonly number[] | number): Tensor {
    return repeat(asTensor(this), listed('repeat', first, arguments));
  }
  /**
   * the matrices with everything above diagonal k, PyTorch's `diagonal`, set to 0: $y_{ij} = x_{ij}$ where $j \le i + k$
   *
   * @throws {@link ShapeError} for fewer than 2 dimensions, and unless k is whole.
   */
  tril(k: number = 0): Tensor {
    return triangle('tril', asTensor(this), k);
  }
  /**
   * the matrices with everything below diagonal k, PyTorch's `diagonal`, set to 0: $y_{ij} = x_{ij}$ where $j \ge i + k$
   *
   * @throws {@link ShapeError} for fewer than 2 dimensions, and unless k is whole.
   */
  triu(k: number = 0): Tensor {
    return triangle('triu', asTensor(this), k);
  }
  /**
   * the matrix with this vector on diagonal k, or diagonal k of this matrix, $y_i = x_{i,\,i + k}$ from the first that there is
   *
   * @throws {@link ShapeError} unless this is a vector or a matrix and k is whole.
   */
  diag(k: number = 0): Tensor {
    return diag(asTensor(this), k);
  }
}
