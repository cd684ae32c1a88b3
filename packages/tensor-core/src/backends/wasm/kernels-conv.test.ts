import { describe, it } from 'vitest';
import {
  benches,
  expectNear,
  expectSame,
  numbers,
  type KernelBench,
} from '../../../test/kernels-fixture.ts';
import type { ConvGeometry } from './kernels.ts';

interface Case {
  readonly images?: number;
  readonly groups?: number;
  readonly channels: readonly [per: number, out: number];
  readonly input: readonly number[];
  readonly kernel: readonly number[];
  readonly stride?: readonly number[];
  readonly pad?: readonly number[];
  readonly dilation?: readonly number[];
}

const three = (list: readonly number[], fill: number): readonly [number, number, number] => [
  list.at(-3) ?? fill,
  list.at(-2) ?? fill,
  list.at(-1) ?? fill,
];

function geometryOf(c: Case): ConvGeometry {
  const { images = 2, groups = 1, channels, stride = [], pad = [], dilation = [] } = c;
  const [input, kernel] = [three(c.input, 1), three(c.kernel, 1)];
  const [s, p, d] = [three(stride, 1), three(pad, 0), three(dilation, 1)];
  const output = input.map((size, i) => {
    return Math.floor((size + 2 * p[i]! - d[i]! * (kernel[i]! - 1) - 1) / s[i]!) + 1;
  });
  return [images, groups, ...channels, ...input, ...kernel, ...three(output, 1), ...s, ...p, ...d];
}

/** Every stride, kernel and dilation up to three, and what reaches blocks and edges of them. */
const CASES: readonly Case[] = [
  ...[1, 2, 3].flatMap((s) =>
    [1, 2, 3].flatMap((k) =>
      [1, 2].flatMap((d) =>
        [0, 1, 2].map((p): Case => {
          const groups = 1 + ((s + k + d + p) % 3);
          const channels = [1 + ((s + p) % 3), 1 + ((k * 3 + d + p) % 8)] as const;
          const steps = { stride: [s, s], dilation: [d, d], pad: [p, p] };
          return { groups, channels, input: [9, 11], kernel: [k, k], ...steps };
        }),
      ),
    ),
  ),
  { channels: [2, 3], input: [5, 6, 7], kernel: [3, 2, 3], stride: [2, 1, 2], pad: [1, 1, 1] },
  { channels: [2, 2], input: [4, 5, 6], kernel: [2, 2, 2], stride: [1, 2, 1], dilation: [2, 1, 1] },
  { channels: [3, 5], input: [3000], kernel: [7], pad: [3] }, // more positions than a block
  { images: 1, channels: [40, 100], input: [12, 13], kernel: [3, 3], pad: [1, 1] }, // more channels
  { channels: [300, 7], input: [6, 6], kernel: [1, 1] },
  { images: 1, channels: [2, 3], input: [40, 40], kernel: [18, 17], stride: [2, 3] }, // more taps
  { images: 1, channels: [40, 2], input: [60, 200], kernel: [3, 3], pad: [1, 1] }, // several copies
  { images: 7, channels: [3, 4], input: [4, 4], kernel: [4, 4], stride: [4, 4] }, // several images
  { channels: [2, 3], input: [8, 8], kernel: [3, 3], pad: [4, 4] },
  { channels: [2, 3], input: [2, 2], kernel: [1, 1], stride: [3, 3] },
  { images: 0, channels: [2, 3], input: [4, 4], kernel: [3, 3] },
];

/** Visits all products: the definition. */
function forEachProduct(g: ConvGeometry, visit: (x: number, w: number, y: number) => void): void {
  const [N, G, C, O, D, H, W, KD, KH, KW, OD, OH, OW] = g;
  const [SD, SH, SW, PD, PH, PW, DD, DH, DW] = g.slice(13);
  const grid = (sizes: readonly number[], each: (...at: number[]) => void): void => {
    const walk = (at: number[]): void => {
      if (at.length === sizes.length) each(...at);
      else for (let i = 0; i < sizes[at.length]!; i++) walk([...at, i]);
    };
    walk([]);
  };
  grid([N, G, O, OD, OH, OW], (n, group, o, z, v, u) => {
    const y = (((n! * G + group!) * O + o!) * OD + z!) * OH * OW + v! * OW + u!;
    grid([C, KD, KH, KW], (c, i, j, k) => {
      const d = z! * SD! - PD! + i! * DD!;
      const h = v! * SH! - PH! + j! * DH!;
      const w = u! * SW! - PW! + k! * DW!;
      if (d < 0 || h < 0 || w < 0 || d >= D || h >= H || w >= W) return;
      const x = (((n! * G + group!) * C + c!) * D + d) * H * W + h * W + w;
      visit(x, (((group! * O + o!) * C + c!) * KD + i!) * KH * KW + j! * KW + k!, y);
    });
  });
}

const known = new Map<string, ReturnType<typeof define>>();

/** Inputs, and what comes of them by definition: the same for every bench. */
function define(geometry: ConvGeometry) {
  const [N, G, C, O, D, H, W, KD, KH, KW, OD, OH, OW] = geometry;
  const x = numbers(N * G * C * D * H * W, -1, 1, 1);
  const w = numbers(G * O * C * KD * KH * KW, -1, 1, 2);
  const y = numbers(N * G * O * OD * OH * OW, -1, 1, 3);
  const [forBias, backBias] = [numbers(G * O, -1, 1, 4), numbers(G * C, -1, 1, 5)];
  const channel = OD * OH * OW;
  const wantY = Float64Array.from(y, (_, i) => forBias[Math.floor(i / channel) % (G * O)]!);
  const wantX = Float64Array.from(x, (_, i) => backBias[Math.floor(i / (D * H * W)) % (G * C)]!);
  const wantW = new Float64Array(w.length);
  forEachProduct(geometry, (i, k, o) => {
    wantY[o]! += x[i]! * w[k]!;
    wantX[i]! += y[o]! * w[k]!;
    wantW[k]! += x[i]! * y[o]!;
  });
  return { x, w, y, forBias, backBias, wantY, wantX, wantW };
}

function check(bench: KernelBench, geometry: ConvGeometry): void {
  const [N, G, , O] = geometry;
  const { kernels, scratch } = bench;
  const key = geometry.join();
  if (!known.has(key)) known.set(key, define(geometry));
  const { x, w, y, forBias, backBias, wantY, wantX, wantW } = known.get(key)!; // set above
  bench.reset();
  const [atX, atW, atY] = [bench.put(x, 4), bench.put(w, 8), bench.put(y, 4)];
  const [atForth, atBack] = [bench.put(forBias, 4), bench.put(backBias)];
  const run = (
    size: number,
    parts: number,
    call: (out: number, from: number, many: number) => void,
  ) => {
    const [whole, split] = [bench.out(size, 4), bench.out(size, 8)];
    call(whole, 0, parts);
    const cut = Math.ceil(parts / 3);
    call(split, 0, cut);
    call(split, cut, parts - cut);
    const result = bench.read(whole, size);
    expectSame(bench.read(split, size), result); // a split changes no bit
    return result;
  };
  const forward = run(y.length, N, (out, from, many) =>
    kernels.convForward(atX, atW, atForth, out, scratch, from, many, ...geometry),
  );
  expectNear(forward, wantY, 2e-5);
  const back = run(x.length, N, (out, from, many) =>
    kernels.convInput(atY, atW, atBack, out, scratch, from, many, ...geometry),
  );
  expectNear(back, wantX, 2e-5);
  const weight = run(w.length, G * O, (out, from, many) =>
    kernels.convWeight(atX, atY, out, scratch, from, many, ...geometry),
  );
  expectNear(weight, wantW, 1e-4);
}

for (const bench of benches) {
  describe(`convolutions, ${bench.name}`, () => {
    it.each(CASES)('$input by $kernel, channels $channels, stride $stride', (c) => {
      check(bench, geometryOf(c));
    });
  });

  describe(`pooling, ${bench.name}`, () => {
    const { kernels } = bench;
    const [planes, height, width] = [3, 6, 23];
    const x = numbers(planes * height * width);

    it('finds the largest of 2 by 2, four windows at a time and the rest, for any planes', () => {
      const windows = [height, width, 2, 2, 3, 11, 2, 2, 0, 0, 1, 1] as const;
      const want = Array.from({ length: planes * 33 }, (_, i) => {
        const [p, r, c] = [Math.floor(i / 33), Math.floor((i % 33) / 11), i % 11];
        const at = [0, 1, width, width + 1].map((step) => 2 * r * width + 2 * c + step);
        const value = (k: number): number => x[p * height * width + k]!;
        return at.reduce((best, k) => (value(k) > value(best) ? k : best));
      });
      bench.reset();
      const [at, index] = [bench.put(x, 4), bench.out(planes * 33, 4)];
      kernels.maxPoolIndices(at, index, 0, 1, ...windows);
      kernels.maxPoolIndices(at, index, 1, planes - 1, ...windows);
      expectSame(bench.readInts(index, planes * 33), want);

      const size = height * width;
      const [taken, put] = [bench.out(planes * 33, 4), bench.out(x.length, 4)];
      for (const [from, many] of [
        [0, 2],
        [2, planes - 2],
      ] as const) {
        kernels.takePlanes(at, index, taken, from, many, size, 33, 0);
        kernels.putPlanes(taken, index, put, from, many, size, 33);
      }
      const values = want.map((k, i) => x[Math.floor(i / 33) * size + k]!);
      expectSame(bench.read(taken, planes * 33), values);
      const spread = new Float32Array(x.length);
      want.forEach((k, i) => (spread[Math.floor(i / 33) * size + k] = values[i]!));
      expectSame(bench.read(put, x.length), spread);
    });

    it.each([
      { kernel: 3, stride: 2, pad: 1, rows: 3, columns: 12, countPad: 1 },
      { kernel: 3, stride: 2, pad: 1, rows: 4, columns: 12, countPad: 0 },
      { kernel: 0, stride: 0, pad: 0, rows: 4, columns: 5, countPad: 0 }, // windows that adapt
    ])('averages and spreads windows of $kernel, stride $stride', (windows) => {
      const { kernel, stride, pad, rows, columns, countPad } = windows;
      const y = numbers(planes * rows * columns, -1, 1, 7);
      const [means, spread] = [new Float64Array(y.length), new Float64Array(x.length)];
      const extent = (i: number, count: number, size: number): [number, number] => {
        if (stride > 0) return [i * stride - pad, i * stride - pad + kernel];
        return [Math.floor((i * size) / count), Math.ceil(((i + 1) * size) / count)];
      };
      const length = ([first, end]: [number, number], size: number): number =>
        countPad ? Math.min(end, size + pad) - first : Math.min(end, size) - Math.max(first, 0);
      y.forEach((value, i) => {
        const [p, rest] = [Math.floor(i / (rows * columns)), i % (rows * columns)];
        const down = extent(Math.floor(rest / columns), rows, height);
        const across = extent(rest % columns, columns, width);
        const count = length(down, height) * length(across, width);
        for (let r = Math.max(0, down[0]); r < Math.min(height, down[1]); r++) {
          for (let c = Math.max(0, across[0]); c < Math.min(width, across[1]); c++) {
            const at = (p * height + r) * width + c;
            means[i]! += x[at]! / count;
            spread[at]! += value / count;
          }
        }
      });
      const sizes = [height, width, kernel, kernel, rows, columns] as const;
      const steps = [stride, stride, pad, pad] as const;
      bench.reset();
      const [from, to] = [bench.put(x, 4), bench.out(y.length, 4)];
      kernels.avgPool(from, to, 0, 1, countPad, ...sizes, ...steps);
      kernels.avgPool(from, to, 1, planes - 1, countPad, ...sizes, ...steps);
      expectNear(bench.read(to, y.length), means, 1e-6);
      const [source, back] = [bench.put(y, 8), bench.out(x.length, 4)];
      kernels.avgPoolInput(source, back, 0, 2, countPad, ...sizes, ...steps);
      kernels.avgPoolInput(source, back, 2, planes - 2, countPad, ...sizes, ...steps);
      expectNear(bench.read(back, x.length), spread, 1e-6);
    });
  });
}
