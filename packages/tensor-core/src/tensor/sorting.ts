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
  /** the values of a dim in order and where they stood; stable; NaN counts as largest */
  sort(dim: number = -1, options?: SortOptions): ValuesAndIndices {
    const indices = this.argsort(dim, optionsOf('sort', options, ['descending']));
    return { values: this.gather(dim, indices), indices };
  }
  /** the positions that put a dim in order; stable; NaN counts as largest */
  argsort(dim: number = -1, options?: SortOptions): Tensor {
    const { descending = false } = optionsOf('argsort', options, ['descending']);
    return applyUnary(argsort, this, { dim: normalizeDim('argsort', dim, this.ndim), descending });
  }
  /** the k largest (or smallest) values of a dim and where they stand; NaN counts as largest */
  topk(k: number, dim: number = -1, options?: TopkOptions): ValuesAndIndices {
    const { largest = true, sorted = true } = optionsOf('topk', options, ['largest', 'sorted']);
    const attrs = { k, dim: normalizeDim('topk', dim, this.ndim), largest, sorted };
    const indices = applyUnary(topk, this, attrs);
    return { values: this.gather(dim, indices), indices };
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
    return bincount(asTensor(this), options);
  }
}
