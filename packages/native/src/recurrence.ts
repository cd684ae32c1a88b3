/** Recurrent cells over sequences: one product a step by the library, and around it the kernels of single elements. */
import type { Kernels } from '@kasane/tensor-core';
import type { WasmBackend } from '@kasane/tensor-core/threads';
import type { Matrix, Products } from './product.ts';
import { withRoom } from './room.ts';

const LSTM = 3;
const GRU = 4;
/** Panels of weights have so many columns: assembly/recurrent-product.ts. */
const PANEL = 8;

/**
 * From how many multiplications of a step on, and for how many rows: with fewer, calls of the kernels around a product take as
 * long as it saves, and weights that are read for few rows are a matter of memory.
 */
const LEAST_WORK: number = 2 ** 18;
const LEAST_ROWS = 8;

type Forward = Parameters<Kernels['recurrentForward']>;
type Backward = Parameters<Kernels['recurrentBackward']>;

/** Products of the sums of all gates in one step of a cell; 0 for a cell that stays with its kernel. */
function gatesOf(kind: number): number {
  return kind < LSTM ? 1 : kind === LSTM ? 4 : kind === GRU ? 3 : 0;
}

/** The recurrent kernels of the table. */
export function recurrences(
  products: Products,
  backend: WasmBackend,
  below: Kernels,
): Pick<Kernels, 'recurrentForward' | 'recurrentBackward'> {
  const pays = (rows: number, columns: number, depth: number): boolean =>
    (rows >= LEAST_ROWS || products.isEager) && products.pays(rows, columns, depth, LEAST_WORK);
  return {
    recurrentForward(...args) {
      const [kind, steps, rows, hidden, ...more] = args;
      const [, , , , , peephole, mask, lengths, , , , , row, count] = more;
      const wide = gatesOf(kind) * hidden;
      const done =
        (peephole | mask | lengths | row) === 0 &&
        count === rows &&
        steps > 0 &&
        hidden % PANEL === 0 &&
        pays(rows, wide, hidden) &&
        withRoom(backend, [hidden * wide, rows * hidden], (weights, spare) =>
          new ForwardSteps(products, below, args, weights, spare).run(),
        );
      if (!done) below.recurrentForward(...args);
    },
    recurrentBackward(...args) {
      const [kind, steps, rows, hidden, ...more] = args;
      const [, , , , , , mask, lengths, , , , , , , row, count] = more;
      const wide = gatesOf(kind) * hidden;
      const done =
        (mask | lengths | row) === 0 &&
        count === rows &&
        steps > 0 &&
        hidden % PANEL === 0 &&
        pays(rows, hidden, wide) &&
        withRoom(backend, [hidden * wide, rows * hidden, rows * hidden], (weights, dy, dc) =>
          backwardSteps(products, below, args, { weights, dy, dc }),
        );
      if (!done) below.recurrentBackward(...args);
    },
  };
}

/** Where a step of time has its numbers. */
interface Step {
  readonly x: number;
  readonly gates: number;
  readonly from: number;
  readonly to: number;
  readonly cellFrom: number;
  readonly cellTo: number;
}

/** The steps of a call of recurrentForward, whose comment says what the arguments are. */
class ForwardSteps {
  readonly #products: Products;
  readonly #k: Kernels;
  readonly #kind: number;
  readonly #steps: number;
  readonly #rows: number;
  readonly #hidden: number;
  readonly #wide: number;
  readonly #bias: number;
  readonly #spare: number;
  readonly #weights: Matrix;
  readonly #at: (step: number) => Step;
  readonly #reverse: boolean;

  constructor(products: Products, below: Kernels, args: Forward, weights: number, spare: number) {
    const [kind, steps, rows, hidden, reverse, keep, x, panels, bias, ...more] = args;
    const [, , , states, cells, gates] = more;
    this.#products = products;
    this.#k = below;
    this.#kind = kind;
    this.#steps = steps;
    this.#rows = rows;
    this.#hidden = hidden;
    this.#wide = gatesOf(kind) * hidden;
    this.#bias = bias >>> 0;
    this.#spare = spare;
    this.#weights = { at: weights, row: this.#wide };
    this.#reverse = reverse !== 0;
    const state = 4 * rows * hidden;
    const [before, after] = reverse === 0 ? [0, state] : [state, 0];
    const kept = keep === 0 ? 0 : 1;
    this.#at = (step) => ({
      x: (x >>> 0) + 4 * step * rows * this.#wide,
      gates: (gates >>> 0) + 4 * kept * step * state,
      from: (states >>> 0) + step * state + before,
      to: (states >>> 0) + step * state + after,
      cellFrom: (cells >>> 0) + kept * (step * state + before),
      cellTo: (cells >>> 0) + kept * (step * state + after),
    });
    // For each gate H / 8 panels (H, 8) → (H, G H)
    const [h, each] = [hidden, hidden / PANEL];
    const gatesCount = gatesOf(kind);
    below.stridedCopy(panels, weights, h, gatesCount, each, PANEL, PANEL, h * h, PANEL * h, 1, 0);
  }

  run(): boolean {
    const step = this.#kind < LSTM ? this.#simple : this.#kind === LSTM ? this.#lstm : this.#gru;
    for (let s = 0; s < this.#steps; s++) {
      if (!step.call(this, this.#at(this.#reverse ? this.#steps - 1 - s : s))) return false;
    }
    return true;
  }

  /** Adds the recurrent products to what is at `to`, or writes them there. */
  #multiply(from: number, to: Matrix, beta: number): boolean {
    const size = [this.#rows, this.#wide, this.#hidden] as const;
    const state = { at: from, row: this.#hidden };
    return this.#products.multiply(false, false, size, state, this.#weights, to, 1, beta);
  }

  /** The shares of the input, and the bias. */
  #start(x: number, to: number): void {
    const { add, copy } = this.#k;
    const [rows, wide] = [this.#rows, this.#wide];
    if (this.#bias === 0) copy(to, x, 4 * rows * wide);
    else add(x, this.#bias, to, rows, wide, wide, 1, 0, 1);
  }

  /** h' = f(x + W h + b) */
  #simple({ x, from, to }: Step): boolean {
    this.#start(x, to);
    if (!this.#multiply(from, { at: to, row: this.#hidden }, 1)) return false;
    const { tanh, relu, sigmoid } = this.#k;
    [tanh, relu, sigmoid][this.#kind]!(to, to, this.#rows * this.#hidden);
    return true;
  }

  /** i f g o = σ σ tanh σ of the sums; c' = f c + i g; h' = o tanh c' */
  #lstm(at: Step): boolean {
    const { x, gates, from, to, cellFrom, cellTo } = at;
    const { sigmoid, tanh, mul, add } = this.#k;
    const [rows, hidden] = [this.#rows, this.#hidden];
    const [n, h, wide, bytes] = [rows * hidden, hidden, 4 * hidden, 4 * hidden];
    this.#start(x, gates);
    if (!this.#multiply(from, { at: gates, row: wide }, 1)) return false;
    for (let b = 0; b < rows; b++) {
      const row = gates + 4 * b * wide;
      sigmoid(row, row, 2 * hidden);
      tanh(row + 2 * bytes, row + 2 * bytes, hidden);
      sigmoid(row + 3 * bytes, row + 3 * bytes, hidden);
    }
    const spare = this.#spare;
    mul(gates, gates + 2 * bytes, spare, rows, h, wide, 1, wide, 1);
    mul(gates + bytes, cellFrom, cellTo, rows, h, wide, 1, h, 1);
    add(cellTo, spare, cellTo, 1, n, 0, 1, 0, 1);
    tanh(cellTo, spare, n);
    mul(gates + 3 * bytes, spare, to, rows, h, wide, 1, h, 1);
    return true;
  }

  /** r z = σ of the sums; q = W h + b; n = tanh(x + r q); h' = n + z (h - n), with r z q n in the gates. */
  #gru({ x, gates, from, to }: Step): boolean {
    const { sigmoid, tanh, mul, add, sub } = this.#k;
    const [rows, hidden, wide] = [this.#rows, this.#hidden, this.#wide];
    const [n, bytes] = [rows * hidden, 4 * hidden];
    if (!this.#multiply(from, { at: gates, row: 4 * hidden }, 0)) return false;
    for (let b = 0; b < rows; b++) {
      const row = gates + 4 * b * bytes;
      const share = x + 4 * b * wide;
      const [q, candidate] = [row + 2 * bytes, row + 3 * bytes];
      if (this.#bias !== 0) add(row, this.#bias, row, 1, wide, 0, 1, 0, 1);
      add(row, share, row, 1, 2 * hidden, 0, 1, 0, 1);
      sigmoid(row, row, 2 * hidden);
      mul(row, q, candidate, 1, hidden, 0, 1, 0, 1);
      add(candidate, share + 2 * bytes, candidate, 1, hidden, 0, 1, 0, 1);
      tanh(candidate, candidate, hidden);
    }
    const candidates = gates + 3 * bytes;
    const spare = this.#spare;
    sub(from, candidates, spare, rows, hidden, hidden, 1, 4 * hidden, 1);
    mul(gates + bytes, spare, spare, rows, hidden, 4 * hidden, 1, hidden, 1);
    add(candidates, spare, to, rows, hidden, 4 * hidden, 1, hidden, 1);
    return n > 0;
  }
}

/** The steps of a call of recurrentBackward: it is asked for one at a time, and leaves the product out then. */
function backwardSteps(
  products: Products,
  k: Kernels,
  args: Backward,
  room: { readonly weights: number; readonly dy: number; readonly dc: number },
): boolean {
  const [kind, steps, rows, hidden, reverse, toStart, dy, dLast, panels, peephole, , , ...more] =
    args;
  const [states, cells, gates, d, e, work] = more;
  const wide = gatesOf(kind) * hidden;
  const state = 4 * rows * hidden;
  const sums = 4 * rows * wide;
  // H / 8 panels (G H, 8) → (G H, H)
  const each = hidden / PANEL;
  k.stridedCopy(panels, room.weights, 1, wide, each, PANEL, 0, PANEL, PANEL * wide, 1, 0);
  const weights = { at: room.weights, row: hidden };
  // dh and dc stand beside each other in rows of work.
  const dh = { at: work >>> 0, row: wide };
  const size = [rows, hidden, wide] as const;
  for (let s = steps - 1; s >= 0; s--) {
    const t = reverse === 0 ? s : steps - 1 - s;
    const isLast = s === steps - 1;
    const own = (dy >>> 0) + t * state;
    if (!isLast) {
      k.add(own, dh.at, room.dy, rows, hidden, hidden, 1, wide, 1);
      if (kind === LSTM) k.stridedCopy(dh.at, room.dc, 1, 1, rows, hidden, 0, 0, wide, 1, hidden);
    }
    const gradient = (d >>> 0) + t * sums;
    k.recurrentBackward(
      kind,
      1,
      rows,
      hidden,
      reverse,
      0,
      isLast ? own : room.dy,
      isLast ? dLast : room.dc,
      panels,
      peephole,
      0,
      0,
      states + t * state,
      cells + t * state,
      gates + 4 * t * state,
      gradient,
      e + t * sums,
      work,
      0,
      rows,
    );
    if (s === 0 && toStart === 0) break;
    const sum = { at: gradient, row: wide };
    if (!products.multiply(false, false, size, sum, weights, dh, 1, 1)) return false;
  }
  return true;
}
