import { scope, tensor, wasm, type Tensor } from '@kasane/tensor-core';
import type { Turns } from '@kasane/tensor-core/turns';
import type { Measured } from './distances.ts';

/** Queries and points that are multiplied at a time: some milliseconds of work. */
const QUERIES = 128;
const POINTS = 2048;

/** Half of the distance between 1 and the next number. */
const FLOAT32 = 2 ** -24;
const FLOAT64 = 2 ** -53;

/**
 * Sees every pair of a query and a point whose sum of squared differences may be below the limit of the query, and few others; for each
 * query the points come in rising order. By products in float32, many times as fast as differences:
 *
 *     |q - p|² = |q|² + |p|² - 2qp
 *
 * less what rounding can amount to at most: who computes the sums of the pairs that are seen has exactly those that count.
 * Gives false, having seen nothing, if the numbers are too large or too small for that.
 */
export async function eachCandidate(
  points: Measured,
  queries: Measured,
  limit: (i: number) => number,
  see: (i: number, j: number) => void,
  turns: Turns,
): Promise<boolean> {
  const d = points.columns;
  const center = points.values.slice(0, d);
  for (let r = 1; r < points.rows; r++) {
    for (let j = 0; j < d; j++) center[j]! += (points.values[r * d + j]! - center[j]!) / (r + 1);
  }
  const spread = Math.max(farthest(points.values, center), farthest(queries.values, center));
  const unit = 1 / spread ** 2;
  if (!(unit > 1e-280 && unit < 1e280)) return false;
  // What the least significant digit of a number is in these units, and what it does to sums.
  const origin = new Float64Array(d);
  const large = Math.max(farthest(points.values, origin), farthest(queries.values, origin));
  const digit = (4 * FLOAT64 * large) / spread;
  const rounding = { share: (d + 8) * FLOAT32, each: 4 * digit * Math.sqrt(d) };
  const least = 4 * d * digit * digit + 1e-30; // products may vanish

  const from = centered(points, center, spread, rounding);
  const to = points === queries ? from : centered(queries, center, spread, rounding);
  for (let first = 0; first < points.rows; first += POINTS) {
    const count = Math.min(POINTS, points.rows - first);
    const block = matrix(from.values, first, count, d);
    for (let start = 0; start < queries.rows; start += QUERIES) {
      const rows = Math.min(QUERIES, queries.rows - start);
      const products = scope(() =>
        matrix(to.values, start, rows, d).matmul(block.transpose(0, 1)).dataSync(),
      );
      for (let i = 0; i < rows; i++) {
        const query = start + i;
        const own = to.squares[query]! - least;
        let room = own - limit(query) * unit;
        for (let j = 0, at = i * count; j < count; j++, at++) {
          if (2 * products[at]! <= room + from.squares[first + j]!) continue;
          see(query, first + j);
          room = own - limit(query) * unit;
        }
      }
      if (turns.due) await turns.give();
    }
    block.dispose();
  }
  return true;
}

function matrix(values: Float32Array, first: number, rows: number, columns: number): Tensor {
  const part = values.subarray(first * columns, (first + rows) * columns);
  return tensor(part, [rows, columns], { backend: wasm() });
}

function farthest(values: Float64Array, center: Float64Array): number {
  let most = 0;
  for (let i = 0, j = 0; i < values.length; i++) {
    most = Math.max(most, Math.abs(values[i]! - center[j]!));
    if (++j === center.length) j = 0;
  }
  return most;
}

/** Rows around the center in units of the spread, and the least that their squared lengths can count for. */
function centered(
  { values, rows, columns }: Measured,
  center: Float64Array,
  spread: number,
  rounding: { readonly share: number; readonly each: number },
): { readonly values: Float32Array; readonly squares: Float64Array } {
  const out = new Float32Array(values.length);
  const squares = new Float64Array(rows);
  for (let r = 0, at = 0; r < rows; r++) {
    let sum = 0;
    for (let j = 0; j < columns; j++, at++) {
      const v = (values[at]! - center[j]!) / spread;
      out[at] = v;
      sum += v * v;
    }
    squares[r] = sum * (1 - rounding.share) - rounding.each * Math.sqrt(sum);
  }
  return { values: out, squares };
}
