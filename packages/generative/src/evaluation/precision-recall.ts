import { noGrad, optionsOf, requireWhole, scope, type Tensor } from '@kasane/tensor-core';
import { requireSamples } from './given.ts';
import { distances } from './mmd.ts';

/** Options of `precisionRecall`. */
export interface PrecisionRecallOptions {
  /** How many neighbours a point's surroundings reach to. Default 3. */
  readonly k?: number;
}

/** How good, and how varied, a sample is. */
export interface PrecisionRecall {
  /** The share of the generated points that lie in the surroundings of a real one. */
  readonly precision: number;
  /** The share of the real points that lie in the surroundings of a generated one. */
  readonly recall: number;
}

/**
 * Precision and recall of a generated sample (M, D) for a real one (N, D): points, or features of pictures. The surroundings of a
 * point are the ball that reaches to its k-th nearest neighbour in its own sample.
 *
 * $$ \text{precision} = \frac1M \sum_j 1\bigl[\exists i: \lVert y_j - x_i \rVert \le r_k(x_i)\bigr], \quad r_k(x) \text{ the distance of the } k\text{-th neighbour} $$
 *
 * All distances between points are held, (N + M)² numbers. Recall is the same with both samples exchanged.
 *
 * @throws {@link ShapeError} if the samples are not (N, D) and (M, D), or one has no more than k points.
 * @throws RangeError if k is not a whole number of at least 1.
 *
 * @example
 * import { precisionRecall } from '@kasane/generative';
 * import { tensor } from '@kasane/tensor-core';
 * const real = tensor([[0], [1], [2], [10], [11], [12]]);
 * // Right as far as it goes, and half of what there is.
 * precisionRecall(real, tensor([[0.4], [1.1], [2.1]]), { k: 1 }); // => {"precision":1,"recall":0.5}
 *
 * @see Kynkäänniemi et al. (2019), Improved Precision and Recall Metric for Assessing Generative Models.
 * @category Evaluation
 */
export function precisionRecall(
  real: Tensor,
  generated: Tensor,
  options?: PrecisionRecallOptions,
): PrecisionRecall {
  const { k = 3 } = optionsOf('precisionRecall', options, ['k']);
  requireWhole('precisionRecall', 'k', k, 1);
  requireSamples('precisionRecall', real, generated, k + 1);
  const origin = noGrad(() => real.mean(0));
  const [a, b] = noGrad(() => [real.sub(origin), generated.sub(origin)]) as [Tensor, Tensor];
  return {
    precision: within(a, b, k),
    recall: within(b, a, k),
  };
}

/** The share of the other points (M, D) that are no further from one of these (N, D) than its own k-th neighbour. */
function within(own: Tensor, other: Tensor, k: number): number {
  const [N, M] = [own.shape[0]!, other.shape[0]!];
  const apart = squared(own, own);
  const reach = new Float64Array(N);
  for (let i = 0; i < N; i++) {
    // The point itself is among them, at distance 0.
    reach[i] = apart.slice(i * N, (i + 1) * N).sort()[k]!;
  }
  const between = squared(own, other);
  let inside = 0;
  for (let j = 0; j < M; j++) {
    for (let i = 0; i < N; i++) {
      if (between[i * M + j]! <= reach[i]!) {
        inside++;
        break;
      }
    }
  }
  return inside / M;
}

function squared(a: Tensor, b: Tensor): Float64Array {
  const held = scope(() => noGrad(() => distances(a, b)));
  const values = Float64Array.from(held.dataSync() as Float32Array);
  held.dispose();
  return values;
}
