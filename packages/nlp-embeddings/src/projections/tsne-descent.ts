import type { Turns } from '@kasane/tensor-core/turns';
import { CellTree } from './cell-tree.ts';
import type { SparseRows } from './sparse-rows.ts';

/** Points that are moved before the next look at the clock: some tenths of a millisecond. */
const CHUNK = 256;

/** Places of n points, their forces, and how they were moved. */
export class Descent {
  /** Where the points are, row after row. */
  readonly places: Float64Array;
  /** The gradient of the loss. */
  readonly gradient: Float64Array;
  readonly #p: SparseRows;
  readonly #dims: number;
  readonly #tree: CellTree;
  readonly #turns: Pick<Turns, 'due' | 'give'>;
  readonly #moves: Float64Array;
  readonly #gains: Float64Array;
  readonly #force = new Float64Array(3);

  /** `p` are the affinities; places are moved where they are. */
  constructor(
    p: SparseRows,
    places: Float64Array,
    dims: number,
    angle: number,
    turns: Pick<Turns, 'due' | 'give'>,
  ) {
    const n = places.length / dims;
    this.#p = p;
    this.places = places;
    this.#dims = dims;
    this.#tree = new CellTree(n, angle);
    this.#turns = turns;
    this.gradient = new Float64Array(n * dims);
    this.#moves = new Float64Array(n * dims);
    this.#gains = new Float64Array(n * dims).fill(1);
  }

  /** As if the points had not moved before. */
  rest(): void {
    this.#moves.fill(0);
    this.#gains.fill(1);
  }

  /**
   * The gradient of the divergence where the points are, with p times `exaggeration`:
   *
   *     4 Σ_j (p_ij - q_ij) w_ij (y_i - y_j),   w_ij = 1 / (1 + |y_i - y_j|²),   q_ij = w_ij / Z
   *
   * Gives Z, the sum of all w_ij.
   */
  async findGradient(exaggeration: number): Promise<number> {
    const z = await this.#repel();
    const n = this.#p.starts.length - 1;
    for (let from = 0; from < n; from += CHUNK) {
      this.#attract(from, Math.min(n, from + CHUNK), exaggeration, z);
      if (this.#turns.due) await this.#turns.give();
    }
    return z;
  }

  /** Writes Σ w² (y_i - y_j), the force before it is divided by Z, to the gradient. */
  async #repel(): Promise<number> {
    const tree = this.#tree;
    const dims = this.#dims;
    const force = this.#force;
    const gradient = this.gradient;
    tree.build(this.places, dims);
    let z = 0;
    for (let place = 0; place < tree.order.length; place++) {
      z += tree.repel(place, force);
      const at = tree.order[place]! * dims;
      for (let d = 0; d < dims; d++) gradient[at + d] = force[d]!;
      if (place % CHUNK === 0 && this.#turns.due) await this.#turns.give();
    }
    return z;
  }

  #attract(from: number, to: number, exaggeration: number, z: number): void {
    const { starts, columns, values } = this.#p;
    const places = this.places;
    const gradient = this.gradient;
    const dims = this.#dims;
    for (let i = from; i < to; i++) {
      const at = i * dims;
      const x = places[at]!;
      const y = dims > 1 ? places[at + 1]! : 0;
      const s = dims > 2 ? places[at + 2]! : 0;
      let fx = 0;
      let fy = 0;
      let fs = 0;
      for (let e = starts[i]!; e < starts[i + 1]!; e++) {
        const j = columns[e]! * dims;
        const dx = x - places[j]!;
        const dy = dims > 1 ? y - places[j + 1]! : 0;
        const ds = dims > 2 ? s - places[j + 2]! : 0;
        const pull = values[e]! / (1 + dx * dx + dy * dy + ds * ds);
        fx += pull * dx;
        fy += pull * dy;
        fs += pull * ds;
      }
      gradient[at] = 4 * (exaggeration * fx - gradient[at]! / z);
      if (dims > 1) gradient[at + 1] = 4 * (exaggeration * fy - gradient[at + 1]! / z);
      if (dims > 2) gradient[at + 2] = 4 * (exaggeration * fs - gradient[at + 2]! / z);
    }
  }

  /**
   * Moves the points against the gradient, with momentum, and a gain of each coordinate that grows where it keeps its direction. Gives the
   * length of the gradient times the gains.
   *
   * @see Jacobs (1988), Increased rates of convergence through learning rate adaptation.
   */
  step(learningRate: number, momentum: number): number {
    const moves = this.#moves;
    const gains = this.#gains;
    const gradient = this.gradient;
    const places = this.places;
    let squares = 0;
    for (let i = 0; i < places.length; i++) {
      const gain = moves[i]! * gradient[i]! < 0 ? gains[i]! + 0.2 : gains[i]! * 0.8;
      gains[i] = Math.max(0.01, gain);
      const slope = gradient[i]! * gains[i]!;
      moves[i] = momentum * moves[i]! - learningRate * slope;
      places[i]! += moves[i]!;
      squares += slope * slope;
    }
    return Math.sqrt(squares);
  }

  /** KL(p‖q) = Σ p ln p/q where the points are, given Z. */
  divergence(z: number): number {
    const { starts, columns, values } = this.#p;
    const places = this.places;
    const dims = this.#dims;
    let sum = 0;
    for (let i = 0; i + 1 < starts.length; i++) {
      for (let e = starts[i]!; e < starts[i + 1]!; e++) {
        let square = 0;
        for (let d = 0; d < dims; d++) {
          square += (places[i * dims + d]! - places[columns[e]! * dims + d]!) ** 2;
        }
        sum += values[e]! * Math.log(values[e]! * (1 + square) * z);
      }
    }
    return sum;
  }
}
