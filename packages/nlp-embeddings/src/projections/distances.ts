import { DataError } from '@kasane/tensor-core';
import type { Turns } from '@kasane/tensor-core/turns';
import type { PointValues } from './points.ts';

/** How far apart points are, by scikit-learn's names. */
export type Metric = 'euclidean' | 'manhattan' | 'chebyshev' | 'cosine' | 'correlation';

/** Four queries, and the points that they are compared with. */
interface Quad {
  readonly columns: number;
  readonly queries: Float64Array;
  /** Where each query begins. */
  readonly at: Int32Array;
  readonly points: Float64Array;
  /** The results: of the first query, then of the second, … */
  readonly out: Float64Array;
}

interface Measure {
  /** Compares a quad with the points from `from` to `to`: sums over columns, which order points as the distance does. */
  readonly sums: (quad: Quad, from: number, to: number) => void;
  /** From a sum to the distance. */
  readonly distance: (sum: number) => number;
  /** What rows are made into before. */
  readonly unit: 'as it is' | 'length 1' | 'mean 0 and length 1';
}

const measures: Record<Metric, Measure> = {
  euclidean: { sums: squares, distance: Math.sqrt, unit: 'as it is' },
  manhattan: { sums: absolutes, distance: (sum) => sum, unit: 'as it is' },
  chebyshev: { sums: largest, distance: (sum) => sum, unit: 'as it is' },
  // |a - b|² = 2 - 2ab for vectors of length 1
  cosine: { sums: squares, distance: (sum) => sum / 2, unit: 'length 1' },
  correlation: { sums: squares, distance: (sum) => sum / 2, unit: 'mean 0 and length 1' },
};

export const metricNames: readonly string[] = Object.keys(measures);

/** Numbers of the points that queries are compared with at a time: they stay in the cache. */
const BLOCK = 16_384;

/** Sees the sums of query `i` with `count` points from `from` on, which lie in `sums` from `at` on. */
export type Visit = (
  i: number,
  from: number,
  count: number,
  sums: Float64Array,
  at: number,
) => void;

/** Points made ready for a metric. */
export class Measured {
  readonly rows: number;
  readonly columns: number;
  /** Row after row, as the metric wants them. */
  readonly values: Float64Array;
  readonly #measure: Measure;

  /** Throws DataError for points without a direction if the metric compares directions. */
  constructor(owner: string, points: PointValues, metric: Metric) {
    const { rows, columns, values } = points;
    this.rows = rows;
    this.columns = columns;
    this.#measure = measures[metric];
    const { unit } = this.#measure;
    this.values = unit === 'as it is' ? values : values.slice();
    if (unit === 'as it is') return;
    for (let i = 0; i < rows; i++) {
      const row = this.values.subarray(i * columns, (i + 1) * columns);
      if (row.every((v) => v === (unit === 'length 1' ? 0 : row[0]))) {
        const alike = unit === 'length 1' ? 'all 0' : 'all alike';
        throw new DataError(
          `${owner}: the metric ${metric} needs a direction, but the numbers of point ${i} are ${alike}. Leave it out, or take another metric.`,
        );
      }
      toUnit(row, unit === 'length 1' ? 0 : row.reduce((sum, v) => sum + v / columns, 0));
    }
  }

  /** The distance that a sum stands for. */
  distance(sum: number): number {
    return this.#measure.distance(sum);
  }

  /** Whether sums are those of squared differences. */
  get isEuclidean(): boolean {
    return this.#measure.sums === squares;
  }

  /** Compares all queries with all points, block after block of points. */
  async compare(queries: Measured, turns: Turns, visit: Visit): Promise<void> {
    const { rows, columns } = this;
    const block = Math.max(16, Math.floor(BLOCK / columns));
    const out = new Float64Array(4 * block);
    const at = new Int32Array(4);
    const quad: Quad = { columns, queries: queries.values, at, points: this.values, out };
    for (let from = 0; from < rows; from += block) {
      const n = Math.min(rows - from, block);
      for (let i = 0; i < queries.rows; i += 4) {
        const last = Math.min(3, queries.rows - 1 - i);
        // Fewer than four are filled up with the last.
        for (let q = 0; q < 4; q++) at[q] = (i + Math.min(q, last)) * columns;
        this.#measure.sums(quad, from, from + n);
        for (let q = 0; q <= last; q++) visit(i + q, from, n, out, q * n);
        if (turns.due) await turns.give();
      }
    }
  }
}

function toUnit(row: Float64Array, mean: number): void {
  let most = 0; // keeps the squares in range
  for (const v of row) most = Math.max(most, Math.abs(v - mean));
  let sum = 0;
  for (let j = 0; j < row.length; j++) {
    row[j] = (row[j]! - mean) / most;
    sum += row[j]! ** 2;
  }
  for (let j = 0; j < row.length; j++) row[j]! /= Math.sqrt(sum);
}

/** Σ (x - y)², for four queries at once: each number of a point is read once for all. */
function squares({ columns, queries, at, points, out }: Quad, from: number, to: number): void {
  const n = to - from;
  const q0 = at[0]!;
  const q1 = at[1]!;
  const q2 = at[2]!;
  const q3 = at[3]!;
  for (let j = 0; j < n; j++) {
    const p = (from + j) * columns;
    let a = 0;
    let b = 0;
    let c = 0;
    let d = 0;
    for (let k = 0; k < columns; k++) {
      const y = points[p + k]!;
      const x0 = queries[q0 + k]! - y;
      const x1 = queries[q1 + k]! - y;
      const x2 = queries[q2 + k]! - y;
      const x3 = queries[q3 + k]! - y;
      a += x0 * x0;
      b += x1 * x1;
      c += x2 * x2;
      d += x3 * x3;
    }
    out[j] = a;
    out[n + j] = b;
    out[2 * n + j] = c;
    out[3 * n + j] = d;
  }
}

/** Σ |x - y| */
function absolutes({ columns, queries, at, points, out }: Quad, from: number, to: number): void {
  for (let q = 0, o = 0; q < 4; q++) {
    for (let j = from; j < to; j++) {
      let sum = 0;
      for (let k = 0; k < columns; k++) {
        sum += Math.abs(queries[at[q]! + k]! - points[j * columns + k]!);
      }
      out[o++] = sum;
    }
  }
}

/** max |x - y| */
function largest({ columns, queries, at, points, out }: Quad, from: number, to: number): void {
  for (let q = 0, o = 0; q < 4; q++) {
    for (let j = from; j < to; j++) {
      let most = 0;
      for (let k = 0; k < columns; k++) {
        most = Math.max(most, Math.abs(queries[at[q]! + k]! - points[j * columns + k]!));
      }
      out[o++] = most;
    }
  }
}
