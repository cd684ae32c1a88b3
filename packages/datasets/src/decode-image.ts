import { DataError } from '@kasane/tensor-core';
import { requireBytes } from './given.ts';
import { grey } from './color-jitter.ts';
import { decodeJpeg } from './decode-jpeg.ts';
import { decodePng } from './decode-png.ts';
import type { Image } from './image.ts';
import { pngSignature } from './png-chunks.ts';
import { bytesFor } from './unpacker.ts';

/**
 * The picture in the bytes of a PNG or JPEG file.
 *
 * It has 3 channels, or 1 with `channels: 1` (grey by the weights of ITU-R BT.601). 16 bits become 8,
 * transparency is left out, palettes are looked up. PNG may have any depth, interlaced or not. JPEG may be baseline
 * or progressive, of 8 bits, in grey, YCbCr, RGB, CMYK or YCCK (the latter two as Adobe's programs store them,
 * 255 for no ink), and its pixels are those of libjpeg. `name` stands in messages. As `torchvision.io.decode_image` with the mode RGB or GRAY;
 * its default leaves the channels as they are.
 *
 * Room is made for the pixels that the header names, and only if so many can be in the file.
 *
 * @throws {@link DataError} if the file is neither, not all of it, damaged, or its name ends like the other one; if it is JPEG in arithmetic coding, lossless, or
 * of 12 bits; and if there is no memory for the pixels.
 *
 * @example
 * import { decodeImage, encodePng } from '@kasane/datasets/images';
 * const red = { data: Uint8Array.of(255, 0, 0), channels: 3, height: 1, width: 1 };
 * const image = decodeImage(encodePng(red), 'a.png');
 * image.data.join(); // => 255,0,0
 * decodeImage(encodePng(red), 'a.png', 1).data.join(); // => 76
 */
export function decodeImage(bytes: Uint8Array, name: string, channels: 1 | 3 = 3): Image {
  requireBytes('decodeImage', bytes);
  const isJpeg = bytes[0] === 0xff && bytes[1] === 0xd8;
  const isPng = pngSignature.every((byte, i) => bytes[i] === byte);
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
  let image: Image;
  try {
    image = (isPng ? decodePng : decodeJpeg)(bytes, name);
  } catch (error) {
    // The file may be whole, and too much for this machine or of a kind that is not decoded.
    if (error instanceof DataError) throw error;
    const why = error instanceof Error ? error.message : String(error);
    throw new DataError(
      `${name}: ${bytes.length} bytes of ${isPng ? 'PNG' : 'JPEG'} are damaged or not all there: ${why}.`,
      { cause: error },
    );
  }
  return image.channels === channels ? image : inChannels(image, channels, name);
}

/** A picture of 1 channel with 3 that are the same, or one of 3 in grey. */
function inChannels(image: Image, channels: 1 | 3, name: string): Image {
  const { data, height, width } = image;
  const plane = height * width;
  const out = bytesFor(name, channels * plane);
  if (channels === 3) for (let c = 0; c < 3; c++) out.set(data, c * plane);
  else for (let i = 0; i < plane; i++) out[i] = Math.round(grey(data, i, image));
  return { data: out, channels, height, width };
}
