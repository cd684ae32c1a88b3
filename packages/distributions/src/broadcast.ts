import {
  formatShape,
  sameShape,
  ShapeError,
  shown,
  type Shape,
  type Tensor,
} from '@kasane/tensor-core';

/** The shape that all of the shapes broadcast to: aligned at the last dimension, 1 stretches to any size. */
export function commonShape(owner: string, shapes: readonly Shape[]): Shape {
  const ndim = Math.max(0, ...shapes.map((shape) => shape.length));
  const out = new Array<number>(ndim).fill(1);
  for (const shape of shapes) {
    shape.forEach((size, i) => {
      const at = ndim - shape.length + i;
      if (size === 1 || size === out[at]) return;
      if (out[at] !== 1) {
        throw new ShapeError(
          `${owner}: shapes ${shapes.map(formatShape).join(' and ')} do not broadcast. Sizes must be equal or 1.`,
        );
      }
      out[at] = size;
    });
  }
  return out;
}

/** The tensor repeated along new dims and dims of size 1; itself if it has the shape already. */
export function expandTo(x: Tensor, shape: Shape): Tensor {
  return sameShape(x.shape, shape) ? x : x.broadcastTo(shape);
}

/** All of them in their common shape. */
export function broadcastAll(owner: string, tensors: readonly Tensor[]): Tensor[] {
  const shape = commonShape(
    owner,
    tensors.map((x) => x.shape),
  );
  return tensors.map((x) => expandTo(x, shape));
}

/** The sum over the last `count` dims. */
export function sumLast(x: Tensor, count: number): Tensor {
  return count === 0 ? x : x.sum(Array.from({ length: count }, (_, i) => -1 - i));
}

/** Throws ShapeError unless it is a list of whole numbers of at least 0. */
export function requireSizes(owner: string, name: string, shape: unknown): asserts shape is Shape {
  if (Array.isArray(shape) && shape.every((size) => Number.isInteger(size) && size >= 0)) return;
  const got = Array.isArray(shape) ? `[${shape.map(String).join(',')}]` : shown(shape);
  throw new ShapeError(
    `${owner}: ${name} must be an array of whole numbers of at least 0 such as [3], got ${got}.`,
  );
}
