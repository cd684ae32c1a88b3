import type { Turns } from '@kasane/tensor-core/turns';
import type { Draws } from '../word2vec/draws.ts';

/** Edges with their weights: head i and tail j attract each other. */
export interface Edges {
  readonly heads: Int32Array;
  readonly tails: Int32Array;
  readonly weights: Float64Array;
}

/** How points are moved. */
export interface LayoutSettings {
  readonly dims: number;
  readonly epochs: number;
  /** Of the curve 1 / (1 + a d^2b). */
  readonly a: number;
  readonly b: number;
  readonly repulsion: number;
  readonly negativeSampleRate: number;
  readonly learningRate: number;
  readonly draws: Draws;
  readonly turns: Turns;
  readonly report: (epoch: number) => void;
}

/** Edges that are looked at before the next look at the clock. */
const CHUNK = 512;

/** No step is longer along a coordinate than this, times the learning rate. */
const LONGEST = 4;

/**
 * Moves heads so that edges are short and other points far apart: an edge's turn comes in a share of the epochs that is its weight over the largest; then
 * it pulls its ends together, and some points drawn from all tails push the head away. The learning rate falls to 0 in a straight line.
 *
 * `heads` and `tails` hold the places, row after row. If they are the same array both ends of an edge move, if not only the head.
 */
export async function layOut(
  heads: Float64Array,
  tails: Float64Array,
  edges: Edges,
  settings: LayoutSettings,
): Promise<void> {
  const { epochs, learningRate, turns, report } = settings;
  const layout = new Layout(heads, tails, edges, settings);
  const count = edges.weights.length;
  for (let epoch = 0; epoch < epochs; epoch++) {
    const rate = learningRate * (1 - epoch / epochs);
    for (let from = 0; from < count; from += CHUNK) {
      layout.move(epoch, rate, from, Math.min(count, from + CHUNK));
      if (turns.due) {
        report(epoch);
        await turns.give();
      }
    }
  }
  report(epochs);
}

class Layout {
  readonly #heads: Float64Array;
  readonly #tails: Float64Array;
  readonly #edges: Edges;
  readonly #settings: LayoutSettings;
  /** Epochs from one turn of an edge to the next, and the next turns. */
  readonly #between: Float64Array;
  readonly #next: Float64Array;
  /** When the next point pushes. */
  readonly #nextPush: Float64Array;

  constructor(heads: Float64Array, tails: Float64Array, edges: Edges, settings: LayoutSettings) {
    this.#heads = heads;
    this.#tails = tails;
    this.#edges = edges;
    this.#settings = settings;
    const most = edges.weights.reduce((max, w) => Math.max(max, w), 0);
    this.#between = edges.weights.map((w) => most / w);
    this.#next = this.#between.slice();
    this.#nextPush = this.#between.map((epochs) => epochs / settings.negativeSampleRate);
  }

  /** Moves what the edges from `from` to `to` move in an epoch. */
  move(epoch: number, rate: number, from: number, to: number): void {
    const heads = this.#heads;
    const tails = this.#tails;
    const next = this.#next;
    const nextPush = this.#nextPush;
    const { dims, a, b, repulsion, negativeSampleRate, draws } = this.#settings;
    const both = heads === tails;
    const points = tails.length / dims;
    for (let e = from; e < to; e++) {
      if (next[e]! > epoch) continue;
      const between = this.#between[e]!;
      next[e]! += between;
      const i = this.#edges.heads[e]! * dims;
      const j = this.#edges.tails[e]! * dims;
      let square = 0;
      for (let d = 0; d < dims; d++) square += (heads[i + d]! - tails[j + d]!) ** 2;
      if (square > 0) {
        const power = square ** b;
        const pull = (-2 * a * b * power) / (square * (a * power + 1));
        for (let d = 0; d < dims; d++) {
          const step = rate * clipped(pull * (heads[i + d]! - tails[j + d]!));
          heads[i + d]! += step;
          if (both) tails[j + d]! -= step;
        }
      }
      const pushes = Math.floor(((epoch - nextPush[e]!) * negativeSampleRate) / between);
      for (let p = 0; p < pushes; p++) {
        const k = draws.below(points) * dims;
        let apart = 0;
        for (let d = 0; d < dims; d++) apart += (heads[i + d]! - tails[k + d]!) ** 2;
        if (apart === 0) continue;
        const push = (2 * repulsion * b) / ((0.001 + apart) * (a * apart ** b + 1));
        for (let d = 0; d < dims; d++) {
          heads[i + d]! += rate * clipped(push * (heads[i + d]! - tails[k + d]!));
        }
      }
      if (pushes > 0) nextPush[e]! += (pushes * between) / negativeSampleRate;
    }
  }
}

function clipped(step: number): number {
  return step > LONGEST ? LONGEST : step < -LONGEST ? -LONGEST : step;
}
