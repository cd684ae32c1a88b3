/** Recurrent cells over sequences: one product a step by the library, and the pass over the gates by the kernel. */
import type { Kernels } from '@kasane/tensor-core';
import type { Products } from './product.ts';
import { withRoom, type Memory } from './room.ts';
import { Blocks } from './blocks.ts';

const LSTM = 3;
const GRU = 4;

/**
 * From how many multiplications of a step on, and for how many rows: with fewer, calls of the kernels around a product take as
 * long as it saves, and weights that are read for few rows are a matter of memory.
 */
const LEAST_WORK: number = 2 ** 18;
const LEAST_ROWS = 8;

/** Compiled functions hand pointers on as int32. */
function unsigned<const A extends readonly number[]>(args: A): A {
  return args.map((number) => number >>> 0) as unknown as A; // as many
}

type Forward = Parameters<Kernels['recurrentForward']>;
type Backward = Parameters<Kernels['recurrentBackward']>;

/** Products of the sums of all gates in one step of a cell; 0 for a cell that stays with its kernel. */
function gatesOf(kind: number): number {
  return kind < LSTM ? 1 : kind === LSTM ? 4 : kind === GRU ? 3 : 0;
}

/** The recurrent kernels of the table. */
export function recurrences(
  products: Products,
  memory: Memory,
  below: Kernels,
): Pick<Kernels, 'recurrentForward' | 'recurrentBackward'> {
  const pays = (rows: number, columns: number, depth: number): boolean =>
    (rows >= LEAST_ROWS || products.isEager) && products.pays(rows, columns, depth, LEAST_WORK);
  return {
    recurrentForward(...args) {
      const [kind, steps, rows, hidden] = args;
      const count = args.at(-1)!;
      const wide = gatesOf(kind) * hidden;
      const done =
        steps > 0 &&
        pays(count, wide, hidden) &&
        withRoom(memory, [hidden * wide, rows], (weights, left) => {
          const blocks = new Blocks(products, hidden, wide, weights);
          return forwardSteps(memory, below, args, blocks, left);
        });
      if (!done) below.recurrentForward(...args);
    },
    recurrentBackward(...args) {
      const [kind, steps, rows, hidden] = args;
      const count = args.at(-1)!;
      const wide = gatesOf(kind) * hidden;
      const done =
        steps > 0 &&
        pays(count, hidden, wide) &&
        withRoom(memory, [hidden * wide, rows, count * hidden], (weights, left, spare) => {
          const blocks = new Blocks(products, wide, hidden, weights);
          return backwardSteps(memory, below, args, blocks, { left, spare });
        });
      if (!done) below.recurrentBackward(...args);
    },
  };
}

/** The steps of a call of recurrentForward, whose comment says what the arguments are. */
function forwardSteps(
  memory: Memory,
  k: Kernels,
  args: Forward,
  weights: Blocks,
  left: number,
): boolean {
  const [kind, steps, rows, hidden, reverse, keep, x, panels, bias, ...more] = unsigned(args);
  const [peephole, mask, lengths, states, cells, gates, masked, row, count] = more;
  const wide = gatesOf(kind) * hidden;
  const state = 4 * rows * hidden;
  const skipped = 4 * row * hidden;
  weights.takePanels(memory, k, panels, hidden);
  if (mask !== 0) {
    const first = states + (reverse === 0 ? 0 : steps * state);
    const [h0, own, out] = [first + skipped, mask + skipped, masked + skipped];
    k.mul(h0, own, out, 1, count * hidden, 0, 1, 0, 1);
  }
  for (let s = 0; s < steps; s++) {
    const t = reverse === 0 ? s : steps - 1 - s;
    const kept = keep === 0 ? 0 : t;
    const from = states + (reverse === 0 ? t : t + 1) * state;
    const to = states + (reverse === 0 ? t + 1 : t) * state;
    const sums = gates + 4 * kept * state;
    const seen = { at: (mask === 0 ? from : masked) + skipped, row: hidden };
    const out =
      kind < LSTM ? { at: to + skipped, row: hidden } : { at: sums + 4 * skipped, row: 4 * hidden };
    if (!weights.multiply(count, false, seen, out, 0)) return false;
    k.recurrentForward(
      kind,
      1,
      rows,
      hidden,
      reverse,
      keep,
      x + 4 * t * rows * wide,
      0,
      bias,
      peephole,
      mask,
      remaining(memory, lengths, rows, t, left),
      states + t * state,
      cells + kept * state,
      sums,
      masked,
      row,
      count,
    );
  }
  return true;
}

/** The steps of a call of recurrentBackward, whose comment says what the arguments are. */
function backwardSteps(
  memory: Memory,
  k: Kernels,
  args: Backward,
  weights: Blocks,
  room: { readonly left: number; readonly spare: number },
): boolean {
  const [kind, steps, rows, hidden, reverse, toStart, dy, dLast, ...more] = unsigned(args);
  const [panels, peephole, mask, lengths, states, cells, gates, d, e, work, row, count] = more;
  const wide = gatesOf(kind) * hidden;
  const state = 4 * rows * hidden;
  const size = 4 * rows * wide;
  const skipped = 4 * row * wide;
  weights.takePanels(memory, k, panels, hidden);
  const own = 4 * count * hidden;
  const end = Math.max(work + size, dLast + state, mask + state, room.spare + own);
  const numbers = new Float32Array(memory.bufferTo(end));
  const at = (work + skipped) / 4;
  for (let b = 0; b < count; b++) {
    const to = at + b * wide;
    numbers.fill(0, to, to + hidden);
    const last = dLast / 4 + (row + b) * hidden;
    if (kind === LSTM) numbers.copyWithin(to + hidden, last, last + hidden);
  }
  const dh = { at: work + skipped, row: wide };
  const spare = { at: room.spare, row: hidden };
  for (let s = steps - 1; s >= 0; s--) {
    const t = reverse === 0 ? s : steps - 1 - s;
    const gradient = { at: d + t * size + skipped, row: wide };
    k.recurrentBackward(
      kind,
      1,
      rows,
      hidden,
      reverse,
      0,
      dy + t * state,
      dLast,
      0,
      peephole,
      mask,
      remaining(memory, lengths, rows, t, room.left),
      states + t * state,
      cells + t * state,
      gates + 4 * t * state,
      d + t * size,
      e + t * size,
      work,
      row,
      count,
    );
    if (s === 0 && toStart === 0) break;
    if (mask === 0) {
      if (!weights.multiply(count, false, gradient, dh, 1)) return false;
      continue;
    }
    if (!weights.multiply(count, false, gradient, spare, 0)) return false;
    for (let b = 0; b < count; b++) {
      const own = mask / 4 + (row + b) * hidden;
      for (let j = 0; j < hidden; j++) {
        numbers[at + b * wide + j]! += numbers[spare.at / 4 + b * hidden + j]! * numbers[own + j]!;
      }
    }
  }
  return true;
}

/** Of the lengths of rows, what there is left from step t on: a call of one step is at its start. */
function remaining(memory: Memory, lengths: number, rows: number, t: number, left: number): number {
  if (lengths === 0) return 0;
  const numbers = new Int32Array(memory.bufferTo(Math.max(lengths, left) + 4 * rows));
  for (let b = 0; b < rows; b++) numbers[left / 4 + b] = numbers[lengths / 4 + b]! - t;
  return left;
}
