import { formatShape, ShapeError, sizeOf, type Shape, type Tensor } from '@kasane/tensor-core';
import { Module } from './module.ts';
import { checkTensor } from './shapes.ts';

/**
 * Splits one dimension into several, in row-major order; one of the sizes may be -1. Undoes `Flatten`.
 *
 * (N, C · H · W) becomes (N, C, H, W). Same as `torch.nn.Unflatten`.
 *
 * @throws {@link ShapeError} if the sizes do not fit.
 *
 * @example
 * import { Unflatten } from '@kasane/nn';
 * import { zeros } from '@kasane/tensor-core';
 * new Unflatten(1, [3, -1]).forward(zeros([8, 12])).shape; // => [8,3,4]
 *
 * @category Layers
 */
export class Unflatten extends Module {
  /** The dimension that is split. */
  readonly dim: number;
  /** What it is split into. */
  readonly unflattenedSize: Shape;

  constructor(dim: number, unflattenedSize: Shape) {
    super();
    this.dim = dim;
    this.unflattenedSize = unflattenedSize;
  }

  forward(input: Tensor): Tensor {
    checkTensor(this, input);
    const { dim, unflattenedSize: sizes } = this;
    const { shape, ndim } = input;
    const at = dim < 0 ? dim + ndim : dim;
    const inner = sizes.map((size) => (size === -1 ? shape[at]! / -sizeOf(sizes) : size));
    if (sizeOf(inner) !== shape[at] || !inner.every(Number.isInteger)) {
      throw new ShapeError(
        `Unflatten: dim ${dim} of ${formatShape(shape)} does not split into ${formatShape(sizes)}.`,
      );
    }
    return input.reshape([...shape.slice(0, at), ...inner, ...shape.slice(at + 1)]);
  }
}
