/** gpu.js kernel of where.ts. */
import { kernel, type GpuEntry } from '../backends/gpu/entry.ts';
import { broadcastSource } from '../backends/gpu/indexing.ts';
import { where } from './where.ts';

export const whereKernels: readonly GpuEntry[] = [
  kernel(where, ([condition, a, b], _, out) => ({
    source: `function (condition, a, b) {
      ${broadcastSource('i', condition!.shape, out.shape)}
      ${broadcastSource('j', a!.shape, out.shape)}
      ${broadcastSource('k', b!.shape, out.shape)}
      if (condition[i] > 0) { return a[j]; }
      return b[k];
    }`,
  })),
];
