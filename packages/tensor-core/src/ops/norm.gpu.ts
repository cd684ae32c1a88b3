/** gpu.js kernel of norm.ts. */
import type { GpuEntry } from '../backends/gpu/entry.ts';
import { normOp } from './norm.ts';
import { largestOf, reductionKernel, sumOf } from './reduce.gpu.ts';

// Relative to the largest, so that no power overflows.
export const size = `(largest > 0 && 1 / largest > 0 ? largest : 1)`;

export const normKernels: readonly GpuEntry[] = [
  reductionKernel(normOp, ({ p }) => {
    const largest = { ...largestOf, map: 'Math.abs(x)' };
    if (p === 2) {
      return {
        folds: [largest, sumOf(`(x / ${size}) * (x / ${size})`, `Math.sqrt(total) * ${size}`)],
      };
    }
    const powers = sumOf(`power(Math.abs(x) / ${size}, p)`, `power(total, inverse) * ${size}`);
    return { folds: [largest, powers], scalars: { p, inverse: 1 / p } };
  }),
];
