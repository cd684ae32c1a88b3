/** gpu.js kernel of norm.ts. */
import type { GpuEntry } from '../backends/gpu/entry.ts';
import { normOp } from './norm.ts';
import { reductionKernel, sumOf } from './reduce.gpu.ts';

export const normKernels: readonly GpuEntry[] = [
  reductionKernel(normOp, ({ p }) => {
    if (p === 2) return { folds: [sumOf('x * x', 'Math.sqrt(total)')] };
    const folds = [sumOf('power(Math.abs(x), p)', 'power(total, inverse)')];
    return { folds, scalars: { p, inverse: 1 / p } };
  }),
];
