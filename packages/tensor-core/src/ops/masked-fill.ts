import { DTypeError } from '../errors.ts';
import { broadcastShapes } from '../shape.ts';
import type { Operand, Tensor } from '../tensor.ts';
import { checkMask } from './check-index.ts';

/** `value` where the mask holds, else `x`, in the dtype of `x`; mask and `x` broadcast. */
export function maskedFill(x: Tensor, mask: Tensor, value: Operand): Tensor {
  checkMask('maskedFill', 'mask', mask);
  const integral = x.dtype === 'int32' || x.dtype === 'bool';
  if (typeof value === 'number' && integral && !Number.isInteger(value)) {
    throw new DTypeError(`maskedFill: ${x.dtype} cannot hold ${value}. Use .cast("float32").`);
  }
  broadcastShapes('maskedFill', x.shape, mask.shape);
  return mask.where(value, x).cast(x.dtype);
}
