/** gpu.js kernels of arithmetic.ts. */
import type { GpuEntry } from '../backends/gpu/entry.ts';
import * as ops from './arithmetic.ts';
import { binaryKernel } from './elementwise.gpu.ts';

export const arithmeticKernels: readonly GpuEntry[] = [
  binaryKernel(ops.add, ({ dtype }) => (dtype === 'bool' ? 'larger(x, y)' : 'x + y')),
  binaryKernel(ops.sub, 'x - y'),
  binaryKernel(ops.mul, 'x * y'),
  binaryKernel(ops.div, 'x / y'),
  // What int32 makes of a fraction.
  binaryKernel(ops.pow, ({ dtype }) =>
    dtype === 'int32' ? 'truncate(power(x, y))' : 'power(x, y)',
  ),
  binaryKernel(ops.maximum, 'larger(x, y)'),
  binaryKernel(ops.minimum, 'smaller(x, y)'),
  binaryKernel(ops.atan2, 'arcTangent2(x, y)'),
];
