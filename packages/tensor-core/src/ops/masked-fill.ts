import { DTypeError } from '../errors.ts';
import { broadcastShapes } from '../shape.ts';
import type { Operand, Tensor } from '../tensor.ts';

/** `value` where the mask holds, else `x`, in the dtype of `x`; mask and `x` broadcast. */
export function maskedFill(x: Tensor, mask: Tensor, value: Operand): Tensor {
  if (mask.dtype !== 'bool') {
    throw new DTypeError(
      `maskedFill: the mask must be bool, got ${mask.dtype}. Compare first, as in x.maskedFill(x.less(0), 0).`,
    );
  }
  const integral = x.dtype === 'int32' || x.dtype === 'bool';
  if (typeof value === 'number' && integral && !Number.isInteger(value)) {
    throw new DTypeError(
      `maskedFill: ${x.dtype} cannot hold ${value}. Convert the tensor with .cast('float32') first.`,
    );
  }
  broadcastShapes('maskedFill', x.shape, mask.shape);
  return mask.where(value, x).cast(x.dtype);
}
