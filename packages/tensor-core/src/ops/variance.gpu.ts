/** gpu.js kernels of variance.ts. */
import type { GpuEntry } from '../backends/gpu/entry.ts';
import { size } from './norm.gpu.ts';
import { largestOf, reductionKernel, sumOf } from './reduce.gpu.ts';
import { std, variance } from './variance.ts';

// In two passes: the sum of squares minus the square of the sum would cancel.
const near = sumOf('x', 'total / count', 'near');
// What rounding leaves is added, so that the mean of equal numbers is their value.
const mean = sumOf('x - near', 'near + total / count', 'mean');
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
      folds: [near, mean, sumOf(squares, 'total / divisor')],
      scalars: scalars(attrs, count),
    }),
    Number.NaN,
  ),
  reductionKernel(
    std,
    (attrs, count) => ({
      folds: [
        near,
        mean,
        { ...largestOf, map: 'Math.abs(x - mean)' },
        sumOf(
          `((x - mean) / ${size}) * ((x - mean) / ${size})`,
          `Math.sqrt(total / divisor) * ${size}`,
        ),
      ],
      scalars: scalars(attrs, count),
    }),
    Number.NaN,
  ),
];
