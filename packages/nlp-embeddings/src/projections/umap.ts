import {
  DataError,
  defaultGenerator,
  optionsOf,
  requireWhole,
  tensor,
  type Generator,
  type Tensor,
} from '@kasane/tensor-core';
import { Turns } from '@kasane/tensor-core/turns';
import { Draws } from '../word2vec/draws.ts';
import { Measured } from './distances.ts';
import { fuzzyGraph } from './fuzzy-graph.ts';
import { placesOf, type ProjectionProgress } from './given.ts';
import { layOut, type Edges, type LayoutSettings } from './layout.ts';
import { memberships } from './memberships.ts';
import { nearestPoints } from './neighbors.ts';
import { pointsOf, type Points, type PointValues } from './points.ts';
import { principalPlaces } from './principal-places.ts';
import type { SparseRows } from './sparse-rows.ts';
import { spectralPlaces } from './spectral-places.ts';
import {
  settledUMAP,
  umapNames,
  type UMAPOptions,
  type UMAPSettings,
  type UMAPTransformOptions,
} from './umap-options.ts';

/** The first places reach so far. */
const REACH = 10;

/** From so many points on there are fewer epochs. */
const MANY = 10_000;

/**
 * UMAP: a picture in which points that are near each other stay so, made from a graph of neighbours, to which each edge belongs more or less. Neighbours pull
 * each other and points drawn at random push, along the gradient of the cross entropy between that graph, v, and the picture's, w.
 *
 * $$ \sum_{ij} v_{ij} \ln \frac{v_{ij}}{w_{ij}} + (1 - v_{ij}) \ln \frac{1 - v_{ij}}{1 - w_{ij}} $$
 *
 * $$ w_{ij} = \frac{1}{1 + a \lVert y_i - y_j \rVert^{2b}} $$
 *
 * | part      | shape            |
 * | --------- | ---------------- |
 * | points    | (n, d)           |
 * | embedding | (n, nComponents) |
 *
 * Same graph, curve and schedule as umap-learn's `UMAP`, except: neighbours are always the exact ones; draws come from another generator, so places differ; parts of
 * the graph that do not hang together begin around the principal components of their means; too many neighbours for the points are an error. There are
 * no labels, densities, inverse transform, nor pictures other than euclidean. Computed in float64. The search of neighbours compares all points: seconds for
 * 10,000 points of 100 numbers, a minute for 50,000.
 *
 * @example
 * import { UMAP, trustworthiness } from '@kasane/nlp-embeddings/projections';
 * import { Generator } from '@kasane/tensor-core';
 * const generator = new Generator(1);
 * const drawn = (n: number): number[][] =>
 *   Array.from({ length: n }, (_, i) =>
 *     Array.from({ length: 10 }, (_, j) => generator.normal() + (i % 3 === j ? 9 : 0)),
 *   );
 * const points = drawn(90);
 * const umap = await UMAP.fit(points, { nNeighbors: 10, generator });
 * umap.embedding.shape; // => [90,2]
 * (await trustworthiness(points, umap.embedding)) > 0.8; // => true
 * (await umap.transform(drawn(4), { generator })).shape; // => [4,2]
 *
 * @see McInnes, Healy and Melville (2018), UMAP: uniform manifold approximation and projection for dimension reduction.
 */
export class UMAP {
  /** Where the points are, (n, nComponents). */
  readonly embedding: Tensor;
  /** Of the curve 1 / (1 + a d^2b). */
  readonly a: number;
  /** See `a`. */
  readonly b: number;
  readonly #points: Measured;
  readonly #places: Float64Array;
  readonly #settings: UMAPSettings;
  readonly #epochs: number | undefined;

  private constructor(
    points: Measured,
    places: Float64Array,
    settings: UMAPSettings,
    epochs: number | undefined,
  ) {
    this.embedding = tensor(Float32Array.from(places), [points.rows, settings.nComponents]);
    this.a = settings.a;
    this.b = settings.b;
    this.#points = points;
    this.#places = places;
    this.#settings = settings;
    this.#epochs = epochs;
  }

  /** The `embedding` of `fit`. */
  static async fitTransform(points: Points, options?: UMAPOptions): Promise<Tensor> {
    return (await UMAP.fit(points, options)).embedding;
  }

  /**
   * Makes the picture. Gives way to the event loop about every 16 ms; the same seed gives the same bits.
   *
   * @throws RangeError for more neighbours than there are points, or a number out of range.
   * @throws {@link DataError} for points that are no matrix, fewer than two, or not finite.
   * @throws TypeError for a metric or an option that there is not.
   * @throws the reason of `signal`.
   */
  static async fit(points: Points, options?: UMAPOptions): Promise<UMAP> {
    const owner = 'UMAP.fit';
    const given = optionsOf(owner, options, umapNames);
    const settings = settledUMAP(owner, given);
    const turns = new Turns(given.signal);
    const values = await pointsOf(owner, points);
    const n = values.rows;
    if (n < 2) throw new DataError(`${owner}: needs at least two points, got ${n}.`);
    requireWhole(owner, 'nNeighbors', settings.nNeighbors, 2, n);
    const measured = new Measured(owner, values, settings.metric);
    const usual = n <= MANY ? 500 : 200;
    const { nEpochs: epochs = usual } = given;
    const whole = await fuzzyGraph(owner, measured, settings, turns);
    const graph = withoutRare(whole, epochs > 10 ? epochs : usual);
    const places = await firstPlaces(owner, values, graph, settings, turns);
    const edges = edgesOf(graph);
    await layOut(places, places, edges, {
      ...layoutOf(settings, epochs, turns, settings.generator),
      report: reporter(places, epochs, given.onProgress),
    });
    return new UMAP(measured, places, settings, given.nEpochs);
  }

  /**
   * Where points that come later lie in the picture, (n, nComponents); those that are there do not move. A third of the epochs of `fit`, 100 by default.
   *
   * @throws {@link DataError} for points of another size, or not finite.
   * @throws the reason of `signal`.
   */
  async transform(points: Points, options?: UMAPTransformOptions): Promise<Tensor> {
    const owner = 'UMAP.transform';
    const given = optionsOf(owner, options, ['generator', 'onProgress', 'signal']);
    const { generator = defaultGenerator() } = given;
    const { nNeighbors: k, nComponents: dims, metric, localConnectivity } = this.#settings;
    const turns = new Turns(given.signal);
    const values = await pointsOf(owner, points);
    if (values.columns !== this.#points.columns) {
      throw new DataError(
        `${owner}: points must have ${this.#points.columns} numbers, as those of the fit, got ${values.columns}.`,
      );
    }
    const n = values.rows;
    const measured = new Measured(owner, values, metric);
    const neighbors = await nearestPoints(owner, this.#points, measured, k, turns);
    const strengths = memberships(neighbors, Math.max(0, localConnectivity - 1));
    const graph = {
      starts: Int32Array.from({ length: n + 1 }, (_, i) => i * k),
      columns: neighbors.indices,
      values: strengths,
    };
    const places = amongNeighbors(graph, this.#places, dims);
    const usual = n <= MANY ? 100 : 30;
    const epochs = this.#epochs === undefined ? usual : Math.floor(this.#epochs / 3);
    const settings = { ...this.#settings, learningRate: this.#settings.learningRate / 4 };
    await layOut(places, this.#places, edgesOf(withoutRare(graph, epochs || usual)), {
      ...layoutOf(settings, epochs, turns, generator),
      report: reporter(places, epochs, given.onProgress),
    });
    return tensor(Float32Array.from(places), [n, dims]);
  }
}

function reporter(
  embedding: Float64Array,
  iterations: number,
  onProgress: ((progress: ProjectionProgress) => void) | undefined,
): (iteration: number) => void {
  return (iteration) => onProgress?.({ iteration, iterations, embedding });
}

function layoutOf(
  settings: UMAPSettings,
  epochs: number,
  turns: Turns,
  generator: Generator,
): Omit<LayoutSettings, 'report'> {
  const { nComponents, a, b, repulsionStrength, negativeSampleRate, learningRate } = settings;
  return {
    dims: nComponents,
    epochs,
    a,
    b,
    repulsion: repulsionStrength,
    negativeSampleRate,
    learningRate,
    draws: new Draws(generator),
    turns,
  };
}

/** The graph without edges whose turn would not come in so many epochs. */
function withoutRare({ starts, columns, values }: SparseRows, epochs: number): SparseRows {
  const least = values.reduce((max, v) => Math.max(max, v), 0) / epochs;
  const kept = values.map((v) => Number(v >= least && v > 0));
  const before = new Int32Array(values.length + 1); // how many are kept before each
  for (let e = 0; e < values.length; e++) before[e + 1] = before[e]! + kept[e]!;
  return {
    starts: starts.map((start) => before[start]!),
    columns: columns.filter((_, e) => kept[e] === 1),
    values: values.filter((_, e) => kept[e] === 1),
  };
}

function edgesOf({ starts, columns, values }: SparseRows): Edges {
  const heads = new Int32Array(values.length);
  for (let i = 0; i + 1 < starts.length; i++) heads.fill(i, starts[i], starts[i + 1]);
  return { heads, tails: columns, weights: values };
}

/** The mean of its neighbours' places for each point, or the place of one that it belongs to wholly. */
function amongNeighbors(graph: SparseRows, known: Float64Array, dims: number): Float64Array {
  const n = graph.starts.length - 1;
  const places = new Float64Array(n * dims);
  for (let i = 0; i < n; i++) {
    const [from, to] = [graph.starts[i]!, graph.starts[i + 1]!];
    const whole = graph.values.subarray(from, to).indexOf(1);
    const [first, end] = whole < 0 ? [from, to] : [from + whole, from + whole + 1];
    let sum = 0;
    for (let e = first; e < end; e++) sum += graph.values[e]!;
    for (let e = first; e < end; e++) {
      for (let d = 0; d < dims; d++) {
        places[i * dims + d]! += (graph.values[e]! / sum) * known[graph.columns[e]! * dims + d]!;
      }
    }
  }
  return places;
}

/** Places within a square of side 10. */
async function firstPlaces(
  owner: string,
  values: PointValues,
  graph: SparseRows,
  { init, nComponents: dims, generator }: UMAPSettings,
  turns: Turns,
): Promise<Float64Array> {
  const n = values.rows;
  const known = await placesOf(owner, init, ['spectral', 'random', 'pca'], n, dims);
  const places = known?.slice() ?? new Float64Array(n * dims);
  if (init === 'random') {
    for (let i = 0; i < places.length; i++) places[i] = generator.random();
  } else if (known === undefined) {
    const found =
      init === 'pca'
        ? await principalPlaces(values, dims, generator, turns)
        : await spectralPlaces(graph, values, dims, generator, turns);
    let most = 0;
    for (const v of found) most = Math.max(most, Math.abs(v));
    // Points in one place would stay together: a little noise.
    for (let i = 0; i < places.length; i++) {
      places[i] = (found[i]! * REACH) / (most || 1) + 1e-4 * generator.normal();
    }
  }
  for (let d = 0; d < dims; d++) {
    let [low, high] = [Infinity, -Infinity];
    for (let i = d; i < places.length; i += dims) {
      low = Math.min(low, places[i]!);
      high = Math.max(high, places[i]!);
    }
    for (let i = d; i < places.length; i += dims) {
      places[i] = (REACH * (places[i]! - low)) / (high - low || 1);
    }
  }
  return places;
}
