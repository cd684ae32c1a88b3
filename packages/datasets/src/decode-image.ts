import { DataError } from '@kasane/tensor-core';
import {
  convertIndexedToRgb,
  decode as decodePng,
  hasPngSignature,
  type DecodedPng,
} from 'fast-png';
import jpeg from 'jpeg-js';
import { grey } from './color-jitter.ts';
import { blankImage, type Image } from './image.ts';

/** Pixel by pixel, as the decoders give them. */
interface Pixels {
  readonly data: ArrayLike<number>;
  readonly channels: number;
  readonly height: number;
  readonly width: number;
}

/**
 * The picture in the bytes of a PNG or JPEG file.
 *
 * It has 3 channels, or 1 with `channels: 1` (grey by the weights of ITU-R BT.601). 16 bits become 8,
 * transparency is left out, palettes are looked up. `name` stands in messages. Throws DataError if it is
 * neither, not all of it, damaged, or its name ends like the other one.
 *
 * @example
 * import { decodeImage, encodePng } from '@kasane/datasets/images';
 * const red = { data: Uint8Array.of(255, 0, 0), channels: 3, height: 1, width: 1 };
 * const image = decodeImage(encodePng(red), 'a.png');
 * image.data.join(); // => 255,0,0
 * decodeImage(encodePng(red), 'a.png', 1).data.join(); // => 76
 */
export function decodeImage(bytes: Uint8Array, name: string, channels: 1 | 3 = 3): Image {
  const isJpeg = bytes[0] === 0xff && bytes[1] === 0xd8;
  const isPng = bytes.length >= 8 && hasPngSignature(bytes.subarray(0, 8));
  if (!isJpeg && !isPng) {
    const start = Array.from(bytes.subarray(0, 8), (byte) => byte.toString(16).padStart(2, '0'));
    throw new DataError(
      `${name}: byte 0: expected the signature of a PNG or JPEG file, got ${start.join(' ') || 'nothing'}.`,
    );
  }
  if ((isPng ? /\.jpe?g$/i : /\.png$/i).test(name)) {
    throw new DataError(
      `${name}: byte 0: expected what the name says, got a ${isPng ? 'PNG' : 'JPEG'} file. Rename it.`,
    );
  }
  let pixels: Pixels;
  try {
    pixels = isPng ? pngPixels(decodePng(bytes, { checkCrc: true })) : jpegPixels(bytes);
  } catch (error) {
    const why = error instanceof Error ? error.message : String(error);
    throw new DataError(
      `${name}: ${bytes.length} bytes of ${isPng ? 'PNG' : 'JPEG'} are damaged or not all there: ${why}.`,
      { cause: error },
    );
  }
  return planes(pixels, channels);
}

function jpegPixels(bytes: Uint8Array): Pixels {
  const options = { useTArray: true, formatAsRGBA: false, tolerantDecoding: false } as const;
  return { ...jpeg.decode(bytes, options), channels: 3 };
}

function pngPixels(png: DecodedPng): Pixels {
  const { width, height, depth } = png;
  if (png.palette !== undefined) {
    return { data: convertIndexedToRgb(png), channels: png.palette[0]?.length ?? 3, width, height };
  }
  if (depth === 8) return png;
  if (depth === 16) return { ...png, data: Uint8Array.from(png.data, (value) => value >> 8) };
  // Several pixels of grey in a byte, every row beginning with a new one.
  const data = new Uint8Array(width * height);
  const rowBytes = Math.ceil((width * depth) / 8);
  const most = 2 ** depth - 1;
  for (let i = 0; i < data.length; i++) {
    const bit = (i % width) * depth;
    const byte = png.data[Math.floor(i / width) * rowBytes + (bit >> 3)]!;
    data[i] = (((byte >> (8 - depth - (bit & 7))) & most) * 255) / most;
  }
  return { data, channels: 1, width, height };
}

/** Pixels as planes of red, green and blue, or of grey. */
function planes({ data, channels, height, width }: Pixels, wanted: 1 | 3): Image {
  const plane = height * width;
  const colour = channels >= 3;
  const all = blankImage(3, height, width);
  for (let c = 0; c < 3; c++) {
    for (let i = 0; i < plane; i++)
      all.data[c * plane + i] = data[i * channels + (colour ? c : 0)]!;
  }
  if (wanted === 3) return all;
  const out = blankImage(1, height, width);
  for (let i = 0; i < plane; i++) out.data[i] = Math.round(grey(all.data, i, all));
  return out;
}
