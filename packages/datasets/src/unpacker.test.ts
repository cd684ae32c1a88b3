import { DataError } from '@kasane/tensor-core';
import fc from 'fast-check';
import { deflateSync, gzipSync } from 'node:zlib';
import { describe, expect, it } from 'vitest';
import { parseCifar10, parseIdx } from './index.ts';
import { Unpacker } from './unpacker.ts';

const joined = (...parts: readonly Uint8Array[]): Uint8Array => Buffer.concat(parts);
const bytes = fc.uint8Array({ maxLength: 400 });

describe('Unpacker', () => {
  it('gives back what was packed, in pieces of any size on both sides', () => {
    fc.assert(
      fc.property(bytes, fc.integer({ min: 1, max: 50 }), (content, size) => {
        const packed = deflateSync(content);
        const pieces = Array.from({ length: Math.ceil(packed.length / size) }, (_, i) =>
          packed.subarray(i * size, (i + 1) * size),
        );
        const unpacker = new Unpacker([new Uint8Array(0), ...pieces], 'zlib');
        const parts: Uint8Array[] = [];
        do parts.push(unpacker.readInto(new Uint8Array(size)));
        while (parts.at(-1)!.length > 0);
        expect(joined(...parts)).toEqual(Buffer.from(content));
        expect(unpacker.atEnd()).toBe(true);
      }),
    );
  });

  it('reads members of gzip one after the other, with zeros behind each', () => {
    fc.assert(
      fc.property(fc.array(bytes, { minLength: 1, maxLength: 4 }), fc.nat(20), (members, zeros) => {
        const file = members.map((m) => joined(gzipSync(m), new Uint8Array(zeros)));
        const unpacker = new Unpacker([joined(...file)], 'gzip');
        const content = joined(...members);
        expect(Buffer.from(unpacker.readInto(new Uint8Array(2000)))).toEqual(content);
      }),
    );
  });

  it('wants checksums that are right, and an end', () => {
    const content = Uint8Array.from({ length: 300 }, (_, i) => i * i);
    for (const [format, packed] of [
      ['zlib', deflateSync(content)],
      ['gzip', gzipSync(content)],
    ] as const) {
      const trailer = format === 'zlib' ? 4 : 8;
      for (let at = packed.length - trailer; at < packed.length; at++) {
        const damaged = Uint8Array.from(packed);
        damaged[at]! ^= 1;
        expect(() => new Unpacker([damaged], format).readInto(new Uint8Array(400))).toThrow(
          /incorrect/,
        );
        const cut = new Unpacker([packed.subarray(0, at)], format);
        expect(() => cut.readInto(new Uint8Array(400))).toThrow('the packed data end too early');
      }
    }
  });
});

describe('gzipped files', () => {
  const idx = Uint8Array.of(0, 0, 8, 1, 0, 0, 0, 5, 1, 2, 3, 4, 5);

  it('may have several members, and be padded with zeros', async () => {
    for (let cut = 0; cut <= idx.length; cut++) {
      const members = [idx.subarray(0, cut), idx.subarray(cut)].map((part) => gzipSync(part));
      for (const padding of [0, 1, 512]) {
        const file = joined(...members, new Uint8Array(padding));
        expect((await parseIdx(file, 'f.gz')).data.join()).toBe('1,2,3,4,5');
      }
    }
    const record = new Uint8Array(3073).fill(7);
    const file = joined(gzipSync(record.subarray(0, 1000)), gzipSync(record.subarray(1000)));
    expect((await parseCifar10([{ name: 'b.gz', bytes: file }])).labels.join()).toBe('7');
  });

  it('have nothing else behind the last member', async () => {
    const garbage = joined(gzipSync(idx), Uint8Array.of(1, 2, 3));
    await expect(parseIdx(garbage, 'f.gz')).rejects.toThrow('gzip are damaged or not all there');
    const more = joined(gzipSync(idx), gzipSync(Uint8Array.of(6)));
    await expect(parseIdx(more, 'f.gz')).rejects.toThrow(
      'f.gz: byte 13: expected 13 bytes in all for [5], got more.',
    );
  });

  it('are unpacked no further than they are what they should be', async () => {
    // 1 GB of one value, packed into 1 MB
    const much = (value: number): Uint8Array => {
      const member = gzipSync(new Uint8Array(2 ** 20).fill(value));
      return joined(...Array.from({ length: 1024 }, () => member));
    };
    const [zeros, labels] = [much(0), much(99)];
    const before = process.resourceUsage().maxRSS;
    await expect(parseIdx(zeros, 'f.gz')).rejects.toThrow("byte 0: expected an IDX file's magic");
    await expect(parseCifar10([{ name: 'b.gz', bytes: labels }])).rejects.toThrow(
      new DataError('b.gz: byte 0: expected a label from 0 to 9, got 99.'),
    );
    // 4 GB in a file of a few bytes, which cannot hold them
    const header = gzipSync(Uint8Array.of(0, 0, 8, 1, 255, 255, 255, 255, 1));
    await expect(parseIdx(header, 'f.gz')).rejects.toThrow(
      /expected 4294967303 bytes in all for \[4294967295\], got the end of the file after at most \d+ bytes\.$/,
    );
    expect(process.resourceUsage().maxRSS - before).toBeLessThan(50_000); // kB
  });
});
