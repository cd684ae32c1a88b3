import { DataError, optionsOf, requireWhole } from '@kasane/tensor-core';
import { Turns } from '@kasane/tensor-core/turns';
import { Measured, type Metric } from './distances.ts';
import { requireMetric } from './given.ts';
import { nearestPoints } from './neighbors.ts';
import { pointsOf, type Points } from './points.ts';

/** Options of `trustworthiness`. */
export interface TrustworthinessOptions {
  /** How many neighbours in the picture are looked at, fewer than half of the points. Default 5. */
  readonly nNeighbors?: number;
  /** How far apart the points are; in the picture distances are euclidean. Default `euclidean`. */
  readonly metric?: Metric;
  /** Ends the computation. */
  readonly signal?: AbortSignal;
}

/**
 * How far the neighbours in a picture can be trusted, 0 to 1: it falls with every point that is among the k nearest in the picture, N_i, but only the
 * r(i, j)-th nearest in truth.
 *
 * $$ T = 1 - \frac{2}{n k (2n - 3k - 1)} \sum_i \sum_{j \in N_i} \max(0, r(i, j) - k) $$
 *
 * Points have shape (n, d), the embedding (n, c). Same as `sklearn.manifold.trustworthiness`. Compares all points with all others.
 *
 * @throws {@link DataError} for points that are no matrix, not finite, or not as many in both.
 * @throws RangeError for too many neighbours.
 * @throws TypeError for a metric that there is not.
 *
 * @example
 * import { trustworthiness } from '@kasane/nlp-embeddings/projections';
 * const points = [[0, 0], [1, 0.1], [2, 0], [5, 0], [7, 0.1]];
 * await trustworthiness(points, [[0], [1], [2], [5], [7]], { nNeighbors: 2 }); // => 1
 * await trustworthiness(points, [[0], [2], [1], [4], [7]], { nNeighbors: 2 }); // => 0.8667
 *
 * @see Venna and Kaski (2001), Neighborhood preservation in nonlinear projection methods.
 */
export async function trustworthiness(
  points: Points,
  embedding: Points,
  options?: TrustworthinessOptions,
): Promise<number> {
  const owner = 'trustworthiness';
  const given = optionsOf(owner, options, ['nNeighbors', 'metric', 'signal']);
  const { nNeighbors: k = 5, metric = 'euclidean' } = given;
  requireMetric(owner, metric);
  const turns = new Turns(given.signal);
  const values = await pointsOf(owner, points);
  const places = await pointsOf(owner, embedding, 'the embedding');
  const n = values.rows;
  if (places.rows !== n) {
    throw new DataError(
      `${owner}: the embedding must have a row for each of ${n} points, got ${places.rows}.`,
    );
  }
  if (n < 3) throw new DataError(`${owner}: needs at least three points, got ${n}.`);
  requireWhole(owner, 'nNeighbors', k, 1, Math.ceil(n / 2) - 1);

  const truth = new Measured(owner, values, metric);
  const picture = new Measured(owner, places, 'euclidean');
  const { indices } = await nearestPoints(owner, picture, picture, k, turns);
  const far = new Float64Array(n * k); // how far away each is in truth
  await truth.compare(truth, turns, (i, from, count, sums, at) => {
    for (let e = i * k; e < (i + 1) * k; e++) {
      const j = indices[e]! - from;
      if (j >= 0 && j < count) far[e] = sums[at + j]!;
    }
  });
  const nearer = new Int32Array(n * k); // points that are nearer; of those as near the first count
  await truth.compare(truth, turns, (i, from, count, sums, at) => {
    for (let e = i * k; e < (i + 1) * k; e++) {
      const limit = far[e]!;
      const before = indices[e]! - from;
      let found = 0;
      for (let j = 0; j < count; j++) {
        const sum = sums[at + j]!;
        if (sum < limit || (sum === limit && j < before)) found++;
      }
      // The point itself is as near as can be.
      if (i >= from && i < from + count && (limit > 0 || i < indices[e]!)) found--;
      nearer[e]! += found;
    }
  });
  let penalty = 0;
  for (const before of nearer) penalty += Math.max(0, before + 1 - k);
  return 1 - (2 / (n * k * (2 * n - 3 * k - 1))) * penalty;
}
