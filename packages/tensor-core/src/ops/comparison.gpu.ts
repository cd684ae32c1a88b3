/** gpu.js kernels of comparison.ts. */
import type { GpuEntry } from '../backends/gpu/entry.ts';
import * as ops from './comparison.ts';
import { binaryKernel } from './elementwise.gpu.ts';

export const comparisonKernels: readonly GpuEntry[] = [
  binaryKernel(ops.equal, 'x === y ? 1 : 0'),
  // Not `!==`, of which compilers disagree for NaN.
  binaryKernel(ops.notEqual, 'x === y ? 0 : 1'),
  binaryKernel(ops.less, 'x < y ? 1 : 0'),
  binaryKernel(ops.lessEqual, 'x <= y ? 1 : 0'),
  binaryKernel(ops.greater, 'x > y ? 1 : 0'),
  binaryKernel(ops.greaterEqual, 'x >= y ? 1 : 0'),
  binaryKernel(ops.logicalAnd, 'x === 0 || y === 0 ? 0 : 1'),
  binaryKernel(ops.logicalOr, 'x === 0 && y === 0 ? 0 : 1'),
  binaryKernel(ops.logicalXor, '(x === 0 ? 1 : 0) === (y === 0 ? 1 : 0) ? 0 : 1'),
];
