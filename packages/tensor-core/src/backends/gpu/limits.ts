/** What tensors on a device may be: float32, and whole numbers that float32 holds. */
import type { DType, TypedArray } from '../../dtype.ts';
import { DTypeError, ShapeError } from '../../errors.ts';
import { formatShape, type Shape } from '../../shape.ts';

/** Elements, and whole numbers, are counted in float32 on the device: exact below this. */
const EXACT = 2 ** 24;

/** Throws DTypeError for float64. */
export function checkDType(backend: string, op: string, dtype: DType): void {
  if (dtype !== 'float64') return;
  throw new DTypeError(
    `${op}: ${backend} has no float64. Use float32, or compute on wasm() or reference().`,
  );
}

/** Throws ShapeError for more elements than can be counted, or than `most`. */
export function checkSize(
  backend: string,
  op: string,
  size: number,
  shape: Shape,
  most: number,
): void {
  const limit = Math.min(EXACT, most);
  if (size <= limit) return;
  throw new ShapeError(
    `${op}: a tensor on ${backend} holds at most ${limit} elements, ${formatShape(shape)} has ${size}. Split it.`,
  );
}

/** Throws DTypeError for values of int32 that float32 cannot tell from their neighbours. */
export function checkExact(backend: string, op: string, values: TypedArray): void {
  const value = values.find((v) => !(Math.abs(v) < EXACT));
  if (value === undefined) return;
  throw new DTypeError(
    `${op}: int32 on ${backend} is exact below ${EXACT} only, got ${value}. Compute such numbers on wasm() or reference().`,
  );
}
