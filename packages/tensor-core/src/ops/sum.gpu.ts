/** gpu.js kernels of sum.ts. */
import type { GpuEntry } from '../backends/gpu/entry.ts';
import { reductionKernel, sumOf } from './reduce.gpu.ts';
import { mean, sum } from './sum.ts';

export const sumKernels: readonly GpuEntry[] = [
  reductionKernel(sum, () => ({ folds: [sumOf('x')] })),
  reductionKernel(
    mean,
    (_, count) => ({ folds: [sumOf('x', 'total / count')], scalars: { count } }),
    Number.NaN,
  ),
];
