import { DataError } from '@kasane/tensor-core';
import { requireBytes, requireList } from './given.ts';
import { byteReader } from './byte-reader.ts';
import { LabeledImages } from './labeled-images.ts';

const SIDE = 32;
const RECORD = 1 + 3 * SIDE * SIDE;

/**
 * The names of CIFAR-10's classes.
 *
 * @example
 * import { cifar10Classes } from '@kasane/datasets';
 * cifar10Classes[3]; // => cat
 */
export const cifar10Classes: readonly string[] = [
  'airplane',
  'automobile',
  'bird',
  'cat',
  'deer',
  'dog',
  'frog',
  'horse',
  'ship',
  'truck',
];

/**
 * Reads batches of CIFAR-10 in the binary form: for each picture a class and 32 × 32 bytes of red, green
 * and blue.
 *
 * Several files are put one after the other; each may be gzipped, and has a name for messages.
 *
 * @throws {@link DataError}, with the place in the file, if it ends within a picture or a label is none of the ten.
 *
 * @example
 * import { parseCifar10 } from '@kasane/datasets';
 * const bytes = new Uint8Array(3073);
 * bytes[0] = 6;
 * const images = await parseCifar10([{ name: 'data_batch_1.bin', bytes }]);
 * [images.length, images.classes[images.labels[0]!]]; // => [1,"frog"]
 */
export async function parseCifar10(
  files: readonly { readonly name: string; readonly bytes: Uint8Array }[],
): Promise<LabeledImages> {
  requireList('parseCifar10', 'files, each { name, bytes }', files);
  for (const file of files) requireBytes('parseCifar10', file?.bytes);
  const parts = files.flatMap(({ name, bytes }) => [...recordsOf(name, bytes)]);
  const count = parts.reduce((sum, { length }) => sum + length / RECORD, 0);
  const data = new Uint8Array(count * (RECORD - 1));
  const labels = new Uint8Array(count);
  let i = 0;
  for (const part of parts) {
    for (let at = 0; at < part.length; at += RECORD, i++) {
      labels[i] = part[at]!;
      data.set(part.subarray(at + 1, at + RECORD), i * (RECORD - 1));
    }
  }
  return new LabeledImages({
    data,
    labels,
    channels: 3,
    height: SIDE,
    width: SIDE,
    classes: cifar10Classes,
    origin: files.map(({ name }) => name).join(', '),
  });
}

/** The pictures of a file, up to a thousand at a time, each seen to have a label before more are unpacked. */
function* recordsOf(name: string, bytes: Uint8Array): Generator<Uint8Array, void, undefined> {
  const reader = byteReader(bytes, name);
  let at = 0;
  for (;;) {
    const part = reader.read(1000 * RECORD);
    for (let start = 0; start + RECORD <= part.length; start += RECORD) {
      if (part[start]! < cifar10Classes.length) continue;
      throw new DataError(
        `${name}: byte ${at + start}: expected a label from 0 to 9, got ${part[start]}.`,
      );
    }
    at += part.length;
    if (part.length % RECORD !== 0 || at === 0) {
      throw new DataError(
        `${name}: byte ${at}: expected pictures of ${RECORD} bytes, got the end of the file after ${Math.floor(at / RECORD)} and ${at % RECORD} bytes. Is it a file of the binary version?`,
      );
    }
    if (part.length === 0) return;
    yield part;
  }
}
