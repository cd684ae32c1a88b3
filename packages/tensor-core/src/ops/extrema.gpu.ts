/** gpu.js kernels of extrema.ts. */
import type { GpuEntry } from '../backends/gpu/entry.ts';
import { max, min } from './extrema.ts';
import { largestOf, reductionKernel, type Fold } from './reduce.gpu.ts';

const smallestOf: Fold = { name: 'smallest', map: 'x', merge: (a, b) => `smaller(${a}, ${b})` };

export const extremaKernels: readonly GpuEntry[] = [
  reductionKernel(max, () => ({ folds: [largestOf] })),
  reductionKernel(min, () => ({ folds: [smallestOf] })),
];
