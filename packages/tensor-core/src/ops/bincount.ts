import { optionsOf } from '../options.ts';
import { toFloating } from '../dtype.ts';
import { requireWhole, ShapeError } from '../errors.ts';
import { formatShape, requireShape } from '../shape.ts';
import type { Tensor } from '../tensor.ts';
import { checkIndexDType } from './check-index.ts';

/** Options of `bincount`. */
export interface BincountOptions {
  /** What each element counts for, instead of 1; the shape must be the tensor's. */
  readonly weights?: Tensor;
  /** The least number of bins. Default 0. */
  readonly minlength?: number;
}

/** out[v] = the number, or the summed weight, of the elements equal to v. */
export function bincount(x: Tensor, options: BincountOptions): Tensor {
  const { weights, minlength = 0 } = optionsOf('bincount', options, ['weights', 'minlength']);
  checkIndexDType('bincount', x);
  if (x.ndim !== 1) {
    throw new ShapeError(`bincount: needs a vector, got ${formatShape(x.shape)}. Flatten it.`);
  }
  requireWhole('bincount', 'minlength', minlength);
  if (weights !== undefined) requireShape('bincount', 'weights', x.shape, weights.shape);
  let bins = minlength;
  for (const v of x.dataSync()) {
    if (v < 0) {
      throw new ShapeError(`bincount: values must be ≥ 0, got ${v}. Shift them with .sub(min).`);
    }
    if (v >= bins) bins = v + 1;
  }
  const added = weights?.cast(toFloating(weights.dtype)) ?? x.newFull(x.shape, 1);
  return added.newFull([bins], 0).scatterAdd(0, x, added);
}
