import { encode } from 'fast-png';
import { checkImage, type Image } from './image.ts';

/**
 * The bytes of a PNG file that holds a picture of 1 or 3 channels.
 *
 * Same as `torchvision.io.encode_png`.
 *
 * @throws RangeError for other numbers of channels.
 * @throws {@link DataError} if the bytes do not fill the picture.
 *
 * @example
 * import { decodeImage, encodePng } from '@kasane/datasets/images';
 * const image = { data: Uint8Array.of(1, 2, 3, 4), channels: 1, height: 2, width: 2 };
 * decodeImage(encodePng(image), 'a.png', 1).data.join(); // => 1,2,3,4
 */
export function encodePng(image: Image): Uint8Array {
  checkImage('encodePng', image);
  const { data, channels, height, width } = image;
  if (channels !== 1 && channels !== 3) {
    throw new RangeError(`encodePng: the picture must have 1 or 3 channels, got ${channels}.`);
  }
  const plane = height * width;
  const pixels = new Uint8Array(data.length);
  for (let i = 0; i < plane; i++) {
    for (let c = 0; c < channels; c++) pixels[i * channels + c] = data[c * plane + i]!;
  }
  return encode({ width, height, channels, data: pixels });
}
