/** gpu.js kernel of flip.ts. */
import type { GpuEntry } from '../backends/gpu/entry.ts';
import { flip, reversed } from './flip.ts';
import { stridedKernel } from './strided.gpu.ts';

export const flipKernels: readonly GpuEntry[] = [
  stridedKernel(flip, (shape, { dims }) => reversed(shape, dims)),
];
