import { DataError } from '@kasane/tensor-core';
import { gunzip } from './gunzip.ts';
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
 * Several files are put one after the other; each may be gzipped, and has a name for messages. Throws
 * DataError, with the place in the file, if it ends within a picture or a label is none of the ten.
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
  const batches = [];
  for (const { name, bytes } of files) batches.push({ name, bytes: await gunzip(bytes, name) });
  const count = batches.reduce((sum, { bytes }) => sum + Math.floor(bytes.length / RECORD), 0);
  const data = new Uint8Array(count * (RECORD - 1));
  const labels = new Uint8Array(count);
  let i = 0;
  for (const { name, bytes } of batches) {
    if (bytes.length === 0 || bytes.length % RECORD !== 0) {
      const whole = Math.floor(bytes.length / RECORD);
      throw new DataError(
        `${name}: byte ${bytes.length}: expected pictures of ${RECORD} bytes, got the end of the file after ${whole} and ${bytes.length % RECORD} bytes. Is it a file of the binary version?`,
      );
    }
    for (let at = 0; at < bytes.length; at += RECORD, i++) {
      const label = bytes[at]!;
      if (label >= cifar10Classes.length) {
        throw new DataError(`${name}: byte ${at}: expected a label from 0 to 9, got ${label}.`);
      }
      labels[i] = label;
      data.set(bytes.subarray(at + 1, at + RECORD), i * (RECORD - 1));
    }
  }
  return new LabeledImages({
    data,
    labels,
    channels: 3,
    height: SIDE,
    width: SIDE,
    classes: cifar10Classes,
    origin: batches.map(({ name }) => name).join(', '),
  });
}
