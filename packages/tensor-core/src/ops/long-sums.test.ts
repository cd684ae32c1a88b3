/** Long sums on gpu(), in float32 and a thread for each part, are as close to the true ones as those of wasm(). */
import { describe, expect, it } from 'vitest';
import { gpu } from '../gpu.ts';
import { full, Generator, rand, randn, reference, tensor, type Tensor } from '../index.ts';

const modes = 'document' in globalThis ? (['webgl2', 'webgpu'] as const) : (['webasm'] as const);
/** Half a unit in the last place of float32. */
const ROUNDING = 2 ** -24;

const generator = new Generator(1);
interface Case {
  readonly of: string;
  x(): Tensor;
  compute(x: Tensor): Tensor;
}
const far = (shape: readonly number[]): Tensor => randn(shape, { generator }).mul(0.01).add(1000);
const cases: readonly Case[] = [
  {
    of: 'AᵀA of 50,176 rows',
    x: () => rand([50_176, 5], { generator }),
    compute: (x) => x.matmul(x, { transposeA: true }),
  },
  {
    of: 'AᵀA of 70,001 rows of which many are equal',
    x: () => full([70_001, 3], 0.1),
    compute: (x) => x.matmul(x, { transposeA: true }),
  },
  {
    of: 'AAᵀ of 130 rows of 3,001 numbers, too many for parts',
    x: () => rand([130, 3001], { generator }),
    compute: (x) => x.matmul(x, { transposeB: true }),
  },
  {
    of: 'a batch of products',
    x: () => rand([3, 2500, 6], { generator }),
    compute: (x) => x.matmul(x, { transposeA: true }),
  },
  { of: 'the mean of 10⁷ numbers', x: () => full([10_000_000], 0.1), compute: (x) => x.mean() },
  { of: 'the sum of 3 · 10⁶', x: () => rand([3_000_000], { generator }), compute: (x) => x.sum() },
  { of: 'sums of 1000', x: () => rand([100, 1000], { generator }), compute: (x) => x.sum(1) },
  { of: 'sums of columns', x: () => rand([3000, 40], { generator }), compute: (x) => x.sum(0) },
  { of: 'a norm', x: () => rand([1_000_000], { generator }), compute: (x) => x.norm() },
  { of: 'a softmax', x: () => rand([100_000], { generator }), compute: (x) => x.softmax(0) },
  { of: 'the variance of 1000 ± 0.01', x: () => far([100_000]), compute: (x) => x.variance() },
  { of: 'variances of 1000 ± 0.01', x: () => far([50, 700]), compute: (x) => x.variance(1) },
  { of: 'standard deviations of those', x: () => far([50, 700]), compute: (x) => x.std(1) },
  { of: 'a column of 1000 ± 0.01', x: () => far([4000, 3]), compute: (x) => x.std(0) },
];

/** How far off, relative to the largest. */
function distance(got: ArrayLike<number>, want: ArrayLike<number>): number {
  const [values, off] = [Array.from(want), Array.from(want, (w, i) => Math.abs(w - got[i]!))];
  return Math.max(...off) / Math.max(...values.map(Math.abs));
}

describe.each(modes)('gpu in mode %s', (mode) => {
  const backend = gpu({ mode });

  it.each(cases)('$of', async ({ x: make, compute }) => {
    const x = make();
    const [there, exact] = [
      x.to(backend),
      tensor(Float64Array.from(x.dataSync()), x.shape, {
        dtype: 'float64',
        backend: reference(),
      }),
    ];
    const want = compute(exact).dataSync();
    const here = distance(compute(x).dataSync(), want);
    const result = compute(there);
    const got = distance(await result.data(), want);
    expect(got).toBeLessThanOrEqual(5 * Math.max(here, ROUNDING));
    for (const one of [x, there, result]) one.dispose();
  });

  it('the variance of equal numbers is 0, however large', async () => {
    for (const value of [1000.1, 0.1, -3e9, 1e30]) {
      const x = full([3001], value, { backend });
      expect(Array.from(await x.variance().data())).toEqual([0]);
      expect(Array.from(await x.std().data())).toEqual([0]);
    }
  });
});
