import { optionsOf, requireThat, type Tensor } from '@kasane/tensor-core';
import { requireSamples } from './given.ts';

/** Options of `modesCovered`. */
export interface ModesOptions {
  /** How near to its centre a point of a mode is: often 3 σ. */
  readonly radius: number;
  /** The share of all points that a mode needs to be covered. Default: a tenth of an equal share. */
  readonly atLeast?: number;
}

/** Which modes a sample has. */
export interface Modes {
  /** How many modes are covered. */
  readonly modes: number;
  /** The share of the points that are within the radius of a centre. */
  readonly share: number;
  /** How many points are within the radius of each centre, which is the nearest one to them. */
  readonly counts: readonly number[];
}

/**
 * How many of the modes of a distribution a sample (N, D) has, whose centres (K, D) are known; and how many of its points lie near one.
 *
 * $$ \text{counts}_k = \sum_i 1\bigl[k = \arg\min_j \lVert x_i - c_j \rVert, \; \lVert x_i - c_k \rVert \le \text{radius}\bigr] $$
 *
 * $$ k \text{ is covered if } \text{counts}_k \ge \text{atLeast} \cdot N $$
 *
 * @throws {@link ShapeError} if points and centres are not (N, D) and (K, D).
 * @throws RangeError if the radius is not above 0, or `atLeast` not from 0 to 1.
 *
 * @example
 * import { eightCentres, eightGaussians, modesCovered } from '@kasane/generative';
 * const { modes, share } = modesCovered(eightGaussians(1000), eightCentres(), { radius: 0.3 });
 * [modes, share > 0.97]; // => [8,true]
 *
 * @see Srivastava et al. (2017), VEEGAN: Reducing Mode Collapse in GANs.
 * @category Evaluation
 */
export function modesCovered(points: Tensor, centres: Tensor, options: ModesOptions): Modes {
  const owner = 'modesCovered';
  const { radius, atLeast } = optionsOf(owner, options, ['radius', 'atLeast']);
  requireSamples(owner, points, centres, 1);
  const [N, D] = points.shape as [number, number];
  const K = centres.shape[0]!;
  const needed = atLeast ?? 0.1 / K;
  requireThat(radius > 0, owner, 'radius', radius, 'above 0');
  requireThat(needed >= 0 && needed <= 1, owner, 'atLeast', needed, 'from 0 to 1');
  const [p, c] = [points.dataSync(), centres.dataSync()].map((v) => Float64Array.from(v, Number));
  const counts = new Array<number>(K).fill(0);
  for (let i = 0; i < N; i++) {
    let nearest = 0;
    let least = Infinity;
    for (let k = 0; k < K; k++) {
      let squared = 0;
      for (let d = 0; d < D; d++) squared += (p![i * D + d]! - c![k * D + d]!) ** 2;
      if (squared < least) {
        least = squared;
        nearest = k;
      }
    }
    if (least <= radius ** 2) counts[nearest]!++;
  }
  return {
    modes: counts.filter((n) => n > 0 && n >= needed * N).length,
    share: counts.reduce((sum, n) => sum + n) / N,
    counts,
  };
}
