import { DataError } from '@kasane/tensor-core';
import { requireBytes, requireIdx } from './given.ts';
import { byteReader } from './byte-reader.ts';
import { LabeledImages } from './labeled-images.ts';

/** The arrays that an IDX file may hold. */
export type IdxData =
  | Uint8Array
  | Int8Array
  | Int16Array
  | Int32Array
  | Float32Array
  | Float64Array;

/** What stands in an IDX file. */
export interface Idx {
  readonly shape: readonly number[];
  readonly data: IdxData;
  /** The name of the file, for messages. */
  readonly name: string;
}

interface Kind {
  readonly bytes: number;
  readonly make: (length: number) => IdxData;
  readonly read: (view: DataView, at: number) => number;
}

// Numbers are big-endian, whatever the machine.
const kinds: Readonly<Record<number, Kind>> = {
  0x08: { bytes: 1, make: (n) => new Uint8Array(n), read: (v, at) => v.getUint8(at) },
  0x09: { bytes: 1, make: (n) => new Int8Array(n), read: (v, at) => v.getInt8(at) },
  0x0b: { bytes: 2, make: (n) => new Int16Array(n), read: (v, at) => v.getInt16(at) },
  0x0c: { bytes: 4, make: (n) => new Int32Array(n), read: (v, at) => v.getInt32(at) },
  0x0d: { bytes: 4, make: (n) => new Float32Array(n), read: (v, at) => v.getFloat32(at) },
  0x0e: { bytes: 8, make: (n) => new Float64Array(n), read: (v, at) => v.getFloat64(at) },
};

/**
 * Reads an IDX file, the format of MNIST and Fashion-MNIST, gzipped or not.
 *
 * | bytes | what |
 * | --- | --- |
 * | 0, 1 | zeros |
 * | 2 | the type of the elements |
 * | 3 | the number of dimensions |
 * | 4 each | the dimensions, then the elements, big-endian |
 *
 * Bytes of a file that is not packed are shared, not copied. `name` stands in messages.
 *
 * @throws {@link DataError}, with the place in the file, if it is not such a file or not all of it.
 *
 * @example
 * import { parseIdx } from '@kasane/datasets';
 * const bytes = Uint8Array.of(0, 0, 8, 1, 0, 0, 0, 3, 7, 2, 1);
 * const { shape, data } = await parseIdx(bytes, 'labels');
 * shape; // => [3]
 * data.join(); // => 7,2,1
 */
export async function parseIdx(bytes: Uint8Array, name: string): Promise<Idx> {
  requireBytes('parseIdx', bytes);
  const reader = byteReader(bytes, name);
  let at = 0;
  const fail = (wanted: string, got: string): never => {
    throw new DataError(`${name}: byte ${at}: expected ${wanted}, got ${got}.`);
  };
  const read = (length: number, wanted: string): DataView => {
    const part = reader.read(length);
    if (part.length < length) {
      at += part.length;
      fail(wanted, `the end of the file after ${at} bytes`);
    }
    at += length;
    return new DataView(part.buffer, part.byteOffset, length);
  };
  const magic = read(4, "an IDX file's 4 bytes of magic");
  const kind = kinds[magic.getUint8(2)];
  if (magic.getUint16(0) !== 0 || kind === undefined) {
    const digits = [0, 1, 2, 3].map((i) => magic.getUint8(i).toString(16).padStart(2, '0'));
    at = 0;
    return fail("an IDX file's magic, 00 00, a type from 08 to 0e and a rank", digits.join(' '));
  }
  const rank = magic.getUint8(3);
  const dimensions = read(4 * rank, `a header of ${4 + 4 * rank} bytes`);
  const shape = Array.from({ length: rank }, (_, d) => dimensions.getUint32(4 * d));
  const size = shape.reduce((product, d) => product * d, 1);
  const whole = at + size * kind.bytes;
  const all = `${whole} bytes in all for [${shape.join()}]`;
  const end = `the end of the file after ${reader.length ?? `at most ${reader.most}`} bytes`;
  // Before room is made for what cannot come.
  if (whole > reader.most) {
    at = reader.most;
    fail(all, end);
  }
  const body = read(size * kind.bytes, all);
  if (reader.read(1).length > 0) fail(all, reader.length === undefined ? 'more' : end);
  if (magic.getUint8(2) === 0x08) {
    return { shape, data: new Uint8Array(body.buffer, body.byteOffset, size), name };
  }
  const data = kind.make(size);
  for (let i = 0; i < size; i++) data[i] = kind.read(body, i * kind.bytes);
  return { shape, data, name };
}

/**
 * The labelled pictures of two IDX files: bytes (N, H, W) and classes (N).
 *
 * `classes` are the names; default: the digits.
 *
 * @throws {@link DataError} if the files are something else, do not belong together, or a label is no class.
 *
 * @example
 * import { idxImages } from '@kasane/datasets';
 * const images = { shape: [2, 1, 1], data: Uint8Array.of(0, 255), name: 'images' };
 * const labels = { shape: [2], data: Uint8Array.of(4, 9), name: 'labels' };
 * idxImages(images, labels).length; // => 2
 */
export function idxImages(
  images: Idx,
  labels: Idx,
  classes: readonly string[] = Array.from({ length: 10 }, (_, digit) => String(digit)),
): LabeledImages {
  for (const file of [images, labels]) requireIdx('idxImages', file);
  const [count, height, width] = images.shape;
  if (images.shape.length !== 3 || !(images.data instanceof Uint8Array)) {
    throw new DataError(
      `${images.name}: expected bytes of shape (N, H, W), got ${images.data.constructor.name} of shape [${images.shape.join()}]. Is it the file of the labels?`,
    );
  }
  if (labels.shape.length !== 1 || !(labels.data instanceof Uint8Array)) {
    throw new DataError(
      `${labels.name}: expected bytes of shape (N), got ${labels.data.constructor.name} of shape [${labels.shape.join()}]. Is it the file of the pictures?`,
    );
  }
  if (labels.shape[0] !== count) {
    throw new DataError(
      `${labels.name}: byte 4: expected ${count} labels, as ${images.name} has pictures, got ${labels.shape[0]}. They belong to different files.`,
    );
  }
  const odd = labels.data.findIndex((label) => label >= classes.length);
  if (odd >= 0) {
    throw new DataError(
      `${labels.name}: byte ${8 + odd}: expected a label below ${classes.length}, got ${labels.data[odd]}.`,
    );
  }
  return new LabeledImages({
    data: images.data,
    labels: labels.data,
    channels: 1,
    height: height!,
    width: width!,
    classes,
    origin: images.name,
  });
}
