/** gpu.js kernel of full.ts. */
import { kernel, type GpuEntry } from '../backends/gpu/entry.ts';
import type { DType } from '../dtype.ts';
import { full } from './full.ts';

/** What a tensor of the dtype holds where it is filled with `value`. */
export function filling(dtype: DType, value: number): number {
  if (dtype === 'bool') return Number(value !== 0);
  return dtype === 'int32' ? Math.trunc(value) : value;
}

export const fullKernels: readonly GpuEntry[] = [
  kernel(full, (_, { value }, { dtype }) => ({
    source: 'function (value) { return value; }',
    inputs: [],
    scalars: [filling(dtype, value)],
  })),
];
