import { DataError, shown } from '@kasane/tensor-core';
import { metricNames, type Metric } from './distances.ts';
import { pointsOf, type Points } from './points.ts';

/** How far the moving of points is. */
export interface ProjectionProgress {
  /** Those that were made. */
  readonly iteration: number;
  readonly iterations: number;
  /** Where the points are, row after row. They are moved on: copy what is to be kept. */
  readonly embedding: Float64Array;
}

/** Throws TypeError unless the metric is one of those there are. */
export function requireMetric(owner: string, metric: Metric): void {
  if (metricNames.includes(metric)) return;
  throw new TypeError(
    `${owner}: metric must be one of ${metricNames.map((name) => `'${name}'`).join(', ')}, got ${shown(metric)}.`,
  );
}

/** The first places that the caller gave, or undefined for a word of `words`. */
export async function placesOf(
  owner: string,
  init: Points | string,
  words: readonly string[],
  rows: number,
  columns: number,
): Promise<Float64Array | undefined> {
  if (typeof init === 'string') {
    if (words.includes(init)) return undefined;
    throw new TypeError(
      `${owner}: init must be ${words.map((word) => `'${word}'`).join(', ')} or the first places, got ${shown(init)}.`,
    );
  }
  const given = await pointsOf(owner, init, 'init');
  if (given.rows === rows && given.columns === columns) return given.values;
  throw new DataError(
    `${owner}: init must have shape [${rows}, ${columns}], one row for each point, got [${given.rows}, ${given.columns}].`,
  );
}
