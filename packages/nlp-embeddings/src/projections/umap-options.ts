import { defaultGenerator, requireThat, requireWhole, type Generator } from '@kasane/tensor-core';
import type { Metric } from './distances.ts';
import { fallingCurve } from './falling-curve.ts';
import { requireMetric, type ProjectionProgress } from './given.ts';
import type { Points } from './points.ts';

/** What one may watch and end the work of UMAP by. */
export interface UMAPTransformOptions {
  /** Default: the one that `manualSeed` seeds. */
  readonly generator?: Generator;
  /** Called about every 16 ms while points are moved, and at the end. */
  readonly onProgress?: (progress: ProjectionProgress) => void;
  /** Ends the work. */
  readonly signal?: AbortSignal;
}

/** Options of `UMAP.fit`; names and defaults are umap-learn's. */
export interface UMAPOptions extends UMAPTransformOptions {
  /** Points in a neighbourhood, the point itself included: few show what is near, many how it hangs together. Default 15. */
  readonly nNeighbors?: number;
  /** Dimensions of the picture. Default 2. */
  readonly nComponents?: number;
  /** How far apart points are. Default `euclidean`. */
  readonly metric?: Metric;
  /** How often all edges are gone through. Default 500, and 200 for more than 10,000 points. */
  readonly nEpochs?: number;
  /** How far points move in the beginning. Default 1. */
  readonly learningRate?: number;
  /** The first places: of the graph's spectrum, drawn, along the principal components, or given, (n, nComponents). Default `spectral`. */
  readonly init?: 'spectral' | 'random' | 'pca' | Points;
  /** How near to each other points of the picture may be. Default 0.1. */
  readonly minDist?: number;
  /** How far neighbours lie apart, about; at least `minDist`. Default 1. */
  readonly spread?: number;
  /** From 1, neighbours are who either point says, to 0, who both say. Default 1. */
  readonly setOpMixRatio?: number;
  /** So many of its neighbours each point certainly hangs together with. Default 1. */
  readonly localConnectivity?: number;
  /** How much points that are no neighbours push each other. Default 1. */
  readonly repulsionStrength?: number;
  /** Points that push for each neighbour that pulls. Default 5. */
  readonly negativeSampleRate?: number;
  /** Of 1 / (1 + a d^2b), how near points of the picture are by their distance. Default: from `minDist` and `spread`. */
  readonly a?: number;
  /** See `a`. */
  readonly b?: number;
}

export const umapNames = [
  'nNeighbors',
  'nComponents',
  'metric',
  'nEpochs',
  'learningRate',
  'init',
  'minDist',
  'spread',
  'setOpMixRatio',
  'localConnectivity',
  'repulsionStrength',
  'negativeSampleRate',
  'a',
  'b',
  'generator',
  'onProgress',
  'signal',
] as const;

/** Options that have a value, but for those that depend on the points. */
export type UMAPSettings = Required<Omit<UMAPOptions, 'nEpochs' | 'onProgress' | 'signal'>>;

/** The options with their defaults; throws for those out of range. */
export function settledUMAP(owner: string, options: UMAPOptions): UMAPSettings {
  const {
    nNeighbors = 15,
    nComponents = 2,
    metric = 'euclidean',
    learningRate = 1,
    init = 'spectral',
    minDist = 0.1,
    spread = 1,
    setOpMixRatio = 1,
    localConnectivity = 1,
    repulsionStrength = 1,
    negativeSampleRate = 5,
    generator = defaultGenerator(),
  } = options;
  const within = (name: string, value: number, least: number, most: number, rule: string): void =>
    requireThat(value >= least && value <= most && value < Infinity, owner, name, value, rule);
  requireWhole(owner, 'nNeighbors', nNeighbors, 2);
  requireWhole(owner, 'nComponents', nComponents, 1, 100);
  requireMetric(owner, metric);
  if (options.nEpochs !== undefined) requireWhole(owner, 'nEpochs', options.nEpochs);
  within('learningRate', learningRate, Number.MIN_VALUE, Infinity, 'a number above 0');
  within('spread', spread, Number.MIN_VALUE, Infinity, 'a number above 0');
  within('minDist', minDist, 0, spread, `a number from 0 to spread, ${spread}`);
  within('setOpMixRatio', setOpMixRatio, 0, 1, 'a number from 0 to 1');
  within('localConnectivity', localConnectivity, 0, Infinity, 'a number ≥ 0');
  within('repulsionStrength', repulsionStrength, 0, Infinity, 'a number ≥ 0');
  requireWhole(owner, 'negativeSampleRate', negativeSampleRate);
  const { a, b } = options;
  if (a !== undefined) within('a', a, Number.MIN_VALUE, Infinity, 'a number above 0');
  if (b !== undefined) within('b', b, Number.MIN_VALUE, Infinity, 'a number above 0');
  const curve =
    a === undefined || b === undefined ? fallingCurve(spread, minDist) : ([a, b] as const);
  return {
    nNeighbors,
    nComponents,
    metric,
    learningRate,
    init,
    minDist,
    spread,
    setOpMixRatio,
    localConnectivity,
    repulsionStrength,
    negativeSampleRate,
    a: a ?? curve[0],
    b: b ?? curve[1],
    generator,
  };
}
