import { DataError } from '@kasane/tensor-core';
import type { Turns } from '../turns.ts';
import type { Measured } from './distances.ts';

/** The k nearest points of each query, nearest first, query after query. */
export interface Neighbors {
  readonly k: number;
  readonly indices: Int32Array;
  readonly distances: Float64Array;
}

/**
 * Finds them by comparing every query with every point; of points as near the first come first. A query of the points themselves is
 * no neighbour of its own, so there must be more than k.
 */
export async function nearestPoints(
  owner: string,
  points: Measured,
  queries: Measured,
  k: number,
  turns: Turns,
): Promise<Neighbors> {
  const indices = new Int32Array(queries.rows * k);
  const distances = new Float64Array(queries.rows * k).fill(Infinity);
  const same = points === queries;
  await points.compare(queries, turns, (i, from, count, sums, at) => {
    const first = i * k;
    const last = first + k - 1;
    for (let j = 0; j < count; j++) {
      const sum = sums[at + j]!;
      if (sum >= distances[last]! || (same && from + j === i)) continue;
      let place = last;
      for (; place > first && distances[place - 1]! > sum; place--) {
        distances[place] = distances[place - 1]!;
        indices[place] = indices[place - 1]!;
      }
      distances[place] = sum;
      indices[place] = from + j;
    }
  });
  for (let place = 0; place < distances.length; place++) {
    distances[place] = points.distance(distances[place]!);
  }
  const far = distances.indexOf(Infinity);
  if (far >= 0) {
    throw new DataError(
      `${owner}: the distances of point ${Math.floor(far / k)} are beyond what numbers hold. Divide all points by their largest number.`,
    );
  }
  return { k, indices, distances };
}
