import { DataError } from '@kasane/tensor-core';
import { gzipSync } from 'node:zlib';
import { describe, expect, it } from 'vitest';
import { idxImages, parseIdx } from './index.ts';

/** An IDX file: the type, the dimensions, the bytes. */
const idx = (type: number, shape: readonly number[], body: readonly number[]): Uint8Array => {
  const header = new DataView(new ArrayBuffer(4 + 4 * shape.length));
  header.setUint8(2, type);
  header.setUint8(3, shape.length);
  shape.forEach((d, i) => header.setUint32(4 + 4 * i, d));
  return Uint8Array.of(...new Uint8Array(header.buffer), ...body);
};
const pictures = idx(8, [2, 1, 3], [1, 2, 3, 4, 5, 6]);

describe('parseIdx', () => {
  it('reads every type, gzipped or not', async () => {
    expect(await parseIdx(pictures, 'f')).toMatchObject({ shape: [2, 1, 3], name: 'f' });
    expect((await parseIdx(gzipSync(pictures), 'f')).data.join()).toBe('1,2,3,4,5,6');
    expect((await parseIdx(idx(0x09, [2], [255, 1]), 'f')).data.join()).toBe('-1,1');
    expect((await parseIdx(idx(0x0b, [1], [255, 254]), 'f')).data.join()).toBe('-2');
    expect((await parseIdx(idx(0x0c, [1], [0, 0, 1, 2]), 'f')).data.join()).toBe('258');
    expect((await parseIdx(idx(0x0d, [1], [63, 128, 0, 0]), 'f')).data.join()).toBe('1');
    expect((await parseIdx(idx(0x0e, [1], [191, 240, 0, 0, 0, 0, 0, 0]), 'f')).data.join()).toBe(
      '-1',
    );
    expect((await parseIdx(idx(8, [0, 4], []), 'f')).data.length).toBe(0);
  });

  it('says where a file ends too early, at every byte', async () => {
    for (let length = 0; length < pictures.length; length++) {
      const error = await parseIdx(pictures.subarray(0, length), 'train-images').catch(
        (error: unknown) => error,
      );
      expect(error).toBeInstanceOf(DataError);
      const wanted =
        length < 4
          ? "an IDX file's 4 bytes of magic"
          : length < 16
            ? 'a header of 16 bytes'
            : '22 bytes in all for [2,1,3]';
      expect(String(error)).toBe(
        `DataError: train-images: byte ${length}: expected ${wanted}, got the end of the file after ${length} bytes.`,
      );
    }
  });

  it('says what is too much or no IDX at all', async () => {
    await expect(parseIdx(Uint8Array.of(...pictures, 0), 'f')).rejects.toThrow(
      'f: byte 22: expected 22 bytes in all for [2,1,3], got the end of the file after 23 bytes.',
    );
    for (const at of [0, 1, 2]) {
      const bytes = pictures.slice();
      bytes[at] = 7;
      await expect(parseIdx(bytes, 'f')).rejects.toThrow("f: byte 0: expected an IDX file's magic");
    }
  });

  it('notices damage of a gzip body at every byte, and where it ends early', async () => {
    const packed = gzipSync(pictures);
    for (let length = 3; length < packed.length; length++) {
      await expect(parseIdx(packed.subarray(0, length), 'f.gz')).rejects.toThrow(
        `f.gz: ${length} bytes of gzip are damaged or not all there.`,
      );
    }
    let unnoticed = 0;
    for (let at = 10; at < packed.length; at++) {
      const bytes = Uint8Array.from(packed);
      bytes[at]! ^= 0x10;
      const outcome = await parseIdx(bytes, 'f.gz').catch((error: unknown) => error);
      if (outcome instanceof DataError) continue;
      // The last byte before the checksum has bits that mean nothing.
      expect(outcome).toEqual(await parseIdx(pictures, 'f.gz'));
      unnoticed++;
    }
    expect(unnoticed).toBeLessThanOrEqual(1);
  });
});

describe('idxImages', () => {
  const labels = idx(8, [2], [3, 9]);

  it('joins pictures and labels', async () => {
    const images = idxImages(await parseIdx(pictures, 'a'), await parseIdx(labels, 'b'));
    expect([images.length, images.width, images.labels.join()]).toEqual([2, 3, '3,9']);
    expect(images.image(1).data.join()).toBe('4,5,6');
  });

  it('says when files were mixed up', async () => {
    const [a, b] = [await parseIdx(pictures, 'a'), await parseIdx(labels, 'b')];
    expect(() => idxImages(b, a)).toThrow(
      'b: expected bytes of shape (N, H, W), got Uint8Array of shape [2]. Is it the file of the labels?',
    );
    expect(() => idxImages(a, a)).toThrow(
      'a: expected bytes of shape (N), got Uint8Array of shape [2,1,3]',
    );
    const three = await parseIdx(idx(8, [3], [1, 2, 3]), 'c');
    expect(() => idxImages(a, three)).toThrow(
      'c: byte 4: expected 2 labels, as a has pictures, got 3.',
    );
    const eleven = await parseIdx(idx(8, [2], [1, 11]), 'd');
    expect(() => idxImages(a, eleven)).toThrow('d: byte 9: expected a label below 10, got 11.');
  });
});
