import { requireFunction, requireTensor, requireTensors } from './given.ts';
import { concat } from './ops/concat.ts';
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
 * $$ \text{dense}_v = \sum_{i :\, \text{indices}_i = v} \text{values}_i $$
 *
 * PyTorch has a sparse tensor for it.
 *
 * @example
 * import { SparseGradient, tensor } from '@kasane/tensor-core';
 * const indices = tensor([2, 0, 2], { dtype: 'int32' });
 * const grad = new SparseGradient([3, 1], indices, tensor([[1], [10], [100]]));
 * grad.dense().toArray(); // => [[10],[0],[101]]
 */
export class SparseGradient {
  /** That of the table. */
  readonly shape: Shape;
  /** Which rows, int32. */
  readonly indices: Tensor;
  readonly values: Tensor;

  constructor(shape: Shape, indices: Tensor, values: Tensor) {
    requireTensors('SparseGradient', [indices, values]);
    this.shape = shape;
    this.indices = indices;
    this.values = values;
  }

  /**
   * All rows.
   *
   * @throws {@link ShapeError} for an index that the table has no row for, and unless there is a row of values for each.
   * @throws {@link DTypeError} unless the indices are int32.
   */
  dense(): Tensor {
    const zeros = this.values.newFull(this.shape, 0);
    const sum = this.addTo(zeros);
    zeros.dispose();
    return sum;
  }

  /**
   * The sum with another gradient of the table, whose rows come first.
   *
   * @throws {@link ShapeError} if the other gradient has rows of another shape, or too few.
   */
  addTo(other: Tensor): Tensor;
  addTo(other: Tensor | SparseGradient): Tensor | SparseGradient;
  addTo(other: Tensor | SparseGradient): Tensor | SparseGradient {
    const { shape, indices, values } = this;
    if (!(other instanceof SparseGradient)) {
      requireTensor('SparseGradient.addTo', 'the other gradient', other);
      return other.indexAdd(0, indices, values);
    }
    const all = concat([other.indices, indices]);
    return new SparseGradient(shape, all, concat([other.values, values]));
  }

  /** The same rows, with other values. */
  map(change: (values: Tensor) => Tensor): SparseGradient {
    requireFunction('SparseGradient.map', change);
    return new SparseGradient(this.shape, this.indices.detach(), change(this.values));
  }

  /** The same values without their history. */
  detach(): SparseGradient {
    return this.map((values) => values.detach());
  }
}

/** The tensors that a gradient is made of. @internal */
export function partsOf(grad: Tensor | SparseGradient | null): readonly Tensor[] {
  if (grad instanceof SparseGradient) return [grad.indices, grad.values];
  return grad === null ? [] : [grad];
}
