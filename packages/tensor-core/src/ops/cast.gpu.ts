/** gpu.js kernel of cast.ts. */
import { kernel, type GpuEntry } from '../backends/gpu/entry.ts';
import type { DType } from '../dtype.ts';
import { cast } from './cast.ts';

const expressions: Readonly<Record<DType, string>> = {
  bool: 'x === 0 ? 0 : 1',
  int32: 'truncate(x)',
  float32: 'x',
  float64: 'x', // never asked for: the backend refuses it
};

export const castKernels: readonly GpuEntry[] = [
  kernel(cast, (_, { dtype }) => ({
    source: `function (a) {
      const x = a[this.thread.x];
      return ${expressions[dtype]};
    }`,
  })),
];
