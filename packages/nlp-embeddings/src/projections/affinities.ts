import type { Neighbors } from './neighbors.ts';
import { withTranspose, type SparseRows } from './sparse-rows.ts';

/** Steps of a search: each halves the error. */
const STEPS = 100;

/** How near to ln perplexity the entropy must come. */
const NEAR = 1e-5;

/**
 * How likely points pick each other as neighbours, p_ij = (p_j|i + p_i|j) / 2n, which sum to 1:
 *
 *     p_j|i ∝ exp(-β_i d_ij²), with β_i such that -Σ_j p_j|i ln p_j|i = ln perplexity
 *
 * over the neighbours that are given.
 */
export function affinities({ k, indices, distances }: Neighbors, perplexity: number): SparseRows {
  const n = indices.length / k;
  const p = new Float64Array(n * k);
  const squares = new Float64Array(k);
  for (let i = 0; i < n; i++) {
    // In units of their mean, so that the search begins near its end whatever the scale is.
    const farthest = distances[(i + 1) * k - 1]! || 1;
    const nearest = (distances[i * k]! / farthest) ** 2;
    let mean = 0;
    for (let j = 0; j < k; j++) {
      squares[j] = (distances[i * k + j]! / farthest) ** 2 - nearest;
      mean += squares[j]! / k;
    }
    if (mean > 0) for (let j = 0; j < k; j++) squares[j]! /= mean;
    choices(squares, Math.log(perplexity), p.subarray(i * k, (i + 1) * k));
  }
  return withTranspose(indices, p, k, (a, b) => (a + b) / (2 * n));
}

/** Finds β and writes the p_j|i. */
function choices(squares: Float64Array, wanted: number, out: Float64Array): void {
  let beta = 1;
  let low = 0;
  let high = Infinity;
  for (let step = 0; step < STEPS; step++) {
    let sum = 0;
    let weighted = 0;
    for (let j = 0; j < squares.length; j++) {
      out[j] = Math.exp(-beta * squares[j]!);
      sum += out[j]!;
      weighted += out[j]! * squares[j]!;
    }
    for (let j = 0; j < squares.length; j++) out[j]! /= sum;
    const tooMuch = Math.log(sum) + (beta * weighted) / sum - wanted;
    if (Math.abs(tooMuch) <= NEAR) return;
    if (tooMuch > 0) low = beta;
    else high = beta;
    beta = high === Infinity ? beta * 2 : (low + high) / 2;
  }
}
