/** gpu.js kernels of softmax.ts. */
import type { GpuEntry } from '../backends/gpu/entry.ts';
import { largestOf, lineKernel, sumOf } from './reduce.gpu.ts';
import { logSoftmax, logSoftmaxGrad, softmax, softmaxGrad } from './softmax.ts';

// Everything is taken relative to the largest element, so that nothing overflows.
const folds = [largestOf, sumOf('exponential(x - largest)')];

export const softmaxKernels: readonly GpuEntry[] = [
  lineKernel(softmax, ['x'], folds, 'exponential(x - largest) / sum'),
  lineKernel(logSoftmax, ['x'], folds, 'x - largest - logarithm(sum)'),
  lineKernel(softmaxGrad, ['g', 'y'], [sumOf('g * y')], 'y * (g - sum)'),
  lineKernel(logSoftmaxGrad, ['g', 'y'], [sumOf('g')], 'g - exponential(y) * sum'),
];
