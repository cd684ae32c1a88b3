/** gpu.js kernel of permute.ts. */
import type { GpuEntry } from '../backends/gpu/entry.ts';
import { permute, permutedStrides } from './permute.ts';
import { stridedKernel } from './strided.gpu.ts';

export const permuteKernels: readonly GpuEntry[] = [
  stridedKernel(permute, (shape, { dims }) => ({
    strides: permutedStrides(shape, dims),
    offset: 0,
  })),
];
