import { CheckpointError, shown, Tensor, tensor, type DType } from '@kasane/tensor-core';
import { fileDTypes } from './dtypes.ts';
import { brief, isTexts, LONGEST, readHeader, type Fail, type Header } from './header.ts';

/** What a safetensors file holds. */
export interface Safetensors {
  readonly tensors: Readonly<Record<string, Tensor>>;
  /** Texts of the writer. */
  readonly metadata: Readonly<Record<string, string>>;
}

/** A file taken apart, its tensors still bytes. @internal */
export interface Parts extends Header {
  readonly data: Uint8Array;
}

/** One that was read. @internal */
export interface ReadParts extends Parts {
  /** What errors call it. */
  readonly file: string;
  /** The byte at which the values begin. */
  readonly start: number;
}

const codes: Readonly<Record<DType, string>> = {
  float32: 'F32',
  float64: 'F64',
  int32: 'I32',
  bool: 'BOOL',
};

/**
 * Tensors by name as the bytes of a safetensors file: the length of the header in 8 bytes, little-endian, the header as JSON, the values.
 *
 * Takes tensors from any backend, as F32, F64, I32 and BOOL. What the `safetensors` packages of Python and Rust read.
 *
 * @throws {@link CheckpointError} for a tensor called `__metadata__`, for metadata that is not text, and for names and texts with half a character or of more
 * than 100 MB.
 *
 * @example
 * import { decodeSafetensors, encodeSafetensors } from '@kasane/trainer';
 * import { tensor } from '@kasane/tensor-core';
 * const bytes = await encodeSafetensors({ weight: tensor([[1, 2]]) }, { author: 'me' });
 * const { tensors, metadata } = await decodeSafetensors(bytes);
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
  checkTexts(metadata);
  return join({ ...(await layOut(tensors)), metadata });
}

/** The values of the tensors one after the other, and where each lies. @internal */
export async function layOut(
  tensors: Readonly<Record<string, Tensor>>,
): Promise<Omit<Parts, 'metadata'>> {
  if (Object(tensors) !== tensors) throw noTensors(tensors);
  for (const [name, value] of Object.entries(tensors)) {
    if (!(value instanceof Tensor)) throw noTensors(value, name);
    if (name !== '__metadata__' && name.isWellFormed()) continue;
    throw new CheckpointError(
      `encodeSafetensors: a tensor must have a name of whole characters other than __metadata__, got ${JSON.stringify(name)}. Give it another name.`,
    );
  }
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

function noTensors(value: unknown, name?: string): CheckpointError {
  const what = name === undefined ? 'needs an object of tensors' : `${name} must be a tensor`;
  return new CheckpointError(
    `encodeSafetensors: ${what}, got ${shown(value)}. Pass model.stateDict(), for one.`,
  );
}

function checkTexts(metadata: unknown): void {
  const right =
    isTexts(metadata) &&
    Object.entries(metadata)
      .flat()
      .every((t) => t.isWellFormed());
  if (right) return;
  throw new CheckpointError(
    `encodeSafetensors: metadata must be an object of texts of whole characters, got ${brief(metadata)}. Write numbers and lists as JSON.`,
  );
}

/** The bytes of a file. @internal */
export function join({ entries, metadata, data }: Parts): Uint8Array {
  const text = JSON.stringify({ __metadata__: metadata, ...entries });
  const header = new TextEncoder().encode(text);
  if (header.length > LONGEST) {
    throw new CheckpointError(
      `encodeSafetensors: names and texts must take no more than ${LONGEST} bytes, got ${header.length}. Keep less of them.`,
    );
  }
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
 * | in the file                       | here                                                                |
 * | --------------------------------- | ------------------------------------------------------------------- |
 * | F32, F64, I32, BOOL               | float32, float64, int32, bool                                       |
 * | F16, BF16                         | float32, which holds each of their values                           |
 * | I8, U8, I16, U16                  | int32, which holds each of their values                             |
 * | U32, I64, U64                     | int32; one value that does not fit is an error, with name and place |
 *
 * @throws {@link CheckpointError} that names the file, the byte and what was expected if it is cut off, is no safetensors file, holds another dtype (such as
 * F8_E4M3), a name twice, metadata that is not text, or bytes that belong to no tensor or to two.
 *
 * @example
 * import { decodeSafetensors } from '@kasane/trainer';
 * await decodeSafetensors(new Uint8Array(4)); // => throws CheckpointError
 *
 * @category Checkpoints
 */
export async function decodeSafetensors(
  bytes: Uint8Array,
  file: string = 'safetensors',
): Promise<Safetensors> {
  const parts = takeApart(bytes, file);
  return { tensors: tensorsOf(parts), metadata: parts.metadata };
}

/** The header, checked, and the values. @internal */
export function takeApart(bytes: Uint8Array, file: string): ReadParts {
  if (!(bytes instanceof Uint8Array)) {
    throw new CheckpointError(
      `${file}: needs the bytes of a file as a Uint8Array, got ${shown(bytes)}. Read the file first.`,
    );
  }
  const fail = failing(file);
  if (bytes.length < 8) fail(0, 'the 8 bytes of the length of the header', bytes.length);
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  const length = Number(view.getBigUint64(0, true));
  if (length > LONGEST) fail(0, `a header of no more than ${LONGEST} bytes`, `${length} bytes`);
  if (length > bytes.length - 8) {
    fail(8, `a header of ${length} bytes`, `${bytes.length - 8} bytes`);
  }
  const start = 8 + length;
  const data = bytes.subarray(start);
  return { ...readHeader(bytes.subarray(8, start), data.length, fail), data, file, start };
}

/** The tensors of checked entries. @internal */
export function tensorsOf({
  entries,
  data,
  file,
  start,
}: ReadParts): Readonly<Record<string, Tensor>> {
  const fail = failing(file);
  const named = Object.entries(entries).map(([name, entry]) => {
    const { dtype, bytes, read } = fileDTypes.get(entry.dtype)!; // checked by takeApart
    const [from, to] = entry.data_offsets;
    const values = read(new Uint8Array(data.subarray(from, to)).buffer, (index, value) => {
      const expected = `values of ${name} that fit into ${dtype}, as which ${entry.dtype} is read`;
      const way = dtype === 'bool' ? undefined : 'Save it as F64, or leave it out.';
      return fail(start + from + index * bytes, expected, `${value} at ${index}`, way);
    });
    return [name, tensor(values, entry.shape, { dtype })] as const;
  });
  return Object.fromEntries(named);
}

function failing(file: string): Fail {
  const whole = 'The file is damaged or of another kind; take a whole one.';
  return (offset, expected, got, way = whole) => {
    throw new CheckpointError(
      `${file}: byte ${offset}: expected ${expected}, got ${String(got)}. ${way}`,
    );
  };
}
