import { expect, it } from 'vitest';
import { decodeImage, encodePng } from './images.ts';

it('encodePng writes what decodeImage reads, and pictures of 1 or 3 channels alone', () => {
  const data = Uint8Array.from({ length: 18 }, (_, i) => 13 * i);
  const image = { data, channels: 3, height: 2, width: 3 };
  expect(decodeImage(encodePng(image), 'a.png')).toEqual(image);
  const grey = { data, channels: 1, height: 3, width: 6 };
  expect(decodeImage(encodePng(grey), 'a.png', 1)).toEqual(grey);
  expect(() => encodePng({ data, channels: 2, height: 3, width: 3 })).toThrow(
    'encodePng: the picture must have 1 or 3 channels, got 2.',
  );
});
