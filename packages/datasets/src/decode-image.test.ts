import { DataError } from '@kasane/tensor-core';
import { encode } from 'fast-png';
import fc from 'fast-check';
import { readFileSync } from 'node:fs';
import { crc32, deflateSync } from 'node:zlib';
import { describe, expect, it } from 'vitest';
import { decodeImage } from './images.ts';
import { bytesFor } from './unpacker.ts';

const png = (channels: number, data: number[], depth: 1 | 8 | 16 = 8, width: number = 2) =>
  encode({
    width,
    height: 1,
    channels,
    depth,
    data: depth === 16 ? Uint16Array.from(data) : Uint8Array.from(data),
  });

interface Picture {
  readonly name: string;
  readonly kind: 'jpg' | 'png';
  readonly height: number;
  readonly width: number;
  /** The file in base64, and the planes that Pillow reads from it. */
  readonly file: string;
  readonly rgb: string;
}

const pictures = JSON.parse(
  readFileSync(new URL('../test/fixtures/pictures.json', import.meta.url), 'utf8'),
) as readonly Picture[]; // generate.py beside it wrote them
const fileOf = (name: string): Uint8Array => {
  return Buffer.from(pictures.find((picture) => picture.name === name)!.file, 'base64');
};

const chunk = (type: string, data: Uint8Array | readonly number[]): Uint8Array => {
  const body = Buffer.concat([Buffer.from(type), Uint8Array.from(data)]);
  const out = Buffer.alloc(body.length + 8);
  out.writeUInt32BE(data.length, 0);
  out.set(body, 4);
  out.writeUInt32BE(crc32(body), body.length + 4);
  return out;
};

/** A PNG file of 8 bits: the header, chunks, and the end. */
const pngOf = (width: number, height: number, type: number, ...chunks: Uint8Array[]) => {
  const header = new DataView(new ArrayBuffer(13));
  header.setUint32(0, width);
  header.setUint32(4, height);
  header.setUint16(8, (8 << 8) | type);
  return Buffer.concat([
    Buffer.from('89504e470d0a1a0a', 'hex'),
    chunk('IHDR', new Uint8Array(header.buffer)),
    ...chunks,
    chunk('IEND', []),
  ]);
};

/** A JPEG file of grey in which every bit says that there is no more: two for each block of 8 × 8. */
function greyJpeg(side: number, marker: number = 0xc0): Uint8Array {
  const segment = (code: number, ...data: number[]) => [255, code, 0, data.length + 2, ...data];
  const code = [1, ...Array.from({ length: 15 }, () => 0), 0]; // one bit for the byte 0
  const header = [
    ...[255, 0xd8],
    ...segment(0xdb, 0, ...Array.from({ length: 64 }, () => 1)),
    ...segment(marker, 8, side >> 8, side & 255, side >> 8, side & 255, 1, 1, 0x11, 0),
    ...segment(0xc4, 0x00, ...code),
    ...segment(0xc4, 0x10, ...code),
    ...segment(0xda, 1, 1, 0, 0, 63, 0),
  ];
  const blocks = Math.ceil(side / 8) ** 2;
  return Buffer.concat([
    Uint8Array.from(header),
    Buffer.alloc(Math.ceil(blocks / 4)),
    Uint8Array.of(255, 0xd9),
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

  it.each(pictures.map((picture) => [picture.kind, picture.name, picture] as const))(
    'reads %s: %s, as Pillow reads it',
    (kind, _name, { file, height, width, rgb }) => {
      const image = decodeImage(Buffer.from(file, 'base64'), `a.${kind}`);
      expect([image.channels, image.height, image.width]).toEqual([3, height, width]);
      expect(Buffer.from(image.data).equals(Buffer.from(rgb, 'base64'))).toBe(true);
    },
  );

  it('wants colours that the palette has', () => {
    const file = pngOf(
      2,
      1,
      3,
      chunk('PLTE', [1, 2, 3]),
      chunk('IDAT', deflateSync(Uint8Array.of(0, 0, 1))),
    );
    expect(() => decodeImage(file, 'a.png')).toThrow('a pixel has colour 1 of a palette of 1.');
    const none = pngOf(1, 1, 3, chunk('IDAT', deflateSync(Uint8Array.of(0, 0))));
    expect(() => decodeImage(none, 'a.png')).toThrow('a palette of red, green and blue is needed');
  });

  it('gives grey by the weights of the colours', () => {
    const image = decodeImage(png(3, [255, 0, 0, 0, 255, 0]), 'a.png', 1);
    expect([image.channels, ...image.data]).toEqual([1, 76, 150]);
  });

  it('notices where a JPEG ends early, at every byte', () => {
    for (const name of ['baseline 4:2:0', 'progressive 4:4:4 with restarts']) {
      const file = fileOf(name);
      for (let length = 0; length < file.length; length++) {
        expect(() => decodeImage(file.subarray(0, length), 'a.jpeg')).toThrow(DataError);
      }
      expect(() => decodeImage(file.subarray(0, 200), 'a.jpeg')).toThrow(
        'a.jpeg: 200 bytes of JPEG are damaged or not all there: ',
      );
    }
  });

  it('gives a picture or says what is wrong, whatever bytes of a JPEG are changed', () => {
    const files = pictures.filter(({ kind }) => kind === 'jpg').map(({ name }) => fileOf(name));
    const change = fc.tuple(fc.nat(), fc.integer({ min: 1, max: 255 }));
    const changes = fc.array(change, { minLength: 1, maxLength: 4 });
    fc.assert(
      fc.property(fc.constantFrom(...files), changes, (file, changes) => {
        const bytes = Uint8Array.from(file);
        for (const [at, by] of changes) bytes[2 + (at % (bytes.length - 2))]! ^= by;
        try {
          const { data, channels, height, width } = decodeImage(bytes, 'a.jpg');
          expect(data.length).toBe(channels * height * width);
        } catch (error) {
          expect(error).toBeInstanceOf(DataError);
          // Not what the engine says of a value that is not there
          expect(String(error)).not.toMatch(/undefined|null|NaN|iterable|reading/);
        }
      }),
      { numRuns: 500 },
    );
  });

  it('says which kinds of JPEG it does not read', () => {
    expect(() => decodeImage(greyJpeg(8, 0xc9), 'a.jpg')).toThrow(
      new DataError(
        'a.jpg: arithmetic coding is not supported in JPEG. Save the picture as baseline or progressive with 8 bits.',
      ),
    );
    expect(() => decodeImage(greyJpeg(8, 0xc3), 'a.jpg')).toThrow(
      'a.jpg: lossless or layered coding',
    );
    const deep = greyJpeg(8, 0xc1);
    deep[deep.indexOf(0xc1) + 3] = 12;
    expect(() => decodeImage(deep, 'a.jpg')).toThrow('a.jpg: a precision of 12 bits');
  });

  it('reads pictures of many megapixels, and tells those that are too many from damage', () => {
    const image = decodeImage(greyJpeg(6480), 'a.jpg', 1);
    expect([image.data.length, image.data[0], image.data.at(-1)]).toEqual([41_990_400, 128, 128]);
    expect(() => bytesFor('a.jpg', 2 ** 60)).toThrow(
      new DataError(
        `a.jpg: what the file says it holds takes ${2 ** 60} bytes, more than there is memory for.`,
      ),
    );
  }, 30_000);

  it('makes no room for what cannot be in the file', () => {
    const small = greyJpeg(8);
    small.set([0xff, 0xff, 0xff, 0xff], small.indexOf(0xc0) + 4);
    const pixels = deflateSync(Uint8Array.of(0, 1, 2, 3));
    const before = process.resourceUsage().maxRSS;
    expect(() => decodeImage(small, 'a.jpg')).toThrow(
      /65535 × 65535 pixels take at least 16777216 bytes, got \d+\.$/,
    );
    const huge = pngOf(30_000, 30_000, 2, chunk('IDAT', pixels));
    expect(() => decodeImage(huge, 'a.png')).toThrow(
      '30000 × 30000 pixels take 2700030000 bytes, got at most',
    );
    expect(process.resourceUsage().maxRSS - before).toBeLessThan(50_000); // kB
  });

  it('unpacks no more than the picture, and nothing that only describes it', () => {
    const zeros = deflateSync(Buffer.alloc(2 ** 26));
    const pixels = deflateSync(Uint8Array.of(0, 1, 2, 3));
    const before = process.resourceUsage().maxRSS;
    for (const packed of [zeros, deflateSync(Buffer.alloc(5))]) {
      expect(() => decodeImage(pngOf(1, 1, 2, chunk('IDAT', packed)), 'a.png')).toThrow(
        'PNG are damaged or not all there: 1 × 1 pixels take 4 bytes, got more.',
      );
    }
    const profile = chunk('iCCP', Buffer.concat([Buffer.from('p\0\0'), zeros]));
    const described = pngOf(1, 1, 2, profile, chunk('IDAT', pixels));
    expect(decodeImage(described, 'a.png').data.join()).toBe('1,2,3');
    expect(process.resourceUsage().maxRSS - before).toBeLessThan(30_000); // kB, of 64 MB
    const short = pngOf(1, 2, 2, chunk('IDAT', pixels));
    expect(() => decodeImage(short, 'a.png')).toThrow('1 × 2 pixels take 8 bytes, got 4.');
  });

  it("wants the checksum of a PNG's pixels, and chunks that it knows", () => {
    const pixels = deflateSync(Uint8Array.of(0, 1, 2, 3));
    for (let at = pixels.length - 4; at < pixels.length; at++) {
      const damaged = Uint8Array.from(pixels);
      damaged[at]! ^= 1; // the checksum of the chunk is right
      expect(() => decodeImage(pngOf(1, 1, 2, chunk('IDAT', damaged)), 'a.png')).toThrow(
        'damaged or not all there: incorrect data check.',
      );
    }
    const unknown = pngOf(1, 1, 2, chunk('ABCD', [1]), chunk('IDAT', pixels));
    expect(() => decodeImage(unknown, 'a.png')).toThrow('the chunk ABCD is unknown');
    const known = pngOf(1, 1, 2, chunk('abCd', [1]), chunk('IDAT', pixels));
    expect(decodeImage(known, 'a.png').data.join()).toBe('1,2,3');
    expect(() => decodeImage(pngOf(1, 1, 2), 'a.png')).toThrow('there is no chunk IDAT');
    expect(() => decodeImage(pngOf(0, 1, 2), 'a.png')).toThrow('got 0 × 1');
    expect(() => decodeImage(pngOf(1, 1, 5), 'a.png')).toThrow(
      'there is no colour type 5 with 8 bits',
    );
  });

  it('notices where a PNG ends early, at every byte, and any damage', () => {
    const file = png(3, [1, 2, 3, 4, 5, 6]);
    for (let length = 0; length < file.length; length++) {
      expect(() => decodeImage(file.subarray(0, length), 'a.png')).toThrow(DataError);
    }
    for (let at = 0; at < file.length; at++) {
      const bytes = file.slice();
      bytes[at]! ^= 0x21;
      expect(() => decodeImage(bytes, 'a.png')).toThrow(DataError);
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
