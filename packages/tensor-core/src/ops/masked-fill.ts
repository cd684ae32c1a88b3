import { checkHolds, isFloatingPoint } from '../dtype.ts';
import { DTypeError } from '../errors.ts';
import { isTensor } from '../given.ts';
import { broadcastShapes } from '../shape.ts';
import type { Operand, Tensor } from '../tensor.ts';
import { checkMask } from './check-index.ts';

/** `value` where the mask holds, else `x`, in the dtype of `x`; mask and `x` broadcast. */
export function maskedFill(x: Tensor, mask: Tensor, value: Operand): Tensor {
  checkMask('maskedFill', 'mask', mask);
  if (typeof value === 'number' && !isFloatingPoint(x.dtype)) {
    if (!Number.isInteger(value)) {
      throw new DTypeError(`maskedFill: ${x.dtype} cannot hold ${value}. Use .cast("float32").`);
    }
    checkHolds('maskedFill', 'int32', value);
  }
  broadcastShapes('maskedFill', x.shape, mask.shape);
  // Cast first: beside a floating value, whole numbers would lose digits.
  const filling = isTensor(value) ? value.cast(x.dtype) : value;
  return mask.where(filling, x).cast(x.dtype);
}
