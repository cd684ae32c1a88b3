/** What every op that takes positions or a mask checks before a kernel follows them. */
import { DTypeError, ShapeError } from '../errors.ts';
import type { TypedArray } from '../dtype.ts';
import { requireTensor } from '../given.ts';
import { observers, tell } from '../observer.ts';
import type { Tensor } from '../tensor.ts';

/** Throws unless `mask`, called `what` in the message, is bool. */
export function checkMask(op: string, what: string, mask: Tensor): void {
  requireTensor(op, `the ${what}`, mask);
  if (mask.dtype !== 'bool') {
    throw new DTypeError(
      `${op}: the ${what} must be bool, got ${mask.dtype}. Compare, as in x.less(0).`,
    );
  }
}

/**
 * Throws DTypeError unless `index` is int32.
 *
 * @example
 * import { checkIndexDType, tensor } from '@kasane/tensor-core';
 * checkIndexDType('pick', tensor([0, 3])); // => throws DTypeError
 */
export function checkIndexDType(op: string, index: Tensor): void {
  requireTensor(op, 'the index', index);
  if (index.dtype !== 'int32') {
    throw new DTypeError(`${op}: indices must be int32, got ${index.dtype}. Use .cast("int32").`);
  }
}

/**
 * The values of an index, for the shape rule of an op, which a compiled function then asks at every call.
 * None of a device that answers asynchronously: its kernels keep within bounds themselves.
 *
 * @example
 * import { tensor, valuesToCheck } from '@kasane/tensor-core';
 * Math.max(...valuesToCheck(tensor([0, 3], { dtype: 'int32' }))); // => 3
 */
export function valuesToCheck({ storage }: Tensor): TypedArray {
  if (observers !== null) tell('checked');
  return storage.backend.synchronous ? storage.backend.readSync(storage) : new Int32Array();
}

/**
 * Throws DTypeError unless `index` is int32, ShapeError unless every value is in [0, size) or equal to `ignored`. For the
 * shape rules of ops, by `valuesToCheck`.
 *
 * @example
 * import { checkIndex, tensor } from '@kasane/tensor-core';
 * const index = tensor([0, 3], { dtype: 'int32' });
 * checkIndex('pick', index, 3, 'dim 1'); // => throws ShapeError
 */
export function checkIndex(
  op: string,
  index: Tensor,
  size: number,
  what: string,
  ignored?: number,
): void {
  checkIndexDType(op, index);
  const values = valuesToCheck(index);
  for (let i = 0; i < values.length; i++) {
    const v = values[i]!;
    if ((v >= 0 && v < size) || v === ignored) continue;
    throw new ShapeError(
      `${op}: index ${v} is out of range for ${what} of size ${size}. Count from 0.`,
    );
  }
}
