import { requireWhole, shown } from '@kasane/tensor-core';

/** Height and width, or one number for both. */
export type ImageSize = number | readonly [height: number, width: number];

/** Sides of 8 and more are halved: what is left has sides from 4 to 7 for squares. */
const HALVED = 8;

/**
 * The sizes that an image has when it is halved, rounded down, as long as both sides are 8 or more: 28, 14, 7, or 64, 32, 16,
 * 8, 4.
 *
 * @throws RangeError for sides below 8, which would not be halved at all.
 */
export function imageSizes(owner: string, size: ImageSize): [number, number][] {
  if (typeof size !== 'number' && (!Array.isArray(size) || size.length !== 2)) {
    throw new TypeError(
      `${owner}: the size must be a number or [height, width], got ${shown(size)}.`,
    );
  }
  const [height, width] = typeof size === 'number' ? [size, size] : size;
  requireWhole(owner, 'the height of images', height, HALVED);
  requireWhole(owner, 'the width of images', width, HALVED);
  const sizes: [number, number][] = [];
  let [h, w] = [height, width];
  for (; Math.min(h, w) >= HALVED; h = h >> 1, w = w >> 1) sizes.push([h, w]);
  return [...sizes, [h, w]];
}
