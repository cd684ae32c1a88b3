import {
  bytesPerElement,
  CheckpointError,
  sizeOf,
  tensor,
  type DType,
  type Tensor,
  type TypedArray,
} from '@kasane/tensor-core';

/** What a safetensors file holds. */
export interface Safetensors {
  readonly tensors: Readonly<Record<string, Tensor>>;
  /** Texts of the writer. */
  readonly metadata: Readonly<Record<string, string>>;
}

/** How the header describes a tensor. @internal */
export interface Entry {
  readonly dtype: string;
  readonly shape: readonly number[];
  readonly data_offsets: readonly [number, number];
}

/** A file taken apart, its tensors still bytes. @internal */
export interface Parts {
  readonly entries: Readonly<Record<string, Entry>>;
  readonly metadata: Readonly<Record<string, string>>;
  readonly data: Uint8Array;
}

const codes: Readonly<Record<DType, string>> = {
  float32: 'F32',
  float64: 'F64',
  int32: 'I32',
  bool: 'BOOL',
};

const arrays: Readonly<Record<DType, new (buffer: ArrayBuffer) => TypedArray>> = {
  float32: Float32Array,
  float64: Float64Array,
  int32: Int32Array,
  bool: Uint8Array,
};

/**
 * Tensors by name as the bytes of a safetensors file: the length of the header in 8 bytes, little-endian, the header as JSON, the values.
 *
 * Takes tensors from any backend. What PyTorch's `safetensors` writes and reads; here the dtypes are float32, float64, int32 and bool.
 *
 * @example
 * import { decodeSafetensors, encodeSafetensors } from '@kasane/trainer';
 * import { tensor } from '@kasane/tensor-core';
 * const bytes = await encodeSafetensors({ weight: tensor([[1, 2]]) }, { author: 'me' });
 * const { tensors, metadata } = decodeSafetensors(bytes);
 * tensors.weight!.toArray(); // => [[1,2]]
 * metadata.author; // => me
 *
 * @category Checkpoints
 * @see https://huggingface.co/docs/safetensors
 */
export async function encodeSafetensors(
  tensors: Readonly<Record<string, Tensor>>,
  metadata: Readonly<Record<string, string>> = {},
): Promise<Uint8Array> {
  return join({ ...(await layOut(tensors)), metadata });
}

/** The values of the tensors one after the other, and where each lies. @internal */
export async function layOut(
  tensors: Readonly<Record<string, Tensor>>,
): Promise<Omit<Parts, 'metadata'>> {
  const values = await Promise.all(Object.values(tensors).map((t) => t.data()));
  const data = new Uint8Array(values.reduce((sum, { byteLength }) => sum + byteLength, 0));
  let end = 0;
  const entries = Object.entries(tensors).map(([name, { dtype, shape }], i) => {
    const { buffer, byteOffset, byteLength } = values[i]!;
    const start = end;
    data.set(new Uint8Array(buffer, byteOffset, byteLength), start);
    end += byteLength;
    return [name, { dtype: codes[dtype], shape, data_offsets: [start, end] as const }] as const;
  });
  return { entries: Object.fromEntries(entries), data };
}

/** The bytes of a file. @internal */
export function join({ entries, metadata, data }: Parts): Uint8Array {
  const text = JSON.stringify({ __metadata__: metadata, ...entries });
  const header = new TextEncoder().encode(text);
  const length = Math.ceil(header.length / 8) * 8; // so that the values are aligned
  const bytes = new Uint8Array(8 + length + data.length).fill(0x20, 8, 8 + length);
  new DataView(bytes.buffer).setBigUint64(0, BigInt(length), true);
  bytes.set(header, 8);
  bytes.set(data, 8 + length);
  return bytes;
}

/**
 * The tensors and texts in the bytes of a safetensors file. `file` is what errors call it.
 *
 * Throws CheckpointError that names the file, the byte and what was expected if it is cut off, is no safetensors file, or holds a dtype
 * other than float32, float64, int32 and bool.
 *
 * @example
 * import { decodeSafetensors } from '@kasane/trainer';
 * decodeSafetensors(new Uint8Array(4)); // => throws CheckpointError
 *
 * @category Checkpoints
 */
export function decodeSafetensors(bytes: Uint8Array, file: string = 'safetensors'): Safetensors {
  const { entries, metadata, data } = takeApart(bytes, file);
  return { tensors: tensorsOf(entries, data), metadata };
}

/** The header, checked, and the values. @internal */
export function takeApart(bytes: Uint8Array, file: string): Parts {
  const fail = (offset: number, expected: string, got: unknown): never => {
    throw new CheckpointError(
      `${file}: byte ${offset}: expected ${expected}, got ${String(got)}. The file is damaged or of another kind; take a whole one.`,
    );
  };
  if (bytes.length < 8) fail(0, 'the 8 bytes of the length of the header', bytes.length);
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  const length = Number(view.getBigUint64(0, true));
  if (length > bytes.length - 8) {
    fail(8, `a header of ${length} bytes`, `${bytes.length - 8} bytes`);
  }
  let header: unknown;
  try {
    const text = new TextDecoder('utf-8', { fatal: true }).decode(bytes.subarray(8, 8 + length));
    header = JSON.parse(text);
  } catch (error) {
    fail(8, 'a header in JSON', error);
  }
  if (!isRecord(header)) return fail(8, 'a header that is an object', JSON.stringify(header));
  const { __metadata__: metadata = {}, ...entries } = header;
  if (!isRecord(metadata) || !Object.values(metadata).every((text) => typeof text === 'string')) {
    fail(8, '__metadata__ of texts', JSON.stringify(metadata));
  }
  const start = 8 + length;
  const spans: [number, number][] = [];
  for (const [name, entry] of Object.entries(entries)) {
    if (!isEntry(entry)) {
      return fail(8, `dtype, shape and data_offsets of ${name}`, JSON.stringify(entry));
    }
    const dtype = dtypeOf(entry.dtype);
    if (dtype === undefined) {
      return fail(8, `${name} as ${Object.values(codes).join(', ')}`, entry.dtype);
    }
    const [from, to] = entry.data_offsets;
    const size = sizeOf(entry.shape) * bytesPerElement[dtype];
    if (to - from !== size) fail(start + from, `${size} bytes of ${name}`, `${to - from} bytes`);
    spans.push([from, to]);
  }
  // All the bytes belong to one tensor each.
  let end = 0;
  for (const [from, to] of spans.sort((a, b) => a[0] - b[0] || a[1] - b[1])) {
    if (from !== end) fail(start + end, 'the values of the next tensor', `those at ${from}`);
    end = to;
  }
  if (start + end !== bytes.length) {
    fail(bytes.length, `a file of ${start + end} bytes`, `${bytes.length} bytes`);
  }
  // Every value of both was looked at above.
  return {
    entries: entries as Parts['entries'],
    metadata: metadata as Parts['metadata'],
    data: bytes.subarray(start),
  };
}

/** The tensors of checked entries. @internal */
export function tensorsOf(
  entries: Parts['entries'],
  data: Uint8Array,
): Readonly<Record<string, Tensor>> {
  return Object.fromEntries(
    Object.entries(entries).map(
      ([
        name,
        {
          dtype: code,
          shape,
          data_offsets: [from, to],
        },
      ]) => {
        const dtype = dtypeOf(code)!; // checked by takeApart
        const values = new arrays[dtype](new Uint8Array(data.subarray(from, to)).buffer);
        return [name, tensor(values, shape, { dtype })];
      },
    ),
  );
}

function dtypeOf(code: string): DType | undefined {
  // The keys of a record of dtypes are dtypes.
  return (Object.keys(codes) as DType[]).find((dtype) => codes[dtype] === code);
}

function isRecord(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

function isEntry(value: unknown): value is Entry {
  if (!isRecord(value)) return false;
  const { dtype, shape, data_offsets: offsets } = value;
  return typeof dtype === 'string' && isSizes(shape) && isSizes(offsets) && offsets.length === 2;
}

function isSizes(value: unknown): value is number[] {
  return Array.isArray(value) && value.every((size) => Number.isSafeInteger(size) && size >= 0);
}
