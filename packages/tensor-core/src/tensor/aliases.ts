import type { NestedArray } from '../tensor-base.ts';
import type { Shape } from '../shape.ts';
import type { Operand, Tensor } from '../tensor.ts';
import { asTensor } from './apply.ts';
import type { Hints } from './hints.ts';
import { Sorting } from './sorting.ts';

// oxlint-disable-next-line typescript/no-unsafe-declaration-merging -- tensor.ts puts them below all prototypes
export interface Aliases extends Hints {}

/** PyTorch's words for what has another name here. */
export class Aliases extends Sorting {
  /** `reshape`, which always shares the data */
  view(shape: Shape): Tensor;
  view(...sizes: number[]): Tensor;
  view(...sizes: readonly [Shape] | readonly number[]): Tensor {
    return this.reshape(...(sizes as readonly number[])); // or the one list, which it takes too
  }
  /** the transpose of a matrix, `t()` */
  get T(): Tensor {
    return this.t();
  }
  /** `equal` */
  eq(other: Operand): Tensor {
    return this.equal(other);
  }
  /** `notEqual` */
  ne(other: Operand): Tensor {
    return this.notEqual(other);
  }
  /** `less` */
  lt(other: Operand): Tensor {
    return this.less(other);
  }
  /** `lessEqual` */
  le(other: Operand): Tensor {
    return this.lessEqual(other);
  }
  /** `greater` */
  gt(other: Operand): Tensor {
    return this.greater(other);
  }
  /** `greaterEqual` */
  ge(other: Operand): Tensor {
    return this.greaterEqual(other);
  }
  /** the values as float32 */
  float(): Tensor {
    return asTensor(this).cast('float32');
  }
  /** the values as float64 */
  double(): Tensor {
    return asTensor(this).cast('float64');
  }
  /** the values as int32, towards zero */
  int(): Tensor {
    return asTensor(this).cast('int32');
  }
  /** whether the values are other than 0 */
  bool(): Tensor {
    return asTensor(this).cast('bool');
  }
  /** another tensor of the same values, which `assign` to either leaves alone; gradients flow through */
  clone(): Tensor {
    return this.reshape(this.shape);
  }
  /** the number of elements, `size` */
  numel(): number {
    return this.size;
  }
  /** the number of dimensions, `ndim` */
  dim(): number {
    return this.ndim;
  }
  /** `toArray` */
  tolist(): NestedArray {
    return this.toArray();
  }
}
