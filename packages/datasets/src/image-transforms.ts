/** Transforms of pictures that move pixels: bytes in, bytes out. */
import { defaultGenerator, requireThat, requireWhole } from '@kasane/tensor-core';
import { blankImage, type Image } from './image.ts';
import type { Transform } from './transforms.ts';

/** The picture whose pixel (y, x) of plane c is what `at` says. */
function drawn(
  { channels }: Image,
  height: number,
  width: number,
  at: (c: number, y: number, x: number) => number,
): Image {
  const out = blankImage(channels, height, width);
  let i = 0;
  for (let c = 0; c < channels; c++) {
    for (let y = 0; y < height; y++) for (let x = 0; x < width; x++) out.data[i++] = at(c, y, x);
  }
  return out;
}

/**
 * Adds a border of `amount` pixels of one value on every side: (C, H, W) becomes (C, H + 2 · amount, W + 2 · amount).
 *
 * Same as `torchvision.transforms.Pad`.
 *
 * @throws RangeError unless the amount is a whole number ≥ 0.
 *
 * @example
 * import { padImage } from '@kasane/datasets';
 * const image = { data: Uint8Array.of(7), channels: 1, height: 1, width: 1 };
 * padImage(1)(image).data.join(); // => 0,0,0,0,7,0,0,0,0
 */
export function padImage(amount: number, value: number = 0): Transform<Image> {
  requireWhole('padImage', 'amount', amount);
  return (image) => {
    const { channels, height, width } = image;
    const out = blankImage(channels, height + 2 * amount, width + 2 * amount);
    if (value !== 0) out.data.fill(value);
    for (let row = 0; row < channels * height; row++) {
      const c = Math.floor(row / height);
      const y = c * out.height + (row % height) + amount;
      out.data.set(image.data.subarray(row * width, (row + 1) * width), y * out.width + amount);
    }
    return out;
  };
}

/**
 * Cuts the rectangle of a size out whose upper left corner is (top, left).
 *
 * $$ y_{c,i,j} = x_{c, \, \mathrm{top} + i, \, \mathrm{left} + j} $$
 *
 * Same as `torchvision.transforms.functional.crop`, but never beyond the picture.
 *
 * @throws RangeError beyond the picture, and unless all four are whole numbers ≥ 0.
 *
 * @example
 * import { crop } from '@kasane/datasets';
 * const image = { data: Uint8Array.of(1, 2, 3, 4), channels: 1, height: 2, width: 2 };
 * crop(1, 0, 1, 2)(image).data.join(); // => 3,4
 */
export function crop(top: number, left: number, height: number, width: number): Transform<Image> {
  for (const value of [top, left, height, width]) requireWhole('crop', 'a place or size', value);
  return (image) => {
    if (top + height > image.height || left + width > image.width) {
      throw new RangeError(
        `crop: ${height} × ${width} at (${top}, ${left}) does not fit a picture of ${image.height} × ${image.width}. Pad it first.`,
      );
    }
    const out = blankImage(image.channels, height, width);
    for (let row = 0; row < image.channels * height; row++) {
      const y = Math.floor(row / height) * image.height + top + (row % height);
      const from = y * image.width + left;
      out.data.set(image.data.subarray(from, from + width), row * width);
    }
    return out;
  };
}

/**
 * Cuts the middle out.
 *
 * $$ \mathrm{top} = \mathrm{round}\big((H - \mathrm{height}) / 2\big), \quad \mathrm{left} = \mathrm{round}\big((W - \mathrm{width}) / 2\big) $$
 *
 * Same as `torchvision.transforms.CenterCrop`, also where the middle lies between pixels (halves are rounded to the even number), but never larger
 * than the picture.
 *
 * @throws RangeError if it is larger than the picture.
 *
 * @example
 * import { centerCrop } from '@kasane/datasets';
 * const image = { data: Uint8Array.of(1, 2, 3), channels: 1, height: 1, width: 3 };
 * centerCrop(1, 1)(image).data.join(); // => 2
 */
export function centerCrop(height: number, width: number): Transform<Image> {
  return (image) => {
    const top = half(image.height - height);
    return crop(top, half(image.width - width), height, width)(image);
  };
}

/** Half of what is left over; 1.5 and 2.5 both become 2, as in Python. */
function half(rest: number): number {
  return Math.max(0, rest % 2 === 0 ? rest / 2 : 2 * Math.round(rest / 4));
}

/**
 * Cuts a rectangle out at a random place, after adding a border of `padding` zeros.
 *
 * $$ \mathrm{top} \sim U\lbrace 0, \dots, H + 2 \, \mathrm{padding} - \mathrm{height}\rbrace , \quad \mathrm{left} \text{ likewise} $$
 *
 * Same as `torchvision.transforms.RandomCrop`.
 *
 * @throws RangeError if the rectangle is larger than the padded picture, and unless sizes and `padding` are whole numbers ≥ 0.
 *
 * @example
 * import { randomCrop } from '@kasane/datasets';
 * import { Generator } from '@kasane/tensor-core';
 * const image = { data: new Uint8Array(3 * 32 * 32), channels: 3, height: 32, width: 32 };
 * randomCrop(32, 32, 4)(image, new Generator(1)).data.length; // => 3072
 */
export function randomCrop(height: number, width: number, padding: number = 0): Transform<Image> {
  const border = padImage(padding);
  return (image, generator = defaultGenerator()) => {
    const padded = padding === 0 ? image : border(image);
    const top = generator.below(Math.max(1, padded.height - height + 1));
    const left = generator.below(Math.max(1, padded.width - width + 1));
    return crop(top, left, height, width)(padded);
  };
}

/**
 * Mirrors left and right, always or with probability `p`.
 *
 * $$ y_{c,i,j} = x_{c, \, i, \, W - 1 - j} $$
 *
 * With `p`, which is 0.5 there by default, same as `torchvision.transforms.RandomHorizontalFlip`.
 *
 * @throws RangeError unless p is from 0 to 1.
 *
 * @example
 * import { flipHorizontal } from '@kasane/datasets';
 * const image = { data: Uint8Array.of(1, 2, 3), channels: 1, height: 1, width: 3 };
 * flipHorizontal()(image).data.join(); // => 3,2,1
 */
export function flipHorizontal(p: number = 1): Transform<Image> {
  return sometimes('flipHorizontal', p, (image) => {
    const { data, height, width } = image;
    return drawn(image, height, width, (c, y, x) => data[(c * height + y + 1) * width - 1 - x]!);
  });
}

/**
 * Mirrors top and bottom, always or with probability `p`.
 *
 * $$ y_{c,i,j} = x_{c, \, H - 1 - i, \, j} $$
 *
 * With `p`, which is 0.5 there by default, same as `torchvision.transforms.RandomVerticalFlip`.
 *
 * @throws RangeError unless p is from 0 to 1.
 *
 * @example
 * import { flipVertical } from '@kasane/datasets';
 * const image = { data: Uint8Array.of(1, 2, 3), channels: 1, height: 3, width: 1 };
 * flipVertical()(image).data.join(); // => 3,2,1
 */
export function flipVertical(p: number = 1): Transform<Image> {
  return sometimes('flipVertical', p, (image) => {
    const { data, height, width } = image;
    return drawn(image, height, width, (c, y, x) => data[((c + 1) * height - 1 - y) * width + x]!);
  });
}

function sometimes(owner: string, p: number, change: Transform<Image>): Transform<Image> {
  if (!(p >= 0 && p <= 1)) throw new RangeError(`${owner}: p must be from 0 to 1, got ${p}.`);
  // One draw whatever comes of it: what follows does not depend on it.
  return (image, generator = defaultGenerator()) =>
    p === 1 || generator.random() < p ? change(image) : image;
}

/**
 * Turns by an angle in degrees, counter-clockwise about the middle; what comes into view holds `fill`.
 *
 * $$ y(u, v) = x(u \cos\alpha - v \sin\alpha, \; u \sin\alpha + v \cos\alpha) $$
 *
 * with u to the right and v down from the middle, and what lies between pixels taken bilinearly. Same as `torchvision.transforms.functional.rotate`
 * with `InterpolationMode.BILINEAR`; its default takes the nearest pixel.
 *
 * @throws RangeError unless the angle is finite.
 *
 * @example
 * import { rotate } from '@kasane/datasets';
 * const image = { data: Uint8Array.of(1, 2, 3, 4), channels: 1, height: 2, width: 2 };
 * rotate(90)(image).data.join(); // => 2,4,1,3
 */
export function rotate(degrees: number, fill: number = 0): Transform<Image> {
  requireThat(Number.isFinite(degrees), 'rotate', 'degrees', degrees, 'finite');
  const radians = (degrees * Math.PI) / 180;
  const [cos, sin] = [Math.cos(radians), Math.sin(radians)];
  return (image) => {
    const { height, width } = image;
    const [my, mx] = [(height - 1) / 2, (width - 1) / 2];
    // Each pixel is fetched from where the turn takes it from.
    return drawn(image, height, width, (c, y, x) => {
      const [dy, dx] = [y - my, x - mx];
      return bilinear(image, c, my + cos * dy + sin * dx, mx + cos * dx - sin * dy, fill);
    });
  };
}

/**
 * Turns by a random angle of up to `degrees` either way.
 *
 * $$ \alpha \sim U(-\mathrm{degrees}, \mathrm{degrees}) $$
 *
 * Same as `torchvision.transforms.RandomRotation` with `InterpolationMode.BILINEAR`; its default takes the nearest pixel.
 *
 * @throws RangeError unless `degrees` is finite.
 *
 * @example
 * import { randomRotation } from '@kasane/datasets';
 * import { Generator } from '@kasane/tensor-core';
 * const image = { data: new Uint8Array(9).fill(200), channels: 1, height: 3, width: 3 };
 * randomRotation(10)(image, new Generator(1)).data[4]; // => 200
 */
export function randomRotation(degrees: number, fill: number = 0): Transform<Image> {
  requireThat(Number.isFinite(degrees), 'randomRotation', 'degrees', degrees, 'finite');
  return (image, generator = defaultGenerator()) =>
    rotate((2 * generator.random() - 1) * degrees, fill)(image);
}

/**
 * Stretches or shrinks to a size, bilinearly between the middles of pixels.
 *
 * $$ s = (i + \tfrac12) \frac{H}{\mathrm{height}} - \tfrac12 $$
 *
 * is the row, kept within the picture, that row i is read at; columns alike. Same as `torch.nn.functional.interpolate` with `mode='bilinear'`; no
 * smoothing comes before shrinking, as it does in `torchvision.transforms.Resize` by default.
 *
 * @throws RangeError unless the sizes are whole numbers ≥ 1.
 *
 * @example
 * import { resize } from '@kasane/datasets';
 * const image = { data: Uint8Array.of(0, 100), channels: 1, height: 1, width: 2 };
 * resize(1, 4)(image).data.join(); // => 0,25,75,100
 */
export function resize(height: number, width: number): Transform<Image> {
  for (const value of [height, width]) requireWhole('resize', 'a size', value, 1);
  return (image) => {
    const clamp = (value: number, size: number): number => Math.min(Math.max(value, 0), size - 1);
    return drawn(image, height, width, (c, y, x) => {
      const sy = clamp(((y + 0.5) * image.height) / height - 0.5, image.height);
      return bilinear(image, c, sy, clamp(((x + 0.5) * image.width) / width - 0.5, image.width), 0);
    });
  };
}

/** The value between pixels, `fill` outside of the picture. */
function bilinear(image: Image, c: number, y: number, x: number, fill: number): number {
  const { data, height, width } = image;
  // A turn by 90° lands on pixels only up to rounding.
  const [y0, x0] = [Math.floor(y + 1e-6), Math.floor(x + 1e-6)];
  const [fy, fx] = [Math.max(0, y - y0), Math.max(0, x - x0)];
  const at = (v: number, u: number): number =>
    v < 0 || u < 0 || v >= height || u >= width ? fill : data[(c * height + v) * width + u]!;
  const row = (v: number): number => at(v, x0) + (fx < 1e-6 ? 0 : fx * (at(v, x0 + 1) - at(v, x0)));
  const upper = row(y0);
  return Math.round(fy < 1e-6 ? upper : upper + fy * (row(y0 + 1) - upper));
}
