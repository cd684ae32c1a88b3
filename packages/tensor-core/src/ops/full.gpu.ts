/** gpu.js kernel of full.ts. */
import { kernel, type GpuEntry } from '../backends/gpu/entry.ts';
import { full } from './full.ts';

export const fullKernels: readonly GpuEntry[] = [
  kernel(full, (_, { value }, { dtype }) => ({
    source: 'function (value) { return value; }',
    inputs: [],
    scalars: [
      dtype === 'bool' ? Number(value !== 0) : dtype === 'int32' ? Math.trunc(value) : value,
    ],
  })),
];
