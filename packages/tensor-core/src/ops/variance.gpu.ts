/** gpu.js kernels of variance.ts. */
import type { GpuEntry } from '../backends/gpu/entry.ts';
import { reductionKernel, sumOf } from './reduce.gpu.ts';
import { std, variance } from './variance.ts';

// In two passes: the sum of squares minus the square of the sum would cancel.
const mean = sumOf('x', 'total / count', 'mean');
const squares = '(x - mean) * (x - mean)';

interface Attrs {
  readonly correction: number;
}
const scalars = ({ correction }: Attrs, count: number): Record<string, number> => ({
  count,
  divisor: Math.max(0, count - correction),
});

export const varianceKernels: readonly GpuEntry[] = [
  reductionKernel(
    variance,
    (attrs, count) => ({
      folds: [mean, sumOf(squares, 'total / divisor')],
      scalars: scalars(attrs, count),
    }),
    Number.NaN,
  ),
  reductionKernel(
    std,
    (attrs, count) => ({
      folds: [mean, sumOf(squares, 'Math.sqrt(total / divisor)')],
      scalars: scalars(attrs, count),
    }),
    Number.NaN,
  ),
];
