/** The matrix products of the kernel table. */
import type { Kernels } from '@kasane/tensor-core';
import { Blocks, COLUMNS } from './blocks.ts';
import type { Matrix, Products } from './product.ts';
import { withRoom, type Memory } from './room.ts';

type Gemm = Pick<Kernels, 'gemm' | 'gemmBatch'>;

/**
 * Whether a product of (m, k) and (k, n) is narrow enough for blocks, which save the packing of a library that leaves small products
 * unpacked: on an Intel Xeon with AVX-512 these took 60 to 100 % of the time, wider ones up to 125 %, and ones whose columns end
 * within a vector 110 %.
 */
function isNarrow(m: number, n: number, k: number, transA: boolean): boolean {
  if (transA) return Math.min(m, n) <= 128;
  return k <= 128 ? n <= COLUMNS || (n <= 512 && n % 32 === 0) : n <= 64;
}

/** From how many multiplications on, and for how many rows: less is one block, or takes its layout as long as it saves. */
const LEAST_WORK: number = 2 ** 20;
const LEAST_ROWS = 32;

/** Products by the library where they are worth a call, else by the kernels below. */
export function gemms(products: Products, memory: Memory, below: Kernels): Gemm {
  /** A product in blocks; false if it is none, or if there is no room. */
  const inBlocks = (
    m: number,
    n: number,
    k: number,
    transA: boolean,
    transB: boolean,
    a: Matrix,
    b: Matrix,
    c: Matrix,
  ): boolean => {
    if (products.packsSmall || m < LEAST_ROWS || m * n * k < LEAST_WORK) return false;
    if (!isNarrow(m, n, k, transA) || (transA && transB)) return false;
    if (transA || (!transB && n <= COLUMNS)) {
      return new Blocks(products, k, n, b.at, n).multiply(m, transA, a, c, 0);
    }
    return withRoom(memory, [k * n], (room) => {
      const blocks = new Blocks(products, k, n, room);
      blocks.take(below, b.at, transB);
      return blocks.multiply(m, false, a, c, 0);
    });
  };
  const multiply = (
    a: number,
    b: number,
    c: number,
    m: number,
    n: number,
    k: number,
    transA: number,
    transB: number,
  ): boolean => {
    const [first, second] = [transA !== 0, transB !== 0];
    const left = { at: a, row: first ? m : k };
    const right = { at: b, row: second ? k : n };
    const out = { at: c, row: n };
    const threads = products.threadsFor(m, n, k);
    if (threads === 1 && inBlocks(m, n, k, first, second, left, right, out)) return true;
    return products.multiply(first, second, [m, n, k], left, right, out, 1, 0, threads);
  };
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
