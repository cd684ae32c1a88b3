/** gpu.js kernel of one-hot.ts. */
import { kernel, type GpuEntry } from '../backends/gpu/entry.ts';
import { oneHot } from './one-hot.ts';

export const oneHotKernels: readonly GpuEntry[] = [
  kernel(oneHot, (_, { numClasses }) => ({
    source: `function (index) {
      const i = floorDiv(this.thread.x, ${numClasses});
      return index[i] === this.thread.x - i * ${numClasses} ? 1 : 0;
    }`,
  })),
];
