import type { Turns } from '@kasane/tensor-core/turns';
import type { Measured } from './distances.ts';
import { memberships } from './memberships.ts';
import { nearestPoints, type Neighbors } from './neighbors.ts';
import { withTranspose, type SparseRows } from './sparse-rows.ts';

/** What the graph of points is made with. */
export interface GraphSettings {
  readonly nNeighbors: number;
  readonly localConnectivity: number;
  /** 1: an edge belongs to the graph if either end says so (fuzzy union); 0: if both do (intersection). */
  readonly setOpMixRatio: number;
}

/** Edges between points and their neighbours with how far they belong to the graph, the same both ways. */
export async function fuzzyGraph(
  owner: string,
  points: Measured,
  { nNeighbors, localConnectivity, setOpMixRatio }: GraphSettings,
  turns: Turns,
): Promise<SparseRows> {
  const others = await nearestPoints(owner, points, points, nNeighbors - 1, turns);
  const neighbors = afterSelf(others, points.rows);
  const strengths = memberships(neighbors, localConnectivity);
  for (let first = 0; first < strengths.length; first += nNeighbors) strengths[first] = 0;
  return withTranspose(neighbors.indices, strengths, nNeighbors, (a, b) => {
    const both = a * b;
    return setOpMixRatio * (a + b - both) + (1 - setOpMixRatio) * both;
  });
}

/** The neighbours with the point itself before them. */
function afterSelf({ k, indices, distances }: Neighbors, n: number): Neighbors {
  const out = {
    k: k + 1,
    indices: new Int32Array(n * (k + 1)),
    distances: new Float64Array(n * (k + 1)),
  };
  for (let i = 0; i < n; i++) {
    const first = i * (k + 1);
    out.indices[first] = i;
    out.indices.set(indices.subarray(i * k, (i + 1) * k), first + 1);
    out.distances.set(distances.subarray(i * k, (i + 1) * k), first + 1);
  }
  return out;
}
