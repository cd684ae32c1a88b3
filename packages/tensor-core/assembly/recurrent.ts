// A recurrent cell over a whole sequence: at each step one product of the states with the weights,
// which were packed before, and one pass over the gates.

import {
  candidateRow,
  gateCount,
  GRU,
  GRU_RESET_BEFORE,
  gruRow,
  LSTM,
  lstmRow,
  mulRow,
  resetRow,
  simpleRow,
} from './recurrent-cells';
import { panelProduct } from './recurrent-product';

/**
 * All steps of a cell for `count` batch rows from `row` on, of `rows`, from the first step to the last or in
 * reverse. Rows do not depend on each other. kind: 0 tanh, 1 relu, 2 sigmoid, 3 LSTM, 4 GRU, 5 GRU with the
 * reset before the product. Pointers are 0 for what there is not. In order of time, whichever way the steps
 * are walked:
 *
 * x (T, B, G H); panels: for each gate those of the transpose of its weights; bias (G H), added to the
 * recurrent products; peephole (3, H), for kind 3; mask (B, H); lengths (B), int32: from step lengths[b] on,
 * row b keeps its state; states (T + 1, B, H) with the one before the first step walked in its place, and
 * cells alike, for kind 3; gates (T, B, 4, H), from kind 3 on; masked: room for (B, H) if there is a mask.
 * Without `keep`, cells and gates have one step, used over again.
 *
 * Without panels, for all kinds but 5, the products are there already, one step at a time: where the states go for kinds
 * below 3, else in the gates.
 * @kernel
 */
export function recurrentForward(
  kind: i32,
  steps: i32,
  rows: i32,
  hidden: i32,
  reverse: i32,
  keep: i32,
  x: usize,
  panels: usize,
  bias: usize,
  peephole: usize,
  mask: usize,
  lengths: usize,
  states: usize,
  cells: usize,
  gates: usize,
  masked: usize,
  row: i32,
  count: i32,
): void {
  const g = gateCount(kind);
  const bytes = (<usize>hidden) << 2;
  const state = <usize>rows * bytes;
  const skipped = <usize>row * bytes;
  const xRow = <usize>g * bytes;
  const gateRow = 4 * bytes;
  const panel = (<usize>hidden) << 5;
  const block = panel * <usize>((hidden + 7) >> 3);
  const m = count;
  // Gates before the last of a cell whose reset comes before its product are products of h alone.
  const direct = kind == GRU_RESET_BEFORE ? 2 : g;

  states += skipped;
  if (mask) {
    mask += skipped;
    masked += skipped;
    const h0 = reverse ? states + <usize>steps * state : states;
    for (let b: usize = 0; b < <usize>m; b++) {
      mulRow(h0 + b * bytes, mask + b * bytes, masked + b * bytes, bytes, false);
    }
  }
  for (let s = 0; s < steps; s++) {
    const t = reverse ? steps - 1 - s : s;
    let from = states + <usize>(reverse ? t + 1 : t) * state;
    let to = states + <usize>(reverse ? t : t + 1) * state;
    let xs = x + (<usize>t * <usize>rows + <usize>row) * xRow;
    let gs = gates + ((keep ? <usize>t * <usize>rows : 0) + <usize>row) * gateRow;
    let cellFrom = cells + skipped;
    let cellTo = cellFrom;
    if (keep) {
      cellFrom += <usize>(reverse ? t + 1 : t) * state;
      cellTo += <usize>(reverse ? t : t + 1) * state;
    }
    let seen = mask ? masked : from;
    if (!panels) {
    } else if (kind < LSTM) {
      panelProduct(seen, bytes, panels, panel, to, bytes, m, hidden, hidden, false);
    } else {
      for (let i: usize = 0; i < <usize>direct; i++) {
        const b = panels + i * block;
        panelProduct(seen, bytes, b, panel, gs + i * bytes, gateRow, m, hidden, hidden, false);
      }
    }
    if (kind == GRU_RESET_BEFORE) {
      for (let b: usize = 0; b < <usize>m; b++) {
        resetRow(xs + b * xRow, gs + b * gateRow, bias, seen + b * bytes, bytes);
      }
      const b = panels + 2 * block;
      const a = gs + 3 * bytes;
      panelProduct(a, gateRow, b, panel, gs + 2 * bytes, gateRow, m, hidden, hidden, false);
    }
    for (let b = row; b < row + m; b++) {
      if (lengths && t >= load<i32>(lengths + ((<usize>b) << 2))) {
        memory.copy(to, from, bytes);
        if (kind >= LSTM) memory.fill(gs, 0, gateRow);
        if (kind == LSTM) memory.copy(cellTo, cellFrom, bytes);
      } else if (kind < LSTM) simpleRow(kind, xs, bias, to, bytes);
      else if (kind == LSTM) lstmRow(xs, gs, bias, peephole, cellFrom, cellTo, to, bytes);
      else if (kind == GRU) gruRow(xs, gs, bias, from, to, bytes);
      else candidateRow(xs, gs, bias, from, to, bytes);
      if (mask) {
        const at = <usize>(b - row) * bytes;
        mulRow(to, mask + at, masked + at, bytes, false);
      }
      from += bytes;
      to += bytes;
      cellFrom += bytes;
      cellTo += bytes;
      xs += xRow;
      gs += gateRow;
    }
  }
}
