/** gpu.js kernel of norm.ts. */
import type { GpuEntry } from '../backends/gpu/entry.ts';
import { normOp } from './norm.ts';
import { largestOf, reductionKernel, sumOf } from './reduce.gpu.ts';

export const normKernels: readonly GpuEntry[] = [
  reductionKernel(normOp, ({ p }) => {
    if (p === 2) {
      // Relative to the largest, so that no square overflows.
      const size = `(largest > 0 && 1 / largest > 0 ? largest : 1)`;
      return {
        folds: [
          { ...largestOf, map: 'Math.abs(x)' },
          sumOf(`(x / ${size}) * (x / ${size})`, `Math.sqrt(total) * ${size}`),
        ],
      };
    }
    const folds = [sumOf('power(Math.abs(x), p)', 'power(total, inverse)')];
    return { folds, scalars: { p, inverse: 1 / p } };
  }),
];
