import { DataError } from '@kasane/tensor-core';
import type { Turns } from '@kasane/tensor-core/turns';
import { eachCandidate } from './candidates.ts';
import type { Measured } from './distances.ts';

/** Products of numbers from which on products in float32 pay. */
const MUCH = 1e6;

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
  const offer = (i: number, j: number, sum: number): void => {
    const first = i * k;
    const last = first + k - 1;
    if (sum >= distances[last]! || (same && j === i)) return;
    let place = last;
    for (; place > first && distances[place - 1]! > sum; place--) {
      distances[place] = distances[place - 1]!;
      indices[place] = indices[place - 1]!;
    }
    distances[place] = sum;
    indices[place] = j;
  };
  const work = points.rows * queries.rows * points.columns;
  const done =
    work > MUCH &&
    points.isEuclidean &&
    (await eachCandidate(
      points,
      queries,
      (i) => distances[(i + 1) * k - 1]!,
      (i, j) => offer(i, j, squaredDistance(queries.values, i, points.values, j, points.columns)),
      turns,
    ));
  if (!done) {
    await points.compare(queries, turns, (i, from, count, sums, at) => {
      for (let j = 0; j < count; j++) offer(i, from + j, sums[at + j]!);
    });
  }
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

function squaredDistance(
  a: Float64Array,
  i: number,
  b: Float64Array,
  j: number,
  columns: number,
): number {
  let sum = 0;
  for (let c = 0, p = i * columns, q = j * columns; c < columns; c++) {
    const difference = a[p + c]! - b[q + c]!;
    sum += difference * difference;
  }
  return sum;
}
