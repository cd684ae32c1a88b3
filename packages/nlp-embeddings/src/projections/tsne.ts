import {
  DataError,
  defaultGenerator,
  optionsOf,
  requireThat,
  requireWhole,
  tensor,
  type Generator,
  type Tensor,
} from '@kasane/tensor-core';
import { Turns } from '@kasane/tensor-core/turns';
import { affinities } from './affinities.ts';
import { Measured, type Metric } from './distances.ts';
import { placesOf, requireMetric, type ProjectionProgress } from './given.ts';
import { nearestPoints } from './neighbors.ts';
import { pointsOf, type Points, type PointValues } from './points.ts';
import { principalPlaces } from './principal-places.ts';
import { Descent } from './tsne-descent.ts';

/** Options of `TSNE.fit`; names and defaults are scikit-learn's. */
export interface TSNEOptions {
  /** Dimensions of the picture, 1 to 3. Default 2. */
  readonly nComponents?: number;
  /** How many neighbours each point has, about: 5 to 50 is usual. Default 30. */
  readonly perplexity?: number;
  /** How much stronger points attract each other in the first 250 iterations, in which clusters form. Default 12. */
  readonly earlyExaggeration?: number;
  /** `auto` is n / earlyExaggeration / 4, at least 50. Default `auto`. */
  readonly learningRate?: number | 'auto';
  /** Iterations, the first 250 included. Default 1000. */
  readonly maxIter?: number;
  /** Ends after so many iterations without a smaller divergence, at which it looks every 50. Default 300. */
  readonly nIterWithoutProgress?: number;
  /** Ends when the gradient is no longer than this. Default 1e-7. */
  readonly minGradNorm?: number;
  /** How far apart points are; their distances are squared whatever it is. Default `euclidean`. */
  readonly metric?: Metric;
  /** The first places: along the principal components, drawn, or given, (n, nComponents). Default `pca`. */
  readonly init?: 'pca' | 'random' | Points;
  /** How high a group of points may be, seen from another, to count as one point, 0 to 1. 0 is exact and slow. Default 0.5. */
  readonly angle?: number;
  /** Default: the one that `manualSeed` seeds. */
  readonly generator?: Generator;
  /** Called about every 16 ms and at the end. */
  readonly onProgress?: (progress: ProjectionProgress) => void;
  /** Ends the fit. */
  readonly signal?: AbortSignal;
}

const names = [
  'nComponents',
  'perplexity',
  'earlyExaggeration',
  'learningRate',
  'maxIter',
  'nIterWithoutProgress',
  'minGradNorm',
  'metric',
  'init',
  'angle',
  'generator',
  'onProgress',
  'signal',
] as const;

/** Iterations with early exaggeration. */
const EARLY = 250;

/** How often the divergence is looked at. */
const CHECK = 50;

/** The standard deviation of the first places. */
const FIRST = 1e-4;

/**
 * t-SNE: a picture in which points that are near each other stay so. Each point picks neighbours by chances that fall with the distance,
 * p; those of the picture, q, fall as 1 / (1 + distance²), and points are moved until the two differ least.
 *
 * $$ \mathrm{KL}(p \, \| \, q) = \sum_{ij} p_{ij} \ln \frac{p_{ij}}{q_{ij}} $$
 *
 * $$ q_{ij} = \frac{(1 + \lVert y_i - y_j \rVert^2)^{-1}}{\sum_{k \ne l} (1 + \lVert y_k - y_l \rVert^2)^{-1}} $$
 *
 * | part      | shape            |
 * | --------- | ---------------- |
 * | points    | (n, d)           |
 * | embedding | (n, nComponents) |
 *
 * Distances between clusters, and their sizes, mean little. Same as `sklearn.manifold.TSNE` with `method='barnes_hut'`, except: q falls as above in
 * three dimensions too; the divergence is that of the places returned. Computed in float64. Time grows as n log n but for the search
 * of neighbours, which compares all points: seconds for 10,000 points of 100 numbers, a minute for 50,000.
 *
 * @example
 * import { TSNE, trustworthiness } from '@kasane/nlp-embeddings/projections';
 * import { Generator } from '@kasane/tensor-core';
 * const generator = new Generator(1);
 * const points = Array.from({ length: 90 }, (_, i) =>
 *   Array.from({ length: 10 }, (_, j) => generator.normal() + (i % 3 === j ? 9 : 0)),
 * );
 * const tsne = await TSNE.fit(points, { perplexity: 10, maxIter: 500, generator });
 * tsne.embedding.shape; // => [90,2]
 * (await trustworthiness(points, tsne.embedding)) > 0.8; // => true
 *
 * @see van der Maaten (2014), Accelerating t-SNE using tree-based algorithms.
 * @see Belkina et al. (2019), Automated optimized parameters for t-distributed stochastic neighbor embedding, for `auto`.
 */
export class TSNE {
  /** Where the points are, (n, nComponents). */
  readonly embedding: Tensor;
  /** KL(p‖q) there, in nats. */
  readonly klDivergence: number;
  /** Iterations that were made. */
  readonly nIter: number;

  private constructor(embedding: Tensor, klDivergence: number, nIter: number) {
    this.embedding = embedding;
    this.klDivergence = klDivergence;
    this.nIter = nIter;
  }

  /** The `embedding` of `fit`. */
  static async fitTransform(points: Points, options?: TSNEOptions): Promise<Tensor> {
    return (await TSNE.fit(points, options)).embedding;
  }

  /**
   * Makes the picture. Gives way to the event loop about every 16 ms; the same seed gives the same bits.
   *
   * @throws RangeError for a perplexity that is more than the other points, or a number out of range.
   * @throws {@link DataError} for points that are no matrix, fewer than two, or not finite, and if the points fly apart.
   * @throws TypeError for a metric or an option that there is not.
   * @throws the reason of `signal`.
   */
  static async fit(points: Points, options?: TSNEOptions): Promise<TSNE> {
    const owner = 'TSNE.fit';
    const given = optionsOf(owner, options, names);
    const {
      nComponents = 2,
      perplexity = 30,
      earlyExaggeration = 12,
      learningRate = 'auto',
      maxIter = 1000,
      nIterWithoutProgress = 300,
      minGradNorm = 1e-7,
      metric = 'euclidean',
      init = 'pca',
      angle = 0.5,
      generator = defaultGenerator(),
      onProgress,
    } = given;
    const positive = (name: string, value: number): void =>
      requireThat(value > 0 && value < Infinity, owner, name, value, 'a number above 0');
    requireWhole(owner, 'nComponents', nComponents, 1, 3);
    positive('earlyExaggeration', earlyExaggeration);
    if (learningRate !== 'auto') positive('learningRate', learningRate);
    requireWhole(owner, 'maxIter', maxIter, 1);
    requireWhole(owner, 'nIterWithoutProgress', nIterWithoutProgress, 0);
    requireThat(minGradNorm >= 0, owner, 'minGradNorm', minGradNorm, 'a number ≥ 0');
    requireMetric(owner, metric);
    requireThat(angle >= 0 && angle <= 1, owner, 'angle', angle, 'a number from 0 to 1');
    const turns = new Turns(given.signal);
    const values = await pointsOf(owner, points);
    const n = values.rows;
    if (n < 2) throw new DataError(`${owner}: needs at least two points, got ${n}.`);
    requireThat(
      perplexity >= 1 && perplexity <= n - 1,
      owner,
      'perplexity',
      perplexity,
      `a number from 1 to ${n - 1}, one less than there are points`,
    );

    const k = Math.min(n - 1, Math.floor(3 * perplexity + 1));
    const measured = new Measured(owner, values, metric);
    const p = affinities(await nearestPoints(owner, measured, measured, k, turns), perplexity);
    const places =
      (await placesOf(owner, init, ['pca', 'random'], n, nComponents)) ??
      (await firstPlaces(values, nComponents, init === 'pca', generator, turns));
    const rate = learningRate === 'auto' ? Math.max(n / earlyExaggeration / 4, 50) : learningRate;
    let [iteration, best, bestIteration] = [0, Infinity, 0];
    const report = (): void => onProgress?.({ iteration, iterations: maxIter, embedding: places });
    const descent = new Descent(p, places, nComponents, angle, {
      get due() {
        return turns.due;
      },
      give() {
        report();
        return turns.give();
      },
    });
    while (iteration < maxIter) {
      const early = iteration < EARLY;
      if (iteration === EARLY) {
        descent.rest();
        [best, bestIteration] = [Infinity, EARLY];
      }
      const z = await descent.findGradient(early ? earlyExaggeration : 1);
      const check = ++iteration % CHECK === 0;
      const divergence = check ? descent.divergence(z) : 0;
      const slope = descent.step(rate, early ? 0.5 : 0.8);
      if (!Number.isFinite(slope)) {
        throw new DataError(
          `${owner}: the points fly apart at iteration ${iteration}, at a rate of ${rate}. Lower learningRate.`,
        );
      }
      if (!check) continue;
      if (divergence < best) [best, bestIteration] = [divergence, iteration];
      const stuck = !early && iteration - bestIteration > nIterWithoutProgress;
      if (stuck || slope <= minGradNorm) break;
    }
    const divergence = descent.divergence(await descent.findGradient(1));
    report();
    return new TSNE(tensor(Float32Array.from(places), [n, nComponents]), divergence, iteration);
  }
}

/** Places with a standard deviation of 1e-4. */
async function firstPlaces(
  values: PointValues,
  dims: number,
  principal: boolean,
  generator: Generator,
  turns: Turns,
): Promise<Float64Array> {
  const n = values.rows;
  const places = new Float64Array(n * dims);
  if (principal) places.set(await principalPlaces(values, dims, generator, turns));
  const deviations = Array.from({ length: dims }, (_, d) => {
    let sum = 0;
    for (let i = d; i < places.length; i += dims) sum += places[i]! ** 2;
    return Math.sqrt(sum / n);
  });
  for (let i = 0; i < places.length; i++) {
    // Where points do not differ nothing would ever move them apart.
    const flat = !(deviations[i % dims]! > 1e-9 * deviations[0]!);
    places[i] = FIRST * (flat ? generator.normal() : places[i]! / deviations[0]!);
  }
  return places;
}
