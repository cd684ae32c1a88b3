import { DataError } from '@kasane/tensor-core';
import { encode } from 'fast-png';
import jpeg from 'jpeg-js';
import { crc32, deflateSync } from 'node:zlib';
import { describe, expect, it } from 'vitest';
import { decodeImage } from './images.ts';

const png = (channels: number, data: number[], depth: 1 | 8 | 16 = 8, width: number = 2) =>
  encode({
    width,
    height: 1,
    channels,
    depth,
    data: depth === 16 ? Uint16Array.from(data) : Uint8Array.from(data),
  });

/** A PNG whose pixels are numbers of colours, four in a byte. */
function paletted(width: number, pixels: number[], palette: number[]): Uint8Array {
  const chunk = (type: string, data: readonly number[]): Uint8Array => {
    const body = Buffer.from([...Buffer.from(type), ...data]);
    const out = Buffer.alloc(body.length + 8);
    out.writeUInt32BE(data.length, 0);
    out.set(body, 4);
    out.writeUInt32BE(crc32(body), body.length + 4);
    return out;
  };
  return Buffer.concat([
    Buffer.from('89504e470d0a1a0a', 'hex'),
    chunk('IHDR', [0, 0, 0, width, 0, 0, 0, 1, 2, 3, 0, 0, 0]),
    chunk('PLTE', palette),
    chunk('IDAT', [...deflateSync(Uint8Array.of(0, ...pixels))]),
    chunk('IEND', []),
  ]);
}

describe('decodeImage', () => {
  it('gives planes of colour, whatever the PNG has', () => {
    const decoded = (file: Uint8Array): string => decodeImage(file, 'a.png').data.join();
    expect(decoded(png(3, [1, 2, 3, 4, 5, 6]))).toBe('1,4,2,5,3,6');
    expect(decoded(png(4, [1, 2, 3, 0, 4, 5, 6, 255]))).toBe('1,4,2,5,3,6');
    expect(decoded(png(1, [7, 9]))).toBe('7,9,7,9,7,9');
    expect(decoded(png(2, [7, 0, 9, 255]))).toBe('7,9,7,9,7,9');
    expect(decoded(png(3, [256, 0, 0, 65535, 0, 0], 16))).toBe('1,255,0,0,0,0');
    expect(decoded(png(1, [0b10100000], 1, 3)).slice(0, 9)).toBe('255,0,255');
  });

  it('looks up the colours of a palette', () => {
    const file = paletted(5, [0b00_01_10_01, 0b10_00_00_00], [1, 2, 3, 4, 5, 6, 7, 8, 9]);
    expect(decodeImage(file, 'a.png').data.join()).toBe('1,4,7,4,7,2,5,8,5,8,3,6,9,6,9');
  });

  it('gives grey by the weights of the colours', () => {
    const image = decodeImage(png(3, [255, 0, 0, 0, 255, 0]), 'a.png', 1);
    expect([image.channels, ...image.data]).toEqual([1, 76, 150]);
  });

  it('reads JPEG', () => {
    const data = new Uint8Array(8 * 8 * 4).fill(200);
    const file = new Uint8Array(jpeg.encode({ width: 8, height: 8, data }, 100).data);
    const image = decodeImage(file, 'a.jpeg');
    expect([image.channels, image.height, image.width]).toEqual([3, 8, 8]);
    expect(image.data.every((value) => Math.abs(value - 200) <= 1)).toBe(true);
    for (const length of [2, 20, 100, file.length - 20]) {
      expect(() => decodeImage(file.subarray(0, length), 'a.jpeg')).toThrow(
        `a.jpeg: ${length} bytes of JPEG are damaged or not all there`,
      );
    }
  });

  it('notices where a PNG ends early, at every byte, and any damage', () => {
    const file = png(3, [1, 2, 3, 4, 5, 6]);
    for (let length = 0; length < file.length; length++) {
      expect(() => decodeImage(file.subarray(0, length), 'a.png'), `${length} bytes`).toThrow(
        DataError,
      );
    }
    for (let at = 0; at < file.length; at++) {
      const bytes = file.slice();
      bytes[at]! ^= 0x21;
      expect(() => decodeImage(bytes, 'a.png'), `byte ${at}`).toThrow(DataError);
    }
  });

  it('says what a file is not', () => {
    expect(() => decodeImage(Uint8Array.of(71, 73, 70), 'a.png')).toThrow(
      'a.png: byte 0: expected the signature of a PNG or JPEG file, got 47 49 46.',
    );
    expect(() => decodeImage(png(1, [1, 2]), 'a.jpg')).toThrow(
      'a.jpg: byte 0: expected what the name says, got a PNG file. Rename it.',
    );
  });
});
