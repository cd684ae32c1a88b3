/** What tests hold linear models to: the principal components of data, computed apart from any model. */
import { randn, type Generator, type Tensor } from '@kasane/tensor-core';

/** Points (N, D) of float64 around a mean that is not 0, which spread unlike in every direction. */
export function spread(N: number, D: number, generator: Generator): Tensor {
  const random = { dtype: 'float64', generator } as const;
  const mix = randn([D, D], random);
  const scales = randn([D], random).mul(0).add(1).cumsum(0).pow(-1.2).mul(2); // 2, 0.87, …
  return randn([N, D], random)
    .mul(scales)
    .matmul(mix.mul(0.5))
    .add(randn([D], random));
}

/** The mean (D), the directions as rows and the variances along them, the largest first, of points (N, D); 1/N counts. */
export function principal(points: Tensor): {
  readonly mean: readonly number[];
  readonly components: readonly (readonly number[])[];
  readonly variances: readonly number[];
} {
  const [N, D] = points.shape as [number, number]; // as the caller made it
  const mean = points.mean(0);
  const apart = points.sub(mean).cast('float64');
  const a = [...apart.t().matmul(apart).div(N).dataSync()].map(Number);
  const v = Array.from({ length: D * D }, (_, i) => Number(i % (D + 1) === 0));
  // Jacobi: rotate each pair of axes until they do not vary together.
  for (let round = 0; round < 30; round++) {
    for (let p = 0; p < D; p++) {
      for (let q = p + 1; q < D; q++) {
        const angle = 0.5 * Math.atan2(2 * a[p * D + q]!, a[q * D + q]! - a[p * D + p]!);
        const [c, s] = [Math.cos(angle), Math.sin(angle)];
        for (let i = 0; i < D; i++) rotate(a, i * D + p, i * D + q, c, s);
        for (let i = 0; i < D; i++) rotate(a, p * D + i, q * D + i, c, s);
        for (let i = 0; i < D; i++) rotate(v, p * D + i, q * D + i, c, s);
      }
    }
  }
  const order = Array.from({ length: D }, (_, i) => i).toSorted(
    (i, j) => a[j * D + j]! - a[i * D + i]!,
  );
  return {
    mean: [...mean.dataSync()].map(Number),
    components: order.map((i) => v.slice(i * D, (i + 1) * D)),
    variances: order.map((i) => a[i * D + i]!),
  };
}

function rotate(values: number[], p: number, q: number, c: number, s: number): void {
  const [one, other] = [values[p]!, values[q]!];
  values[p] = c * one - s * other;
  values[q] = s * one + c * other;
}
