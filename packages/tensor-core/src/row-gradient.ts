import { concat } from './ops/concat.ts';
import { keep } from './scope.ts';
import type { Shape } from './shape.ts';
import type { Tensor } from './tensor.ts';

/**
 * The gradient of a table of which only some rows were used: it names these and holds theirs, and all
 * others are zero. Rows that are named twice count as their sum.
 *
 * | tensor  | shape         |
 * | ------- | ------------- |
 * | indices | (n)           |
 * | values  | (n, ...)      |
 * | dense() | (V, ...)      |
 *
 * It stands in `tensor.grad` until somebody reads that, and becomes a tensor then.
 *
 * @example
 * import { RowGradient, tensor } from '@kasane/tensor-core';
 * const indices = tensor([2, 0, 2], { dtype: 'int32' });
 * const grad = new RowGradient([3, 1], indices, tensor([[1], [10], [100]]));
 * grad.dense().toArray(); // => [[10],[0],[101]]
 */
export class RowGradient {
  /** That of the table. */
  readonly shape: Shape;
  /** Which rows, int32. */
  readonly indices: Tensor;
  readonly values: Tensor;

  constructor(shape: Shape, indices: Tensor, values: Tensor) {
    this.shape = shape;
    this.indices = indices;
    this.values = values;
  }

  /** All rows. */
  dense(): Tensor {
    const zeros = this.values.newFull(this.shape, 0);
    const sum = this.addTo(zeros);
    zeros.dispose();
    return sum;
  }

  /** The sum with a gradient that has all rows. */
  addTo(dense: Tensor): Tensor {
    return dense.indexAdd(0, this.indices, this.values);
  }

  /** The sum with rows that follow. */
  add({ indices, values }: RowGradient): RowGradient {
    return this.with(concat([this.indices, indices]), concat([this.values, values]));
  }

  /** Other rows of the same table. */
  with(indices: Tensor, values: Tensor): RowGradient {
    return new RowGradient(this.shape, indices, values);
  }

  /** The same values without their history. */
  detach(): RowGradient {
    return this.with(this.indices.detach(), this.values.detach());
  }

  /** Lets it outlive every scope. @internal */
  keep(): this {
    keep(this.indices);
    keep(this.values);
    return this;
  }

  /** Frees the rows and remembers why. @internal */
  release(reason: string): void {
    this.indices.release(reason);
    this.values.release(reason);
  }
}
