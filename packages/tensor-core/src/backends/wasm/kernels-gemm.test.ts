import { describe, it } from 'vitest';
import {
  benches,
  expectNear,
  expectSame,
  numbers,
  type KernelBench,
} from '../../../test/kernels-fixture.ts';

const SIZES: readonly number[] = [1, 2, 3, 4, 5, 7, 8, 9, 16, 17, 33];

/** Shapes that reach every path, edge and block of the product. */
const SHAPES: readonly (readonly [number, number, number])[] = [
  ...SIZES.flatMap((m) => SIZES.flatMap((n) => [1, 4, 6, 19].map((k) => [m, n, k] as const))),
  ...([
    [1, 1, 5000],
    [1, 40, 600],
    [1, 6, 520],
    [15, 1, 300],
    [70, 1, 300],
    [5, 70, 300],
    [97, 70, 259],
  ] as const),
  ...([
    [100, 530, 64],
    [13, 521, 257],
    [4, 100, 520],
    [3, 33, 1030],
    [200, 9, 513],
  ] as const),
];

function transposed(x: Float32Array, rows: number, columns: number): Float32Array {
  return x.map((_, at) => x[(at % rows) * columns + Math.floor(at / rows)] ?? NaN);
}

function multiply(
  bench: KernelBench,
  a: Float32Array,
  b: Float32Array,
  [m, n, k]: readonly [number, number, number],
  transA = 0,
  transB = 0,
): Float32Array {
  bench.reset();
  const c = bench.out(m * n);
  const pa = bench.put(transA ? transposed(a, m, k) : a, 4);
  const pb = bench.put(transB ? transposed(b, k, n) : b, 8);
  bench.kernels.gemm(pa, pb, c, m, n, k, transA, transB, bench.scratch);
  return bench.read(c, m * n);
}

function naive(
  a: Float32Array,
  b: Float32Array,
  [m, n, k]: readonly [number, number, number],
): Float64Array {
  const c = new Float64Array(m * n);
  for (let i = 0; i < m; i++) {
    for (let p = 0; p < k; p++) {
      const x = a[i * k + p] ?? NaN;
      for (let j = 0; j < n; j++) c[i * n + j]! += x * (b[p * n + j] ?? NaN);
    }
  }
  return c;
}

const TRANSPOSES = [
  [0, 0],
  [1, 0],
  [0, 1],
  [1, 1],
] as const;

for (const bench of benches) {
  describe(`matrix product, ${bench.name}`, () => {
    it.each(TRANSPOSES)('agrees with a plain loop, transposes %d and %d', (transA, transB) => {
      for (const shape of SHAPES) {
        const [m, n, k] = shape;
        const [a, b] = [numbers(m * k, -1, 1, 3), numbers(k * n, -1, 1, 4)];
        const actual = multiply(bench, a, b, shape, transA, transB);
        expectNear(actual, naive(a, b, shape), 4e-7 * Math.sqrt(k) + 1e-7);
      }
    });

    it('gives the same bits whether operands are stored transposed or not', () => {
      for (const shape of SHAPES) {
        const [m, n, k] = shape;
        const [a, b] = [numbers(m * k, -1, 1, 3), numbers(k * n, -1, 1, 4)];
        const plain = multiply(bench, a, b, shape);
        for (const [transA, transB] of TRANSPOSES) {
          expectSame(multiply(bench, a, b, shape, transA, transB), plain);
        }
      }
    });

    it('gives the same bits when rows or columns are split', () => {
      const [m, n, k] = [61, 75, 700];
      const [a, b] = [numbers(m * k, -1, 1, 3), numbers(k * n, -1, 1, 4)];
      for (const [transA, transB] of TRANSPOSES) {
        const whole = multiply(bench, a, b, [m, n, k], transA, transB);
        for (const [from, to] of [
          [0, 1],
          [1, 3],
          [3, 7],
          [7, 20],
          [20, 61],
        ] as const) {
          const rows = a.slice(from * k, to * k);
          const part = multiply(bench, rows, b, [to - from, n, k], transA, transB);
          expectSame(part, whole.slice(from * n, to * n));
        }
        for (const [from, to] of [
          [0, 1],
          [1, 5],
          [5, 40],
        ] as const) {
          const keep = (_: number, at: number): boolean => at % n >= from && at % n < to;
          const part = multiply(bench, a, b.filter(keep), [m, to - from, k], transA, transB);
          expectSame(part, whole.filter(keep));
        }
        const row = a.slice(5 * k, 6 * k);
        const column = b.filter((_, at) => at % n === 9);
        const one = multiply(bench, row, column, [1, 1, k], transA, transB);
        expectSame(one, whole.slice(5 * n + 9, 5 * n + 10));
      }
    });

    it('is zero over no inner elements, and writes nothing for an empty result', () => {
      const none = new Float32Array(0);
      expectSame(multiply(bench, none, none, [3, 5, 0]), Array(15).fill(0));
      expectSame(multiply(bench, none, numbers(12), [0, 4, 3]), []);
      expectSame(multiply(bench, numbers(12), none, [4, 0, 3]), []);
    });

    it('carries NaN and infinities', () => {
      for (const m of [1, 8, 30]) {
        const shape = [m, 70, 80] as const;
        const [a, b] = [numbers(m * 80), numbers(80 * 70)];
        a[3] = NaN;
        b[40 * 70 + 5] = Infinity;
        const expected = naive(a, b, shape);
        for (const [transA, transB] of TRANSPOSES) {
          expectNear(multiply(bench, a, b, shape, transA, transB), expected, 1e-5);
        }
      }
    });
  });
}
