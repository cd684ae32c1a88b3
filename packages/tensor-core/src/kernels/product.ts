/** Matrix products, and what is made of them: assembly/gemm.ts and attention.ts. */
import { PRODUCT, type KernelRecord, type KernelRecords, type Split } from './record.ts';

/** Blocks of registers of the product, and the sizes that gemm computes without packing. */
const [BLOCK_ROWS, BLOCK_COLUMNS, SMALL] = [12, 8, 4096] as const;

type Sizes = 'm' | 'n' | 'k';

/** One product, by rows or by columns of the result. */
function byBlocks({ m, n, k }: Readonly<Record<Sizes, number>>): Split<never> | null {
  // Narrow products take paths that are not shared.
  if (m <= 4 || n === 1 || n * k <= SMALL) return null;
  const more = { row: 0, rows: m, column: 0, columns: n };
  return m >= n
    ? { more, count: 'rows', strides: { row: 1 }, unit: BLOCK_ROWS, coarse: true }
    : { more, count: 'columns', strides: { column: 1 }, unit: BLOCK_COLUMNS, coarse: true };
}

const product: KernelRecord<Sizes | 'scratch'> = {
  work: ['m', 'n', 'k'],
  threshold: PRODUCT,
  scratch: 'scratch',
  split: byBlocks,
};

export const products: KernelRecords = {
  // By matrices; the rows of an only one, of which each part does as many products.
  attentionWeights: {
    work: ['batch', 't', 's', 'd'],
    threshold: PRODUCT,
    scratch: 'scratch',
    split({ batch, t, s, d, maskStep, maskRow }) {
      if (batch > 1) {
        const strides = { q: 4 * t * d, k: 4 * s * d, mask: 4 * maskStep, out: 4 * t * s };
        return { count: 'batch', strides, unit: 1 };
      }
      const strides = { q: 4 * d, mask: 4 * maskRow, out: 4 * s, first: 1 };
      return { count: 't', strides, unit: BLOCK_ROWS };
    },
  },
  gemm: product,
  gemmBatch: {
    ...product,
    parts: 'gemmPart',
    work: ['m', 'n', 'k', 'batch'],
    split(args) {
      const { m, n, batch, aStep, bStep } = args;
      if (batch <= 1) return byBlocks(args);
      const strides = { a: 4 * aStep, b: 4 * bStep, c: 4 * m * n };
      return { count: 'batch', strides, unit: 1 };
    },
  },
  gemmScratchBytes: null,
};
