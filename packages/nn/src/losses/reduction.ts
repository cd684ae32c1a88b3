import {
  formatShape,
  requireTensor,
  sameShape,
  ShapeError,
  type Tensor,
} from '@kasane/tensor-core';

/** What a loss does with its elements: keep them, average them, or add them. */
export type Reduction = 'none' | 'mean' | 'sum';

/** Options that every loss takes. */
export interface LossOptions {
  /** Default `'mean'`. */
  readonly reduction?: Reduction;
}

/** Applies a reduction; the mean of nothing is NaN. @internal */
export function reduce(losses: Tensor, reduction: Reduction = 'mean'): Tensor {
  if (reduction === 'none') return losses;
  if (reduction === 'mean' || reduction === 'sum') return losses[reduction]();
  throw new RangeError(`reduction: must be 'none', 'mean' or 'sum', got '${String(reduction)}'.`);
}

/** Throws unless both are tensors of one shape: broadcasting in a loss is nearly always a mistake. @internal */
export function checkSameShape(loss: string, input: Tensor, target: Tensor): void {
  requireTensor(loss, 'the input', input);
  requireTensor(loss, 'the target', target);
  if (sameShape(input.shape, target.shape)) return;
  throw new ShapeError(
    `${loss}: input and target must have one shape, got ${formatShape(input.shape)} and ${formatShape(target.shape)}. Reshape or broadcast one.`,
  );
}
