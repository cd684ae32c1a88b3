import { describe, expect, it } from 'vitest';
import { benches, expectNear, expectSame, numbers } from '../../../test/kernels-fixture.ts';

// The kernels that compute parts for threads give the bits of those that compute the whole.

const REDUCTIONS = [
  'sum',
  'mean',
  'prod',
  'norm2',
  'max',
  'min',
  'logSumExp',
  'argmax',
  'argmin',
] as const;
const ALONG = ['softmax', 'logSoftmax', 'cumsum', 'cumprod'] as const;
const GRADIENTS = ['softmaxGrad', 'logSoftmaxGrad'] as const;

const N = 35;
const WIDTH = 53;
/** First columns and ends: a single one, whole vectors, and what is left. */
const COLUMNS = [
  [0, 16],
  [16, 48],
  [48, 53],
  [52, 53],
] as const;

/** The columns of rows of WIDTH. */
const columns = (x: Float32Array, from: number, to: number): number[] =>
  Array.from(x).filter((_, i) => i % WIDTH >= from && i % WIDTH < to);

const spread = (name: string): name is 'std' | 'variance' => name === 'std' || name === 'variance';

for (const bench of benches) {
  const { kernels } = bench;
  const x = numbers(N * WIDTH, -1, 1.5);
  const y = numbers(N * WIDTH, 0, 1, 2);

  describe(`parts, ${bench.name}`, () => {
    it.each([...REDUCTIONS, ...ALONG, ...GRADIENTS, 'std', 'variance'] as const)(
      '%sPart',
      (name) => {
        const kept = REDUCTIONS.includes(name as 'sum') || spread(name) ? 1 : N;
        bench.reset();
        const [px, py, out] = [bench.put(x), bench.put(y), bench.out(kept * WIDTH)];
        /** The whole, or the columns from `from` to `to` of it. */
        const run = (from?: number, to?: number): Float32Array => {
          const at = 4 * (from ?? 0);
          const inner = (to ?? WIDTH) - (from ?? 0);
          const part = from !== undefined;
          if (spread(name)) {
            if (part) kernels[`${name}Part`](px + at, out + at, 1, N, inner, 1, WIDTH);
            else kernels[name](px, out, 1, N, WIDTH, 1);
          } else if (name === 'softmaxGrad' || name === 'logSoftmaxGrad') {
            if (part) kernels[`${name}Part`](px + at, py + at, out + at, 1, N, inner, WIDTH);
            else kernels[name](px, py, out, 1, N, WIDTH);
          } else if (part) kernels[`${name}Part`](px + at, out + at, 1, N, inner, WIDTH);
          else kernels[name](px, out, 1, N, WIDTH);
          return bench.read(out, kept * WIDTH);
        };
        const whole = run();
        for (const [from, to] of COLUMNS) {
          kernels.fill(out, kept * WIDTH, 7);
          const got = run(from, to);
          expectSame(columns(got, from, to), columns(whole, from, to));
          expect(got.filter((v) => v === 7).length).toBeGreaterThanOrEqual(
            kept * (WIDTH - to + from),
          );
        }
      },
    );

    it('partials give the numbers of chunks', () => {
      const chunk = kernels.chunkLength();
      const n = 2 * chunk + 100;
      const z = numbers(n, -1, 1, 4);
      bench.reset();
      const [pz, out] = [bench.put(z), bench.out(6)];
      const want: ((values: readonly number[]) => number)[] = [
        (values) => values.reduce((a, v) => a + v, 0),
        (values) => values.reduce((a, v) => a + (v - 0.25) ** 2, 0),
        (values) => values.reduce((a, v) => a + Math.exp(v - 0.25), 0),
        (values) => Math.max(...values),
        (values) => Math.min(...values),
        (values) => values.reduce((a, v) => a + v, 0),
      ];
      want.forEach((f, op) => {
        kernels.partials(pz, out, n, op, 0.25);
        const got = new Float64Array(bench.read(out, 6).buffer);
        const chunks = [0, chunk, 2 * chunk].map((at) => Array.from(z.subarray(at, at + chunk)));
        expectNear(got, chunks.map(f), 1e-6);
      });
    });

    it('gemmPart gives rows and columns of gemm', () => {
      const [m, n, k] = [61, 43, 130];
      bench.reset();
      const [a, b] = [bench.put(numbers(m * k)), bench.put(numbers(k * n, -1, 1, 2))];
      const [whole, c] = [bench.out(m * n), bench.out(m * n)];
      kernels.gemm(a, b, whole, m, n, k, 0, 0, bench.scratch);
      for (const [row, rows, column, width] of [
        [0, 24, 0, n],
        [24, m - 24, 0, 8],
        [24, m - 24, 8, n - 8],
      ] as const) {
        kernels.gemmPart(a, b, c, m, n, k, 0, 0, bench.scratch, row, rows, column, width);
      }
      expectSame(bench.read(c, m * n), bench.read(whole, m * n));
    });

    it('gemmBatch multiplies matrices that follow each other, or one with all', () => {
      const [m, n, k, batch] = [7, 10, 9, 3];
      for (const [stepA, stepB] of [
        [m * k, k * n],
        [0, k * n],
        [m * k, 0],
      ] as const) {
        bench.reset();
        const [a, b] = [bench.put(numbers(batch * m * k)), bench.put(numbers(batch * k * n))];
        const [each, all] = [bench.out(batch * m * n), bench.out(batch * m * n)];
        for (let i = 0; i < batch; i++) {
          const [pa, pb] = [a + 4 * i * stepA, b + 4 * i * stepB];
          kernels.gemm(pa, pb, each + 4 * i * m * n, m, n, k, 0, 0, bench.scratch);
        }
        kernels.gemmBatch(a, b, all, m, n, k, 0, 0, bench.scratch, batch, stepA, stepB);
        expectSame(bench.read(all, batch * m * n), bench.read(each, batch * m * n));
      }
    });

    it('scatterAddRowsPart adds some of the columns', () => {
      const index = [3, 0, 3, 2, 4, 3];
      bench.reset();
      const [at, rows] = [bench.putInts(index), bench.put(numbers(6 * WIDTH))];
      const [whole, parts] = [bench.out(5 * WIDTH), bench.out(5 * WIDTH)];
      for (const out of [whole, parts])
        kernels.copy(out, bench.put(numbers(5 * WIDTH)), 20 * WIDTH);
      kernels.scatterAddRows(whole, at, rows, 6, WIDTH);
      for (const [from, to] of COLUMNS.slice(0, 3)) {
        kernels.scatterAddRowsPart(parts + 4 * from, at, rows + 4 * from, 6, to - from, WIDTH);
      }
      expectSame(bench.read(parts, 5 * WIDTH), bench.read(whole, 5 * WIDTH));
    });
  });
}
