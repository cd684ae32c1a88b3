/** gpu.js kernel of log-sum-exp.ts. */
import type { GpuEntry } from '../backends/gpu/entry.ts';
import { logSumExp } from './log-sum-exp.ts';
import { largestOf, reductionKernel, sumOf } from './reduce.gpu.ts';

// An infinite shift would make Infinity - Infinity; there the sum is 0 or Infinity anyway.
const shift = 'Math.abs(largest) === infinity ? 0 : largest';

export const logSumExpKernels: readonly GpuEntry[] = [
  reductionKernel(
    logSumExp,
    () => ({
      folds: [largestOf, sumOf(`exponential(x - (${shift}))`, `(${shift}) + logarithm(total)`)],
      scalars: { infinity: Infinity },
    }),
    -Infinity,
  ),
];
