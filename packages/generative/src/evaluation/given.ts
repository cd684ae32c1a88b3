import { formatShape, requireTensor, ShapeError, type Tensor } from '@kasane/tensor-core';

/** Throws unless both are samples of the same number of features, (N, D) and (M, D), with at least `least` points each. @internal */
export function requireSamples(owner: string, x: Tensor, y: Tensor, least: number): void {
  requireTensor(owner, 'the first sample', x);
  requireTensor(owner, 'the second sample', y);
  const fits = x.ndim === 2 && y.ndim === 2 && x.shape[1] === y.shape[1];
  if (fits && x.shape[0]! >= least && y.shape[0]! >= least) return;
  throw new ShapeError(
    `${owner}: needs samples (N, D) and (M, D) of at least ${least} point${least === 1 ? '' : 's'}, got ${formatShape(x.shape)} and ${formatShape(y.shape)}.`,
  );
}
