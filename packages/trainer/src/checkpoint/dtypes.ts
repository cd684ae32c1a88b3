import type { DType, TypedArray } from '@kasane/tensor-core';

/** How the values of a dtype of safetensors lie in a file, and what they become. @internal */
export interface FileDType {
  /** The tensor's dtype. */
  readonly dtype: DType;
  /** Of one value. */
  readonly bytes: number;
  /**
   * The values in bytes that begin at the beginning of their buffer. Tells `fail` of the first value that cannot be one of the tensor's dtype.
   */
  read(buffer: ArrayBuffer, fail: (index: number, value: bigint | number) => never): TypedArray;
}

/** By the names in headers. @internal */
export const fileDTypes: ReadonlyMap<string, FileDType> = new Map<string, FileDType>([
  ['F64', { dtype: 'float64', bytes: 8, read: (buffer) => new Float64Array(buffer) }],
  ['F32', { dtype: 'float32', bytes: 4, read: (buffer) => new Float32Array(buffer) }],
  ['F16', { dtype: 'float32', bytes: 2, read: (buffer) => fromHalf(new Uint16Array(buffer)) }],
  ['BF16', { dtype: 'float32', bytes: 2, read: (buffer) => fromBrain(new Uint16Array(buffer)) }],
  ['I64', whole(8, (buffer) => new BigInt64Array(buffer))],
  ['U64', whole(8, (buffer) => new BigUint64Array(buffer))],
  ['I32', { dtype: 'int32', bytes: 4, read: (buffer) => new Int32Array(buffer) }],
  ['U32', whole(4, (buffer) => new Uint32Array(buffer))],
  ['I16', whole(2, (buffer) => new Int16Array(buffer))],
  ['U16', whole(2, (buffer) => new Uint16Array(buffer))],
  ['I8', whole(1, (buffer) => new Int8Array(buffer))],
  ['U8', whole(1, (buffer) => new Uint8Array(buffer))],
  ['BOOL', { dtype: 'bool', bytes: 1, read: truths }],
]);

type Wholes = ArrayLike<number> | ArrayLike<bigint>;

/** Whole numbers of another width than 32 bits. */
function whole(bytes: number, view: (buffer: ArrayBuffer) => Wholes): FileDType {
  return {
    dtype: 'int32',
    bytes,
    read(buffer, fail) {
      const values = view(buffer);
      const result = new Int32Array(values.length);
      for (let i = 0; i < values.length; i++) {
        const value = values[i]!;
        result[i] = Number(value);
        // Storing wraps what does not fit. Beyond 2^53 the comparison of a bigint with a number is exact too.
        if (value != result[i]) fail(i, value); // oxlint-disable-line eqeqeq -- a bigint or a number
      }
      return result;
    },
  };
}

/** sign, 5 bits of exponent, 10 of fraction → sign, 8, 23: every half is a float32. */
function fromHalf(halves: Uint16Array): Float32Array {
  const result = new Float32Array(halves.length);
  const bits = new Uint32Array(result.buffer);
  for (let i = 0; i < halves.length; i++) {
    const half = halves[i]!;
    const rest = half & 0x7fff;
    const exponent = rest >> 10;
    if (exponent === 0) {
      result[i] = (half & 0x8000 ? -rest : rest) * 2 ** -24; // subnormal, or a zero
    } else {
      // The bias of the exponent is 127 instead of 15; infinity and NaN have the largest, 255 instead of 31.
      const shift = exponent === 31 ? 224 : 112;
      bits[i] = ((half & 0x8000) << 16) | ((rest + (shift << 10)) << 13);
    }
  }
  return result;
}

/** The upper half of a float32. */
function fromBrain(halves: Uint16Array): Float32Array {
  return new Float32Array(Uint32Array.from(halves, (half) => half << 16).buffer);
}

function truths(buffer: ArrayBuffer, fail: (index: number, value: number) => never): Uint8Array {
  const values = new Uint8Array(buffer);
  const other = values.findIndex((value) => value > 1);
  if (other >= 0) fail(other, values[other]!);
  return values;
}
