/** gpu.js kernel of prod.ts. */
import type { GpuEntry } from '../backends/gpu/entry.ts';
import { prod } from './prod.ts';
import { reductionKernel } from './reduce.gpu.ts';

export const prodKernels: readonly GpuEntry[] = [
  reductionKernel(prod, () => ({
    // In order: 0 times 3 times 3 … is 0, though a thousand threes are Infinity.
    folds: [
      { name: 'product', start: '1', map: 'x', merge: (a, b) => `${a} * ${b}`, inOrder: true },
    ],
  })),
];
