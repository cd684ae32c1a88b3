/** gpu.js kernels of logical-reduce.ts. */
import type { GpuEntry } from '../backends/gpu/entry.ts';
import { all, any } from './logical-reduce.ts';
import { reductionKernel } from './reduce.gpu.ts';

const truth = 'x === 0 ? 0 : 1';

export const logicalReduceKernels: readonly GpuEntry[] = [
  reductionKernel(all, () => ({
    folds: [{ name: 'truth', start: '1', map: truth, merge: (a, b) => `Math.min(${a}, ${b})` }],
  })),
  reductionKernel(any, () => ({
    folds: [{ name: 'truth', start: '0', map: truth, merge: (a, b) => `Math.max(${a}, ${b})` }],
  })),
];
