import { DTypeError } from './errors.ts';

/**
 * The element types of tensors and the rules that combine them.
 *
 * float32 is the default. int32 holds indices and counts, bool holds masks (one byte per element),
 * float64 is for checks and for arithmetic that needs the digits.
 *
 * Sums and products of int32 keep the low 32 bits. A number that int32 cannot hold is an error where it
 * would have to, and is compared exactly. bool is 0 or 1: it adds as or, multiplies as and, has neither
 * difference nor negative, and counts as int32 where elements are summed up or a number stands beside it.
 */
export type DType = 'float32' | 'float64' | 'int32' | 'bool';

/** The host array behind each dtype. */
export interface ArrayOf {
  float32: Float32Array;
  float64: Float64Array;
  int32: Int32Array;
  bool: Uint8Array;
}

/** Any host array that can hold tensor data. */
export type TypedArray = ArrayOf[DType];

/** Any array of numbers of one kind: what `tensor` takes beside lists. */
export type NumericArray =
  | TypedArray
  | Int8Array
  | Uint8ClampedArray
  | Int16Array
  | Uint16Array
  | Uint32Array;

/**
 * The size of one element of each dtype, in bytes.
 *
 * @example
 * import { bytesPerElement } from '@kasane/tensor-core';
 * bytesPerElement.float64; // => 8
 */
export const bytesPerElement: Readonly<Record<DType, number>> = {
  float32: 4,
  float64: 8,
  int32: 4,
  bool: 1,
};

// Promotion goes up this ladder: bool → int32 → float32 → float64.
const rank: Readonly<Record<DType, number>> = { bool: 0, int32: 1, float32: 2, float64: 3 };

/**
 * The dtype that holds the values of both: the higher one on bool → int32 → float32 → float64.
 *
 * PyTorch's `promote_types`, without its wider integers and half floats.
 *
 * @example
 * import { promoteTypes } from '@kasane/tensor-core';
 * promoteTypes('int32', 'float32'); // => float32
 */
export function promoteTypes(a: DType, b: DType): DType {
  return rank[a] >= rank[b] ? a : b;
}

/**
 * True for float32 and float64, the dtypes that carry gradients.
 *
 * @example
 * import { isFloatingPoint } from '@kasane/tensor-core';
 * isFloatingPoint('int32'); // => false
 */
export function isFloatingPoint(dtype: DType): boolean {
  return dtype === 'float32' || dtype === 'float64';
}

/** The floating dtype an integer or bool input is computed in: itself if floating, else float32. */
export function toFloating(dtype: DType): DType {
  return isFloatingPoint(dtype) ? dtype : 'float32';
}

const arrays = {
  float32: Float32Array,
  float64: Float64Array,
  int32: Int32Array,
  bool: Uint8Array,
} as const;

/** The dtype itself, or DTypeError if it is none: JavaScript callers have no types to tell them. */
export function checkDType(dtype: DType): DType {
  if (dtype in rank) return dtype;
  throw new DTypeError(`dtype must be float32, float64, int32 or bool, got ${String(dtype)}.`);
}

/** Throws if int32 does not hold the whole part of `value`: a typed array would wrap it without a word. */
export function checkHolds(op: string, dtype: DType, value: number): void {
  if (dtype !== 'int32' || Math.trunc(value) === (value | 0)) return;
  throw new DTypeError(
    `${op}: int32 holds whole numbers from -2^31 to 2^31 - 1, got ${value}. Use float64.`,
  );
}

/** A zeroed host array for `length` elements. */
export function createArray(dtype: DType, length: number): TypedArray {
  return new arrays[checkDType(dtype)](length);
}

/** A view of `length` elements of `buffer`, starting at byte `offset`. */
export function viewArray(
  dtype: DType,
  buffer: ArrayBufferLike,
  offset: number,
  length: number,
): TypedArray {
  return new arrays[dtype](buffer as ArrayBuffer, offset, length); // shared ones are taken too
}
