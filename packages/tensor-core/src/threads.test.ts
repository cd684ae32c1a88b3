import { afterEach, describe, expect, it } from 'vitest';
import { Generator, randn, type Tensor } from './index.ts';
import { relaxed } from './backends/wasm/binary.gen.ts';
import { wasm, type WasmBackend } from './backends/wasm/index.ts';
import { binary } from './backends/wasm/kernels.ts';
import { Pool } from './backends/wasm/pool.ts';
import { getNumThreads, setNumThreads, threadsReady } from './threads.ts';

// m × k times k × n: by rows and by columns, with whole register blocks and without, and too small.
const sizes = [
  [64, 64, 64],
  [129, 257, 100],
  [257, 65, 70],
  [5, 700, 90],
  [700, 13, 40],
  [3, 300, 400],
  [8, 8, 8],
] as const;
const forms = [
  {},
  { transposeA: true },
  { transposeB: true },
  { transposeA: true, transposeB: true },
];

function products(): Tensor[] {
  const generator = new Generator(3);
  return sizes.flatMap(([m, n, k]) =>
    forms.map((form) => {
      const a = randn(form.transposeA ? [k, m] : [m, k], { generator });
      const b = randn(form.transposeB ? [n, k] : [k, n], { generator });
      return a.matmul(b, form);
    }),
  );
}

const bits = (list: readonly Tensor[]): Uint32Array[] =>
  list.map((t) => new Uint32Array(t.dataSync().buffer));

afterEach(() => setNumThreads(1));

describe('setNumThreads', () => {
  for (const threads of [2, 3, 5]) {
    it(`gives the same bits on ${threads} threads as on one`, async () => {
      const alone = bits(products());
      setNumThreads(threads);
      expect(getNumThreads()).toBe(threads);
      await threadsReady();
      expect(bits(products())).toEqual(alone);
    });
  }

  it('works before its helpers have started, and after they are sent away', async () => {
    const alone = bits(products());
    setNumThreads(2);
    expect(bits(products())).toEqual(alone);
    await threadsReady();
    setNumThreads(1);
    expect(getNumThreads()).toBe(1);
    expect(bits(products())).toEqual(alone);
  });

  it('refuses what is no number of threads', () => {
    for (const threads of [0, 1.5, -1, Number.NaN]) {
      expect(() => setNumThreads(threads)).toThrow(
        `setNumThreads: needs a whole number ≥ 1, got ${threads}.`,
      );
    }
  });
});

it('finishes the work of a helper that dies, and takes another', async () => {
  const { kernels, heap, build } = wasm() as WasmBackend; // what wasm() makes
  expect(build).toBe('relaxed-simd');
  const scratch = heap.reserve(kernels.gemmScratchBytes());
  const pool = new Pool(kernels, binary(relaxed, true), heap.memory, [scratch]);
  const ready = async (): Promise<void> => {
    while (pool.ready < 2) await new Promise((next) => setTimeout(next, 1));
  };
  await ready();
  const alone = bits(products());
  pool.stop(); // as if it had died; the pool does not know
  Object.assign(kernels, { gemm: pool.gemm });
  try {
    expect(bits(products())).toEqual(alone);
    await ready();
    expect(bits(products())).toEqual(alone);
  } finally {
    Object.assign(kernels, { gemm: pool.plain });
    pool.stop();
  }
}, 60_000);
