import { optionsOf } from '../options.ts';
import { bincount, type BincountOptions } from '../ops/bincount.ts';
import { nonzero } from '../ops/nonzero.ts';
import { argsort, type SortOptions, type ValuesAndIndices } from '../ops/sort.ts';
import { topk, type TopkOptions } from '../ops/topk.ts';
import { unique } from '../ops/unique.ts';
import { normalizeDim } from '../shape.ts';
import type { Tensor } from '../tensor.ts';
import { applyUnary, asTensor } from './apply.ts';
import { fromValues } from './from-values.ts';
import { Indexing } from './indexing.ts';

/** Order, selection and counting. */
export class Sorting extends Indexing {
  /**
   * the values of a dim in order and where they stood, as int32; NaN counts as largest
   *
   * Always stable; PyTorch's is so with `stable=True`.
   *
   * @throws {@link ShapeError} for a dim that there is not.
   */
  sort(dim: number = -1, options?: SortOptions): ValuesAndIndices {
    const indices = this.argsort(dim, optionsOf('sort', options, ['descending']));
    return { values: this.gather(dim, indices), indices };
  }
  /**
   * the positions that put a dim in order, as int32; NaN counts as largest
   *
   * Always stable; PyTorch's is so with `stable=True`.
   *
   * @throws {@link ShapeError} for a dim that there is not.
   */
  argsort(dim: number = -1, options?: SortOptions): Tensor {
    const { descending = false } = optionsOf('argsort', options, ['descending']);
    return applyUnary(argsort, this, { dim: normalizeDim('argsort', dim, this.ndim), descending });
  }
  /**
   * the k largest (or smallest) values of a dim and where they stand, as int32; NaN counts as largest
   *
   * Of equal values the first are taken, about which PyTorch promises nothing.
   *
   * @throws {@link ShapeError} for a dim that there is not, and unless k is a whole number from 0 to its size.
   */
  topk(k: number, dim: number = -1, options?: TopkOptions): ValuesAndIndices {
    const { largest = true, sorted = true } = optionsOf('topk', options, ['largest', 'sorted']);
    const attrs = { k, dim: normalizeDim('topk', dim, this.ndim), largest, sorted };
    const indices = applyUnary(topk, this, attrs);
    return { values: this.gather(dim, indices), indices };
  }
  /**
   * The distinct values in ascending order, where each element went, and how many did. Needs the
   * values, and has no gradient. PyTorch gives only the values unless asked.
   *
   * @throws {@link DTypeError} if the values are on a device that answers later.
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
  /**
   * the positions of all elements that are not 0, as rows of an int32 matrix (n, ndim); needs the values
   *
   * @throws {@link DTypeError} if the values are on a device that answers later.
   */
  nonzero(): Tensor {
    const { count, positions } = nonzero(this.read('nonzero'), this.shape);
    return fromValues(positions, [count, this.ndim], 'int32', this.backend);
  }
  /**
   * how often each int32 value occurs, or the weight it gathers: $y_v = \sum_i w_i [x_i = v]$; needs the values
   *
   * @throws {@link DTypeError} unless this is int32, and if the values are on a device that answers later.
   * @throws {@link ShapeError} unless this is a vector of numbers ≥ 0, and the weights have its shape.
   * @throws RangeError unless `minlength` is a whole number ≥ 0.
   */
  bincount(options: BincountOptions = {}): Tensor {
    return bincount(asTensor(this), options);
  }
}
