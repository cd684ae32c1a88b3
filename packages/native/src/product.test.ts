import { Generator, randn, tensor, wasm } from '@kasane/tensor-core';
import type { WasmBackend } from '@kasane/tensor-core/threads';
import { describe, expect, it } from 'vitest';
import type { Blas } from './blas.ts';
import { gemms } from './gemm.ts';
import { Products } from './product.ts';

const backend = wasm() as WasmBackend; // what wasm() gives is one of these
tensor([1]); // there is a memory

/** Products whose library only writes down what it is called with; the memory begins at 2 ** 40. */
function pretend(eager: boolean): {
  products: Products;
  calls: number[][];
  threads: number[];
  asked: () => number;
} {
  const calls: number[][] = [];
  const threads: number[] = [];
  let asked = 0;
  const address = (): bigint => {
    asked++;
    return 2n ** 40n;
  };
  const koffi = { load: () => expect.fail(), address };
  const blas: Blas = {
    ...{ library: '', name: 'BLAS', version: null, core: null, note: null, forMany: true },
    packsSmall: true,
    setThreads: (count) => void threads.push(count),
    vectors: new Map(),
    sgemm: (...args) => void calls.push(args),
  };
  return {
    products: new Products(backend, koffi, blas, eager),
    calls,
    threads,
    asked: () => asked,
  };
}

const end = (): number => backend.heap.memory.buffer.byteLength;

describe('products', () => {
  it('hand on addresses in the memory, and the elements from row to row', () => {
    const { products, calls } = pretend(true);
    const [a, b, c] = [
      { at: 4096, row: 7 },
      { at: 8192, row: 8 },
      { at: 16_384, row: 9 },
    ];
    expect(products.multiply(true, false, [5, 6, 4], a, b, c, 2, 1)).toBe(true);
    const base = 2 ** 40;
    expect(calls).toEqual([
      [101, 112, 111, 5, 6, 4, 2, base + 4096, 7, base + 8192, 8, 1, base + 16_384, 9],
    ]);
  });

  it('never call for a matrix that reaches beyond the memory, before it, or into its next row', () => {
    const { products, calls } = pretend(true);
    const good = { at: 4096, row: 8 };
    const size = [8, 8, 8] as const;
    const bytes = 4 * 64;
    for (const bad of [
      { at: end() - bytes + 4, row: 8 },
      { at: end() - bytes, row: 9 }, // its last row begins seven elements further on
      { at: 2 ** 32 - 4, row: 8 },
      { at: -4, row: 8 },
      { at: NaN, row: 8 },
      { at: 4096, row: 7 },
    ]) {
      expect(products.multiply(false, false, size, bad, good, good)).toBe(false);
      expect(products.multiply(false, false, size, good, bad, good)).toBe(false);
      expect(products.multiply(false, true, size, good, good, bad)).toBe(false);
    }
    expect(calls).toEqual([]);
    const last = { at: end() - bytes, row: 8 };
    expect(products.multiply(false, false, size, last, last, last)).toBe(true);
  });

  it('never call without elements', () => {
    const { products, calls } = pretend(true);
    const m = { at: 4096, row: 8 };
    const sizes: readonly (readonly [number, number, number])[] = [
      [0, 8, 8],
      [8, 0, 8],
      [8, 8, 0],
      [-1, 8, 8],
    ];
    for (const size of sizes) {
      expect(products.multiply(false, false, size, m, m, m)).toBe(false);
      expect(products.pays(...size)).toBe(false);
    }
    expect(calls).toEqual([]);
  });

  it('ask for the address anew when the memory has grown', () => {
    const { products, calls, asked } = pretend(true);
    const before = end();
    const m = { at: before - 128, row: 8 };
    expect(products.multiply(false, false, [8, 8, 8], m, m, m)).toBe(false);
    backend.heap.memory.grow(1);
    expect(products.multiply(false, false, [8, 8, 8], m, m, m)).toBe(true);
    expect([calls.length, asked()]).toEqual([1, 3]); // at first, in vain, and now
  });

  it('take all threads if they are large and nothing else is made of them', () => {
    const { products, calls, threads } = pretend(false);
    products.most = 4;
    const { gemm, gemmBatch } = gemms(products, backend, backend.kernels);
    for (const n of [32, 162, 162, 161]) gemm(4096, 4096, 4096, n, n, n, 0, 0, 0);
    gemmBatch(4096, 4096, 4096, 162, 162, 162, 0, 0, 0, 2, 0, 0);
    const m = { at: 4096, row: 162 };
    products.multiply(false, false, [162, 162, 162], m, m, m); // a step of something
    expect([calls.length, threads]).toEqual([7, [1, 4, 1, 4, 1, 4, 1, 4, 1]]); // one again after each
  });

  it('leave small ones and vectors to the kernel', () => {
    const { products } = pretend(false);
    const sizes: readonly (readonly [number, number, number])[] = [
      [25, 25, 25],
      [26, 26, 26],
      [1, 512, 512],
      [512, 1, 512],
      [2, 512, 512],
      [512, 512, 7],
    ];
    expect(sizes.map((size) => products.pays(...size))).toEqual([
      false,
      true,
      false,
      false,
      true,
      false,
    ]);
  });
});

it('pointers of the upper half of a memory come from compiled functions as negative numbers', () => {
  const at: number[] = [];
  const products = {
    packsSmall: true,
    pays: () => true,
    threadsFor: () => 1,
    multiply: (...args: { at: number }[]) => at.push(...args.slice(3, 6).map((m) => m.at)) > 0,
  };
  // What gemms uses of it.
  const { gemm } = gemms(products as unknown as Products, backend, backend.kernels);
  gemm(-4096, 4096, -8192, 4, 4, 4, 0, 0, 0);
  expect(at).toEqual([2 ** 32 - 4096, 4096, 2 ** 32 - 8192]);
});

describe('blocks', () => {
  /** The kernels' own products for a library, and how large each was; `packsSmall` as told. */
  function small(packsSmall: boolean): { gemm: typeof backend.kernels.gemm; sizes: number[][] } {
    const sizes: number[][] = [];
    const blas = {
      packsSmall,
      setThreads: null,
      sgemm(...[, transA, transB, m, n, k, alpha, a, lda, b, ldb, beta, c, ldc]: number[]): void {
        sizes.push([m!, n!, k!]);
        const x = new Float32Array(backend.heap.memory.buffer);
        const at = (start: number, row: number, i: number, j: number): number =>
          start / 4 + i * row + j;
        for (let i = 0; i < m!; i++) {
          for (let j = 0; j < n!; j++) {
            let sum = 0;
            for (let l = 0; l < k!; l++) {
              const left = transA === 112 ? at(a!, lda!, l, i) : at(a!, lda!, i, l);
              const right = transB === 112 ? at(b!, ldb!, j, l) : at(b!, ldb!, l, j);
              sum += x[left]! * x[right]!;
            }
            const out = at(c!, ldc!, i, j);
            x[out] = alpha! * sum + (beta === 0 ? 0 : beta! * x[out]!);
          }
        }
      },
    };
    const koffi = { load: () => expect.fail(), address: () => 0n };
    const products = new Products(backend, koffi, blas, false);
    const { gemm } = gemms(products, backend, backend.kernels);
    return { gemm, sizes };
  }

  it.each([
    ['columns of a transpose', 120, 200, 300, 1, 0],
    ['few columns of a transpose', 300, 50, 150, 1, 0],
    ['few columns', 150, 64, 300, 0, 0],
    ['few columns of a transpose on the right', 150, 33, 300, 0, 1],
    ['short sums', 230, 160, 100, 0, 0],
    ['short sums with a transpose on the right', 230, 160, 100, 0, 1],
  ])('give what the kernel gives: %s', (_, m, n, k, transA, transB) => {
    const generator = new Generator(1);
    const [a, b] = [randn([m, k], { generator }), randn([k, n], { generator })];
    const [left, right] = [transA === 1 ? a.t() : a, transB === 1 ? b.t() : b];
    const want = a.matmul(b);
    const { gemm, sizes } = small(false);
    const [x, y, out] = [m * k, k * n, m * n].map((size) => backend.allocate('float32', size));
    const numbers = (at: number, size: number): Float32Array =>
      new Float32Array(backend.heap.memory.buffer, at, size);
    numbers(x!.pointer, m * k).set(left.dataSync());
    numbers(y!.pointer, k * n).set(right.dataSync());
    gemm(x!.pointer, y!.pointer, out!.pointer, m, n, k, transA, transB, 0);
    const got = numbers(out!.pointer, m * n).slice();
    for (const storage of [x!, y!, out!]) backend.free(storage);
    expect(tensor(got, [m, n])).toBeAllclose(want, { rtol: 1e-5, atol: 1e-4 });
    expect(sizes.length).toBeGreaterThan(1);
    expect(Math.max(...sizes.map(([x, y, z]) => x! * y! * z!))).toBeLessThanOrEqual(1e6);
    expect(sizes.reduce((sum, [x, y, z]) => sum + x! * y! * z!, 0)).toBe(m * n * k);
  });

  it('are for libraries that leave small products unpacked, and products that are narrow', () => {
    const at = backend.allocate('float32', 512 * 512);
    const callsOf = (packs: boolean, m: number, n: number, k: number, transA: number): number => {
      const { gemm, sizes } = small(packs);
      gemm(at.pointer, at.pointer, at.pointer, m, n, k, transA, 0, 0);
      return sizes.length;
    };
    expect(callsOf(true, 150, 64, 300, 0)).toBe(1);
    expect(callsOf(false, 150, 129, 129, 0)).toBe(1);
    expect(callsOf(false, 129, 129, 150, 1)).toBe(1);
    expect(callsOf(false, 31, 320, 128, 0)).toBe(1);
    expect(callsOf(false, 150, 300, 100, 0)).toBe(1); // 44 columns in the last block
    backend.free(at);
  });
});
