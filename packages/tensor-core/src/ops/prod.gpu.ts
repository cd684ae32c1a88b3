/** gpu.js kernel of prod.ts. */
import type { GpuEntry } from '../backends/gpu/entry.ts';
import { prod } from './prod.ts';
import { reductionKernel } from './reduce.gpu.ts';

export const prodKernels: readonly GpuEntry[] = [
  reductionKernel(prod, () => ({
    folds: [{ name: 'product', start: '1', map: 'x', merge: (a, b) => `${a} * ${b}` }],
  })),
];
