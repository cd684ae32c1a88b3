import { optionsOf } from '../options.ts';
import { run } from '../dispatch.ts';
import { isTensor } from '../given.ts';
import { gather, scatterAdd, takeAlongDim } from '../ops/gather.ts';
import { indexAdd, indexSelect, type IndexSelectOptions } from '../ops/index-select.ts';
import { maskedFill } from '../ops/masked-fill.ts';
import { oneHot } from '../ops/one-hot.ts';
import { stretched, where } from '../ops/where.ts';
import { normalizeDim } from '../shape.ts';
import type { Operand, Tensor } from '../tensor.ts';
import { applyAlongDim, applyUnary, asTensor, operand, scalar } from './apply.ts';
import { Movement } from './movement.ts';

/** Elements chosen by masks and indices. */
export class Indexing extends Movement {
  /**
   * `a` where this bool tensor holds, else `b`; all three broadcast
   *
   * As `torch.where(this, a, b)`. The method of PyTorch's tensors is called on `a`.
   *
   * @throws {@link DTypeError} unless this is bool.
   * @throws {@link ShapeError} if the shapes do not broadcast.
   */
  where(a: Operand, b: Operand): Tensor {
    // Two numbers are float32.
    const like = isTensor(a) ? a : isTensor(b) ? b : scalar(0, 'float32', this.backend);
    const operands = [asTensor(this), operand(like, a, where), operand(like, b, where)];
    return run(where, stretched(operands), undefined);
  }
  /**
   * `value` where the bool mask holds, else this; the dtype stays, and both broadcast
   *
   * @throws {@link DTypeError} unless the mask is bool, and if the dtype cannot hold the number.
   * @throws {@link ShapeError} if the shapes do not broadcast.
   */
  maskedFill(mask: Tensor, value: Operand): Tensor {
    return maskedFill(asTensor(this), mask, value);
  }
  /**
   * For dim 1, $y_{ij} = x_{ik}$ with $k = \text{index}_{ij}$: every element of the int32 `index` (PyTorch: int64)
   * names a position along `dim`. The result has the shape of the index.
   *
   * @throws {@link ShapeError} for a dim that there is not, for an index that is negative or too large, and if `index` has
   * more or fewer dims, or is larger but along `dim`.
   * @throws {@link DTypeError} unless `index` is int32.
   */
  gather(dim: number, index: Tensor): Tensor {
    return applyAlongDim(gather, [asTensor(this), index], dim);
  }
  /**
   * gather, with all dims but `dim` broadcast: what follows argmax and argsort
   *
   * @throws {@link ShapeError} for a dim that there is not, for an index that is negative or too large, and if there are
   * more or fewer dims, or they do not broadcast.
   * @throws {@link DTypeError} unless `index` is int32.
   */
  takeAlongDim(index: Tensor, dim: number): Tensor {
    return takeAlongDim(asTensor(this), index, dim);
  }
  /**
   * for dim 1, $y = x$ with $\text{src}_{ij}$ added to $y_{ik}$, $k = \text{index}_{ij}$: the adjoint of gather
   *
   * @throws {@link ShapeError} for a dim that there is not, for an index that is negative or too large, and if `index` is
   * larger than `src`, or than this but along `dim`.
   * @throws {@link DTypeError} unless `index` is int32 and `src` has the dtype of this, which is not bool.
   */
  scatterAdd(dim: number, index: Tensor, src: Tensor): Tensor {
    return applyAlongDim(scatterAdd, [asTensor(this), index, src], dim);
  }
  /**
   * the slices of a dim that an int32 vector (PyTorch: int64) names, in its order: $y_r = x_k$ with $k = \text{index}_r$
   *
   * @throws {@link ShapeError} for a dim that there is not, for an index that is negative or too large, and unless `index` is a
   * vector.
   * @throws {@link DTypeError} unless `index` is int32.
   */
  indexSelect(dim: number, index: Tensor, options?: IndexSelectOptions): Tensor {
    const given = optionsOf('indexSelect', options, ['sparseGrad', 'checked']);
    const attrs = { ...given, dim: normalizeDim('indexSelect', dim, this.ndim) };
    return run(indexSelect, [asTensor(this), index], attrs);
  }
  /**
   * slice r of src added to slice index[r] of a dim: the adjoint of indexSelect
   *
   * @throws {@link ShapeError} for a dim that there is not, for an index that is negative or too large, and unless `index` is a
   * vector and `src` has a slice for each.
   * @throws {@link DTypeError} unless `index` is int32 and `src` has the dtype of this, which is not bool.
   */
  indexAdd(dim: number, index: Tensor, src: Tensor): Tensor {
    return applyAlongDim(indexAdd, [asTensor(this), index, src], dim);
  }
  /**
   * a new last dim with a one at each int32 index and zeros elsewhere, $y_{ij} = [x_i = j]$; float32, where PyTorch has int64
   *
   * (...) → (..., numClasses). PyTorch can find the number of classes itself.
   *
   * @throws {@link ShapeError} for an index that is negative or too large.
   * @throws {@link DTypeError} unless this is int32.
   * @throws RangeError unless `numClasses` is a whole number ≥ 1.
   */
  oneHot(numClasses: number): Tensor {
    return applyUnary(oneHot, this, { numClasses });
  }
}
