/** What scikit-learn and umap-learn compute of a few points, by fixtures/projections.py; and points of clusters. */
import { readFileSync } from 'node:fs';
import { Generator } from '@kasane/tensor-core';
import type { Metric } from '../src/projections/distances.ts';
import type { PointValues } from '../src/projections/points.ts';

interface Rows {
  starts: number[];
  columns: number[];
  values: number[];
}

interface Fixture {
  points: number[][];
  later: number[][];
  tsne: {
    perplexity: number;
    affinities: Rows;
    embedding: number[][];
    klDivergence: number;
    trustworthiness: number;
  };
  trustworthiness: { nNeighbors: number; metric: Metric; value: number }[];
  neighbors: { metric: Metric; indices: number[]; distances: number[] }[];
  curves: { spread: number; minDist: number; ab: [number, number] }[];
  fuzzy: {
    metric: Metric;
    nNeighbors: number;
    setOpMixRatio: number;
    localConnectivity: number;
    graph: Rows;
  }[];
  umap: { nNeighbors: number; trustworthiness: number; later: Rows };
}

export const fixture = JSON.parse(
  readFileSync(new URL('fixtures/projections.json', import.meta.url), 'utf8'),
) as Fixture; // written by projections.py beside it

/** Points as `pointsOf` reads them. */
export const flat = (points: readonly number[][]): PointValues => ({
  values: Float64Array.from(points.flat()),
  rows: points.length,
  columns: points[0]!.length,
});

/** Normal clusters: the mean of cluster c is `apart` along dimension c. */
export function clusters(n: number, count: number, columns: number, apart = 8): number[][] {
  const generator = new Generator(3);
  return Array.from({ length: n }, (_, i) =>
    Array.from({ length: columns }, (_, j) => generator.normal() + (i % count === j ? apart : 0)),
  );
}
