import { describe, expect, it } from 'vitest';
import {
  benches,
  expectNear,
  expectSame,
  numbers,
  type KernelBench,
} from '../../../test/kernels-fixture.ts';
import type { ReduceKernel } from './kernels.ts';

const total = (v: readonly number[]): number => v.reduce((s, x) => s + x, 0);
const largest = (v: readonly number[]): number => Math.max(...v);
const shifted = (v: readonly number[]): number => {
  const m = Number.isFinite(largest(v)) ? largest(v) : 0;
  return m + Math.log(total(v.map((x) => Math.exp(x - m))));
};
const variance = (v: readonly number[], correction: number): number => {
  const mean = total(v) / v.length;
  return total(v.map((x) => (x - mean) ** 2)) / Math.max(0, v.length - correction);
};

const REDUCTIONS = [
  ['sum', total],
  ['mean', (v: readonly number[]) => total(v) / v.length],
  ['prod', (v: readonly number[]) => v.reduce((s, x) => s * x, 1)],
  ['max', largest],
  ['min', (v: readonly number[]) => Math.min(...v)],
  ['logSumExp', shifted],
  ['norm2', (v: readonly number[]) => Math.sqrt(total(v.map((x) => x * x)))],
] as const;

/** Running results of f. */
function running(v: readonly number[], f: (total: number, x: number) => number): number[] {
  const out: number[] = [];
  for (const x of v) out.push(out.length === 0 ? x : f(out.at(-1) ?? NaN, x));
  return out;
}

const ALONG = [
  [
    'softmax',
    (v: readonly number[]) => {
      const all = shifted(v);
      return v.map((x) => Math.exp(x - all));
    },
  ],
  [
    'logSoftmax',
    (v: readonly number[]) => {
      const all = shifted(v);
      return v.map((x) => x - all);
    },
  ],
  ['cumsum', (v: readonly number[]) => running(v, (s, x) => s + x)],
  ['cumprod', (v: readonly number[]) => running(v, (s, x) => s * x)],
] as const;

const SHAPES: readonly (readonly [number, number, number])[] = [
  ...[1, 3, 4, 5, 17, 300, 1000].flatMap((n) =>
    [1, 2, 5, 16, 23].map((inner) => [3, n, inner] as const),
  ),
  [0, 3, 2],
  [2, 3, 0],
];

/** The n elements that are reduced into (o, j) of (outer, inner). */
function lane(x: Float32Array, n: number, inner: number, at: number): number[] {
  const [o, j] = [Math.floor(at / inner), at % inner];
  return Array.from({ length: n }, (_, i) => x[(o * n + i) * inner + j] ?? NaN);
}

function reduce(
  bench: KernelBench,
  kernel: ReduceKernel,
  x: Float32Array,
  [outer, n, inner]: readonly [number, number, number],
  size = outer * inner,
): Float32Array {
  bench.reset();
  const out = bench.out(size);
  kernel(bench.put(x, 4), out, outer, n, inner);
  return bench.read(out, size);
}

for (const bench of benches) {
  const { kernels } = bench;

  describe(`reductions, ${bench.name}`, () => {
    it.each(REDUCTIONS)('%s reduces the middle of three dimensions', (name, exact) => {
      for (const shape of SHAPES) {
        const [outer, n, inner] = shape;
        const x = numbers(outer * n * inner, name === 'prod' ? 0.9 : -2, name === 'prod' ? 1.1 : 2);
        const expected = Array.from({ length: outer * inner }, (_, at) =>
          exact(lane(x, n, inner, at)),
        );
        // Relative to Σ |x|, about n, where terms cancel.
        expectNear(reduce(bench, kernels[name], x, shape), expected, 2e-6 + 2e-8 * n);
      }
    });

    it.each(REDUCTIONS)('%s keeps NaN and infinities', (name, exact) => {
      for (const inner of [1, 3]) {
        for (const special of [NaN, Infinity, -Infinity]) {
          const x = numbers(9 * inner, 1, 2);
          x[4 * inner] = special;
          const expected = Array.from({ length: inner }, (_, at) => exact(lane(x, 9, inner, at)));
          expectNear(reduce(bench, kernels[name], x, [1, 9, inner]), expected, 2e-6);
        }
      }
    });

    it('sum of nothing is 0 and prod of nothing 1', () => {
      for (const inner of [1, 3]) {
        const none = new Float32Array(0);
        expectSame(reduce(bench, kernels.sum, none, [2, 0, inner]), Array(2 * inner).fill(0));
        expectSame(reduce(bench, kernels.prod, none, [2, 0, inner]), Array(2 * inner).fill(1));
      }
    });

    it('sum of a million equal numbers is right to 2e-7', () => {
      const n = 1_000_000;
      const x = new Float32Array(n).fill(0.1);
      for (const inner of [1, 4]) {
        const rows = n / inner;
        const expected = Array(inner).fill(rows * Math.fround(0.1));
        const actual = reduce(bench, kernels.sum, x, [1, rows, inner]);
        expectNear(actual, expected, 2e-7);
      }
    });

    it('logSumExp neither overflows nor loses rows of one infinity', () => {
      const x = Float32Array.of(1000, 1000, -1000, -1000, -Infinity, -Infinity, Infinity, 1);
      const expected = [1000 + Math.LN2, -1000 + Math.LN2, -Infinity, Infinity];
      expectNear(reduce(bench, kernels.logSumExp, x, [4, 2, 1]), expected, 1e-6);
    });

    it('norm2 neither overflows nor underflows in between', () => {
      expectNear(
        reduce(bench, kernels.norm2, Float32Array.of(3e30, 4e30), [1, 2, 1]),
        [5e30],
        1e-6,
      );
      const small = reduce(bench, kernels.norm2, Float32Array.of(3e-30, 4e-30), [1, 2, 1]);
      expect(Math.abs((small[0] ?? 0) / 5e-30 - 1)).toBeLessThan(1e-6);
    });

    it('variance divides by n less the correction, and is steady far from zero', () => {
      for (const [outer, n, inner] of SHAPES) {
        for (const correction of [0, 1]) {
          const x = numbers(outer * n * inner, 1000, 1004);
          bench.reset();
          const out = bench.out(outer * inner);
          kernels.variance(bench.put(x), out, outer, n, inner, correction);
          const expected = Array.from({ length: outer * inner }, (_, at) =>
            variance(lane(x, n, inner, at), correction),
          );
          expectNear(bench.read(out, outer * inner), expected, 1e-6);
        }
      }
    });

    it.each(['argmax', 'argmin'] as const)('%s finds the first, and NaN before all', (name) => {
      const sign = name === 'argmax' ? 1 : -1;
      const index = (v: readonly number[]): number => {
        const nan = v.findIndex(Number.isNaN);
        return nan >= 0 ? nan : v.indexOf(sign * largest(v.map((x) => sign * x)));
      };
      for (const [outer, n, inner] of SHAPES) {
        for (const special of [0, NaN, Infinity, -Infinity]) {
          // Few distinct values, so that there are ties.
          const x = numbers(outer * n * inner, -4, 4).map(Math.round);
          for (let i = 3; i < x.length && special !== 0; i += 7) x[i] = special;
          bench.reset();
          const out = bench.out(outer * inner);
          kernels[name](bench.put(x, 4), out, outer, n, inner);
          const expected = Array.from({ length: outer * inner }, (_, at) =>
            index(lane(x, n, inner, at)),
          );
          expect(Array.from(bench.readInts(out, outer * inner))).toEqual(expected);
        }
      }
    });

    it.each(ALONG)('%s works along the middle, in place as well', (name, exact) => {
      for (const shape of SHAPES.filter(([, n]) => n <= 300)) {
        const [outer, n, inner] = shape;
        const size = outer * n * inner;
        const x = numbers(size, name === 'cumprod' ? 0.9 : -3, name === 'cumprod' ? 1.1 : 3);
        const expected = new Float64Array(size);
        for (let at = 0; at < outer * inner; at++) {
          const [o, j] = [Math.floor(at / inner), at % inner];
          exact(lane(x, n, inner, at)).forEach((y, i) => (expected[(o * n + i) * inner + j] = y));
        }
        const actual = reduce(bench, kernels[name], x, shape, size);
        expectNear(actual, expected, 1e-6);
        bench.reset();
        const both = bench.out(size);
        kernels.copy(both, bench.put(x), 4 * size);
        kernels[name](both, both, outer, n, inner);
        expectSame(bench.read(both, size), actual);
      }
    });

    it('softmax of large numbers is finite, and its rows sum to 1', () => {
      const y = reduce(bench, kernels.softmax, numbers(60, -1000, 1000), [3, 20, 1], 60);
      for (let o = 0; o < 3; o++) {
        expect(total(Array.from(y.slice(o * 20, o * 20 + 20)))).toBeCloseTo(1, 6);
      }
    });

    it.each([
      ['softmaxGrad', (g: number, y: number, dot: number) => y * (g - dot)],
      ['logSoftmaxGrad', (g: number, y: number, _: number, sum: number) => g - Math.exp(y) * sum],
    ] as const)(
      '%s follows its formula',
      (name, exact) => {
        for (const [outer, n, inner] of SHAPES.filter((shape) => shape[1] <= 300)) {
          const size = outer * n * inner;
          const [g, y] = [numbers(size, -1, 1, 3), numbers(size, -1, 0, 4)];
          bench.reset();
          const out = bench.out(size);
          kernels[name](bench.put(g), bench.put(y, 4), out, outer, n, inner);
          const expected = new Float64Array(size);
          for (let at = 0; at < outer * inner; at++) {
            const [o, j] = [Math.floor(at / inner), at % inner];
            const [gs, ys] = [lane(g, n, inner, at), lane(y, n, inner, at)];
            const dot = total(gs.map((v, i) => v * (ys[i] ?? NaN)));
            const sum = total(gs);
            gs.forEach((v, i) => {
              expected[(o * n + i) * inner + j] = exact(v, ys[i] ?? NaN, dot, sum);
            });
          }
          expectNear(bench.read(out, size), expected, 1e-5);
        }
      },
      30_000,
    );

    it.each([...REDUCTIONS, ...ALONG])('%s has the same bits when rows are split', (name) => {
      for (const [outer, n, inner] of [
        [7, 300, 1],
        [7, 33, 5],
        [7, 40, 21],
      ] as const) {
        const x = numbers(outer * n * inner);
        const each = ALONG.some(([along]) => along === name) ? n * inner : inner;
        const whole = reduce(bench, kernels[name], x, [outer, n, inner], outer * each);
        for (const [from, to] of [
          [0, 3],
          [3, 7],
          [6, 7],
        ] as const) {
          const rows = x.slice(from * n * inner, to * n * inner);
          const part = reduce(
            bench,
            kernels[name],
            rows,
            [to - from, n, inner],
            (to - from) * each,
          );
          expectSame(part, whole.slice(from * each, to * each));
        }
      }
    });
  });
}
