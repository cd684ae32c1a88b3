/** gpu.js kernels of variance.ts. */
import type { GpuEntry } from '../backends/gpu/entry.ts';
import { size } from './norm.gpu.ts';
import { largestOf, reductionKernel, sumOf } from './reduce.gpu.ts';
import { std, variance } from './variance.ts';

// In passes: the sum of squares minus the square of the sum would cancel.
const near = sumOf('x', 'total / count', 'near');
// What rounding has left of the mean.
const rest = sumOf('x - near', 'total / count', 'rest');
// As float32; that of equal numbers is their value.
const mean = '(near + rest)';
// Far from zero float32 is coarse: Σ(x - mean)² is too large by n times the square of what the mean lacks.
const lacking = `(near - ${mean} + rest)`;
const corrected = (by: string): string =>
  `(total * 0.5 === total ? total : larger(total - count * (${lacking}${by}) * (${lacking}${by}), 0))`;

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
      folds: [near, rest, sumOf(`(x - ${mean}) * (x - ${mean})`, `${corrected('')} / divisor`)],
      scalars: scalars(attrs, count),
    }),
    Number.NaN,
  ),
  reductionKernel(
    std,
    (attrs, count) => ({
      folds: [
        near,
        rest,
        { ...largestOf, map: `Math.abs(x - ${mean})` },
        sumOf(
          `((x - ${mean}) / ${size}) * ((x - ${mean}) / ${size})`,
          `Math.sqrt(${corrected(` / ${size}`)} / divisor) * ${size}`,
        ),
      ],
      scalars: scalars(attrs, count),
    }),
    Number.NaN,
  ),
];
