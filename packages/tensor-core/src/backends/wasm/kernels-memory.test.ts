import { describe, expect, it } from 'vitest';
import { LENGTHS, SPECIALS, benches, expectSame, numbers } from '../../../test/kernels-fixture.ts';

interface View {
  readonly shape: readonly [number, number, number, number];
  readonly strides: readonly [number, number, number, number];
  readonly offset: number;
}

const VIEWS: readonly View[] = [
  { shape: [2, 3, 4, 5], strides: [60, 20, 5, 1], offset: 0 },
  { shape: [2, 3, 5, 40], strides: [600, 200, 40, 1], offset: 7 },
  { shape: [1, 1, 9, 7], strides: [0, 0, 1, 9], offset: 0 },
  { shape: [2, 1, 70, 67], strides: [4690, 0, 1, 70], offset: 3 },
  { shape: [1, 2, 130, 4], strides: [0, 600, 1, 150], offset: 0 },
  { shape: [3, 2, 4, 5], strides: [0, 1, 0, 0], offset: 2 },
  { shape: [1, 2, 8, 9], strides: [0, 0, 1, 0], offset: 4 },
  { shape: [2, 3, 4, 5], strides: [-60, 20, -5, -1], offset: 79 },
  { shape: [1, 1, 8, 8], strides: [0, 0, 1, -8], offset: 56 },
  { shape: [2, 2, 3, 3], strides: [1, 50, 7, 2], offset: 0 },
  { shape: [2, 0, 3, 3], strides: [1, 50, 7, 2], offset: 0 },
  { shape: [2, 2, 3, 0], strides: [1, 50, 7, 2], offset: 0 },
];

/** Philox 4x32-10 in BigInt, straight from its definition. */
function philox(counter: readonly bigint[], key: readonly bigint[]): bigint[] {
  const mask = 0xffffffffn;
  let [c0 = 0n, c1 = 0n, c2 = 0n, c3 = 0n] = counter;
  let [k0 = 0n, k1 = 0n] = key;
  for (let round = 0; round < 10; round++) {
    const [p0, p1] = [0xd2511f53n * c0, 0xcd9e8d57n * c2];
    [c0, c1, c2, c3] = [(p1 >> 32n) ^ c1 ^ k0, p1 & mask, (p0 >> 32n) ^ c3 ^ k1, p0 & mask];
    k0 = (k0 + 0x9e3779b9n) & mask;
    k1 = (k1 + 0xbb67ae85n) & mask;
  }
  return [c0, c1, c2, c3];
}

for (const bench of benches) {
  const { kernels } = bench;

  describe(`moving data, ${bench.name}`, () => {
    it.each(VIEWS)('copies the view $shape with strides $strides', ({ shape, strides, offset }) => {
      const [d0, d1, d2, d3] = shape;
      const [s0, s1, s2, s3] = strides;
      const index: number[] = [];
      for (let i = 0; i < d0 * d1 * d2 * d3; i++) {
        const i3 = i % d3;
        const i2 = Math.floor(i / d3) % d2;
        const i1 = Math.floor(i / (d3 * d2)) % d1;
        index.push(offset + Math.floor(i / (d3 * d2 * d1)) * s0 + i1 * s1 + i2 * s2 + i3 * s3);
      }
      const x = numbers(12000);
      bench.reset();
      const source = bench.put(x);
      const out = bench.out(index.length);
      kernels.stridedCopy(source, out, ...shape, ...strides, offset);
      expectSame(
        bench.read(out, index.length),
        index.map((i) => x[i] ?? NaN),
      );

      const bytes = Uint8Array.from(x, (v) => v * 1000);
      const outBytes = bench.reserve(index.length + 1);
      kernels.fillBytes(outBytes, index.length + 1, 77);
      kernels.stridedCopy1(bench.putBytes(bytes), outBytes, ...shape, ...strides, offset);
      expect(Array.from(bench.readBytes(outBytes, index.length + 1))).toEqual([
        ...index.map((i) => bytes[i]),
        77,
      ]);

      // Pairs of floats stand for 8-byte elements.
      const pairs = numbers(24000, -1, 1, 2);
      const outPairs = bench.out(2 * index.length);
      kernels.stridedCopy8(bench.put(pairs), outPairs, ...shape, ...strides, offset);
      expectSame(
        bench.read(outPairs, 2 * index.length),
        index.flatMap((i) => [pairs[2 * i] ?? NaN, pairs[2 * i + 1] ?? NaN]),
      );
    });

    it('gathers rows and scatters them back by addition, in order', () => {
      for (const width of LENGTHS) {
        const index = [3, 0, 3, 2, 4, 3];
        const table = numbers(5 * width);
        const rows = numbers(6 * width, -1, 1, 5);
        bench.reset();
        const out = bench.out(6 * width);
        kernels.gatherRows(bench.put(table, 4), bench.putInts(index), out, 6, width);
        expectSame(
          bench.read(out, 6 * width),
          index.flatMap((r) => Array.from(table.subarray(r * width, (r + 1) * width))),
        );

        const sums = bench.out(5 * width);
        kernels.copy(sums, bench.put(table), 20 * width);
        kernels.scatterAddRows(sums, bench.putInts(index), bench.put(rows), 6, width);
        const expected = table.slice();
        index.forEach((r, i) => {
          for (let j = 0; j < width; j++) expected[r * width + j]! += rows[i * width + j] ?? NaN;
        });
        expectSame(bench.read(sums, 5 * width), expected);
      }
    });

    it('fills and copies any number of elements', () => {
      for (const n of LENGTHS) {
        const y = numbers(n, -1, 1, 6);
        bench.reset();
        const filled = bench.out(n, 4);
        kernels.fill(filled, n, 0.1);
        expectSame(bench.read(filled, n), Array(n).fill(0.1));

        const moved = bench.out(n, 4);
        kernels.copy(moved, bench.put(y), 4 * n);
        expectSame(bench.read(moved, n), y);
      }
    });

    it('isFinite is 1 only without NaN and infinities, wherever they stand', () => {
      for (const n of LENGTHS) {
        const x = numbers(n, -3e38, 3e38);
        bench.reset();
        expect(kernels.isFinite(bench.put(x), n)).toBe(1);
        for (const special of SPECIALS.filter((v) => !Number.isFinite(v))) {
          for (let i = 0; i < Math.min(n, 20); i++) {
            const spoilt = x.with(n - 1 - i, special);
            bench.reset();
            expect(kernels.isFinite(bench.put(spoilt), n)).toBe(0);
          }
        }
      }
    });
  });

  describe(`random numbers, ${bench.name}`, () => {
    // Known answers of the generator's authors, for the definition the kernel is compared with.
    it('the definition gives the published words', () => {
      expect(philox([0n, 0n, 0n, 0n], [0n, 0n])).toEqual([
        0x6627e8d5n,
        0xe169c58dn,
        0xbc57ac4cn,
        0x9b00dbd8n,
      ]);
    });

    it('philoxWords follows the definition, across the carry of the counter', () => {
      const seed = [0x12345678, 0x9abcdef0] as const;
      for (const [low, high] of [
        [0, 0],
        [0xfffffffe, 5],
        [0xfffffff0, 0xffffffff],
      ] as const) {
        for (const n of LENGTHS) {
          bench.reset();
          const out = bench.out(n);
          kernels.philoxWords(out, n, seed[0], seed[1], low, high);
          const expected = Array.from({ length: n }, (_, i) => {
            const start = (BigInt(high) << 32n) | BigInt(low);
            const counter = BigInt.asUintN(64, start + BigInt(i >> 2));
            const words = philox(
              [counter & 0xffffffffn, counter >> 32n, 0n, 0n],
              seed.map((word) => BigInt(word)),
            );
            return Number(BigInt.asIntN(32, words[i & 3]!));
          });
          expect([...bench.readInts(out, n)]).toEqual(expected);
        }
      }
    });
  });
}
