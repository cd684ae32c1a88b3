/** gpu.js kernel of broadcast.ts. */
import type { GpuEntry } from '../backends/gpu/entry.ts';
import { broadcastStrides } from '../shape.ts';
import { broadcastTo } from './broadcast.ts';
import { stridedKernel } from './strided.gpu.ts';

export const broadcastKernels: readonly GpuEntry[] = [
  stridedKernel(broadcastTo, (from, { shape }) => ({
    strides: broadcastStrides(from, shape),
    offset: 0,
  })),
];
