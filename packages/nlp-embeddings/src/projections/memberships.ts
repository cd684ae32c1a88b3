import type { Neighbors } from './neighbors.ts';

/** Steps of a search at most. */
const STEPS = 64;

/** How near to log₂ k the sum must come. */
const NEAR = 1e-5;

/** σ is at least this share of the mean distance. */
const LEAST = 1e-3;

/**
 * How far each of the k neighbours belongs to a point's neighbourhood, 0 to 1:
 *
 *     exp(-max(0, d - ρ) / σ)
 *
 * with ρ the distance of the neighbour that is to belong to it wholly (of the `localConnectivity`-th that is not in the same place), and σ such that all but the first sum to
 * log₂ k. The first is the point itself, or the nearest for points that come later.
 *
 * @see McInnes, Healy and Melville (2018), UMAP: uniform manifold approximation and projection, algorithm 3.
 */
export function memberships({ k, distances }: Neighbors, localConnectivity: number): Float64Array {
  const out = new Float64Array(distances.length);
  const meanOfAll = distances.reduce((sum, d) => sum + d / distances.length, 0);
  for (let first = 0; first < distances.length; first += k) {
    const row = distances.subarray(first, first + k);
    const rho = wholly(row, localConnectivity);
    const mean = rho > 0 ? row.reduce((sum, d) => sum + d / k, 0) : meanOfAll;
    const sigma = Math.max(spreadOf(row, rho), LEAST * mean);
    for (let j = 0; j < k; j++) {
      const beyond = row[j]! - rho;
      out[first + j] = beyond <= 0 ? 1 : Math.exp(-beyond / sigma);
    }
  }
  return out;
}

/** ρ; between two neighbours if `localConnectivity` is no whole number. Distances rise. */
function wholly(row: Float64Array, localConnectivity: number): number {
  const zeros = row.findIndex((d) => d > 0);
  if (zeros < 0) return 0;
  const count = row.length - zeros;
  if (count < localConnectivity) return row.at(-1)!;
  const index = Math.floor(localConnectivity);
  const before = index > 0 ? row[zeros + index - 1]! : 0;
  const part = localConnectivity - index;
  return part > 0 ? before + part * (row[zeros + index]! - before) : before;
}

/** σ, by halving. */
function spreadOf(row: Float64Array, rho: number): number {
  const wanted = Math.log2(row.length);
  let sigma = 1;
  let low = 0;
  let high = Infinity;
  for (let step = 0; step < STEPS; step++) {
    let sum = 0;
    for (let j = 1; j < row.length; j++) {
      const beyond = row[j]! - rho;
      sum += beyond > 0 ? Math.exp(-beyond / sigma) : 1;
    }
    if (Math.abs(sum - wanted) < NEAR) break;
    if (sum > wanted) high = sigma;
    else low = sigma;
    sigma = high === Infinity ? sigma * 2 : (low + high) / 2;
  }
  return sigma;
}
