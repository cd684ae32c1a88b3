import { DataError, tensor, type Tensor } from '@kasane/tensor-core';
import { requireImage } from './given.ts';

/**
 * A picture as bytes: plane after plane, each row by row, as in a tensor (C, H, W).
 *
 * Pictures stay bytes, a quarter of float32, until a batch is made of them.
 */
export interface Image {
  /** C · H · W values from 0 to 255. */
  readonly data: Uint8Array;
  readonly channels: number;
  readonly height: number;
  readonly width: number;
}

/** The shape (C, H, W) of a picture. @internal */
export function imageShape({ channels, height, width }: Image): [number, number, number] {
  return [channels, height, width];
}

/** A picture of zeros. @internal */
export function blankImage(channels: number, height: number, width: number): Image {
  return { data: new Uint8Array(channels * height * width), channels, height, width };
}

/** Whether a value is a picture, by its fields. @internal */
export function isImage(value: object): value is Image {
  return 'data' in value && value.data instanceof Uint8Array && 'channels' in value;
}

/**
 * A picture as a tensor of numbers from 0 to 1.
 *
 * $$ y = x / 255 $$
 *
 * | | shape | |
 * | --- | --- | --- |
 * | image | C, H, W | bytes |
 * | output | (C, H, W) | float32 |
 *
 * Same as `torchvision.transforms.ToTensor`. `DataLoader` does it to whole batches by itself.
 *
 * @throws {@link DataError} if the bytes do not fill the picture.
 *
 * @example
 * import { toTensor } from '@kasane/datasets';
 * const image = { data: Uint8Array.of(0, 51, 255, 102), channels: 1, height: 2, width: 2 };
 * toTensor(image).toArray(); // => [[[0,0.2],[1,0.4]]]
 */
export function toTensor(image: Image): Tensor {
  checkImage('toTensor', image);
  const out = new Float32Array(image.data.length);
  scaleInto(out, image.data, 0);
  return tensor(out, imageShape(image));
}

/** Throws DataError unless the bytes fill the picture. @internal */
export function checkImage(owner: string, image: Image): void {
  requireImage(owner, image);
  const { data, channels, height, width } = image;
  if (data.length === channels * height * width) return;
  throw new DataError(
    `${owner}: a picture of ${channels} × ${height} × ${width} needs ${channels * height * width} bytes, got ${data.length}.`,
  );
}

// Looking up is faster than dividing.
const scaled = Float32Array.from({ length: 256 }, (_, byte) => byte / 255);

/** Writes bytes as numbers from 0 to 1. @internal */
export function scaleInto(out: Float32Array, bytes: Uint8Array, start: number): void {
  for (let i = 0; i < bytes.length; i++) out[start + i] = scaled[bytes[i]!]!;
}
