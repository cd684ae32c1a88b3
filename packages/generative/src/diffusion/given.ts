import {
  formatShape,
  requireTensor,
  sameShape,
  ShapeError,
  type Tensor,
} from '@kasane/tensor-core';

/** What a network said of points, after a look at its shape: another one would be stretched, and learned from. @internal */
export function answer(owner: string, out: Tensor, x: Tensor): Tensor {
  requireTensor(owner, 'what the network gives', out);
  if (sameShape(out.shape, x.shape)) return out;
  throw new ShapeError(
    `${owner}: the network must give ${formatShape(x.shape)}, as the points it gets, got ${formatShape(out.shape)}.`,
  );
}
