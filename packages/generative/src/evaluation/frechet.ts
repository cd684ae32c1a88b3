import type { Tensor } from '@kasane/tensor-core';
import { requireSamples } from './given.ts';
import { eigenvalues, lowerRoot } from './symmetric.ts';

/**
 * The Fréchet distance of two samples of features, (N, D) and (M, D): that of the normal distributions with their means and
 * covariances, squared, as is usual.
 *
 * $$ \lVert \mu_1 - \mu_2 \rVert^2 + \operatorname{tr}\bigl(\Sigma_1 + \Sigma_2 - 2(\Sigma_1 \Sigma_2)^{1/2}\bigr) $$
 *
 * With features of InceptionV3 it is called FID; with those of a network of one's own its numbers compare with others of the same network
 * and the same number of points only. It is computed in float64 and takes some D³ steps: 256 features take some tenths of a second, twice
 * as many eight times as long.
 *
 * @throws {@link ShapeError} if the samples are not (N, D) and (M, D), of at least 2 points each.
 * @throws RangeError if a feature is not finite.
 *
 * @example
 * import { frechetDistance } from '@kasane/generative';
 * import { tensor } from '@kasane/tensor-core';
 * // As wide, and 3 apart.
 * frechetDistance(tensor([[0], [1]]), tensor([[3], [4]])).toFixed(4); // => 9.0000
 *
 * @see Heusel et al. (2017), GANs Trained by a Two Time-Scale Update Rule Converge to a Local Nash Equilibrium.
 * @category Evaluation
 */
export function frechetDistance(x: Tensor, y: Tensor): number {
  requireSamples('frechetDistance', x, y, 2);
  const D = x.shape[1]!;
  const [one, two] = [moments(x), moments(y)];
  let distance = 0;
  for (let d = 0; d < D; d++) {
    distance += (one.mean[d]! - two.mean[d]!) ** 2;
    distance += one.covariance[d * D + d]! + two.covariance[d * D + d]!;
  }
  // With Σ₁ = L Lᵀ, Σ₁Σ₂ has the eigenvalues of Lᵀ Σ₂ L, which is symmetric.
  const between = framed(lowerRoot(one.covariance, D), two.covariance, D);
  for (const value of eigenvalues(between, D)) distance -= 2 * Math.sqrt(Math.max(0, value));
  return Math.max(0, distance);
}

/** The mean (D) and the covariance (D, D), divided by N - 1. */
function moments(sample: Tensor): { mean: Float64Array; covariance: Float64Array } {
  const [N, D] = sample.shape as [number, number];
  const values = Float64Array.from(sample.dataSync(), Number);
  if (!values.every((v) => Number.isFinite(v))) {
    throw new RangeError('frechetDistance: all features must be finite, got some that are not.');
  }
  const mean = new Float64Array(D);
  for (let i = 0; i < values.length; i++) mean[i % D]! += values[i]! / N;
  const covariance = new Float64Array(D * D);
  for (let n = 0; n < N; n++) {
    const row = values.subarray(n * D, (n + 1) * D);
    for (let d = 0; d < D; d++) row[d]! -= mean[d]!;
    for (let i = 0; i < D; i++) {
      const v = row[i]! / (N - 1);
      for (let j = 0; j < D; j++) covariance[i * D + j]! += v * row[j]!;
    }
  }
  return { mean, covariance };
}

/** Lᵀ a L for a lower triangle L and a symmetric matrix, of n rows. */
function framed(root: Float64Array, a: Float64Array, n: number): Float64Array {
  const half = new Float64Array(n * n); // a L
  const out = new Float64Array(n * n);
  for (let i = 0; i < n; i++) {
    for (let k = 0; k < n; k++) {
      const v = a[i * n + k]!;
      for (let j = 0; j <= k; j++) half[i * n + j]! += v * root[k * n + j]!;
    }
  }
  for (let k = 0; k < n; k++) {
    for (let i = 0; i <= k; i++) {
      const v = root[k * n + i]!;
      for (let j = 0; j < n; j++) out[i * n + j]! += v * half[k * n + j]!;
    }
  }
  return out;
}
