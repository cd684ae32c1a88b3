/** The matrix products of the kernel table. */
import type { Kernels } from '@kasane/tensor-core';
import type { Products } from './product.ts';

type Gemm = Pick<Kernels, 'gemm' | 'gemmBatch'>;

/** Products by the library where they are worth a call, else by the kernels below. */
export function gemms(products: Products, below: Kernels): Gemm {
  const multiply = (
    a: number,
    b: number,
    c: number,
    m: number,
    n: number,
    k: number,
    transA: number,
    transB: number,
  ): boolean =>
    products.multiply(
      transA !== 0,
      transB !== 0,
      [m, n, k],
      { at: a, row: transA === 0 ? k : m },
      { at: b, row: transB === 0 ? n : k },
      { at: c, row: n },
      1,
      0,
      products.threadsFor(m, n, k),
    );
  return {
    gemm(a, b, c, m, n, k, transA, transB, scratch) {
      // Compiled functions hand pointers on as int32.
      if (products.pays(m, n, k) && multiply(a >>> 0, b >>> 0, c >>> 0, m, n, k, transA, transB)) {
        return;
      }
      below.gemm(a, b, c, m, n, k, transA, transB, scratch);
    },
    gemmBatch(a, b, c, m, n, k, transA, transB, scratch, batch, aStep, bStep) {
      if (products.pays(m, n, k)) {
        let done = 0;
        while (done < batch) {
          const [atA, atB] = [(a >>> 0) + 4 * done * aStep, (b >>> 0) + 4 * done * bStep];
          const atC = (c >>> 0) + 4 * done * m * n;
          if (!multiply(atA, atB, atC, m, n, k, transA, transB)) break;
          done++;
        }
        if (done === batch) return;
      }
      below.gemmBatch(a, b, c, m, n, k, transA, transB, scratch, batch, aStep, bStep);
    },
  };
}
