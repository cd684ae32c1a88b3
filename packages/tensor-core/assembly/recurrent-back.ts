// Back through a recurrent cell over a whole sequence, from the last step walked to the first.

import { addRow, gateCount, GRU, GRU_RESET_BEFORE, LSTM, mulRow } from './recurrent-cells';
import { candidateBack, gruBack, lstmBack, resetBack, simpleBack } from './recurrent-gradients';
import { panelProduct } from './recurrent-product';

/**
 * Back through what recurrentForward did with `keep`: d (T, B, G H) are the gradients of the gates' sums, from
 * dy (T, B, H), the gradients of the states, and for kind 3 from dLast (B, H), that of the last cell state.
 * panels: those of the weights. For kind 4, d are the gradients of the recurrent sums and e (T, B, G H) those
 * of x.
 *
 * work (B, G H): room for dh and dc, and where something comes between, the product, as rows of H among B
 * rows of G H; for kinds below 3 with mask twice, the product B rows on. With `toStart` it ends with the
 * gradient of the first state and cell state at the start of each row; without, and without mask, it may be
 * the place in d of the step walked first, and stops being written there.
 *
 * Without panels it goes back one step, from the dh and dc that are there, and leaves the product out.
 * @kernel
 */
export function recurrentBackward(
  kind: i32,
  steps: i32,
  rows: i32,
  hidden: i32,
  reverse: i32,
  toStart: i32,
  dy: usize,
  dLast: usize,
  panels: usize,
  peephole: usize,
  mask: usize,
  lengths: usize,
  states: usize,
  cells: usize,
  gates: usize,
  d: usize,
  e: usize,
  work: usize,
  row: i32,
  count: i32,
): void {
  const g = gateCount(kind);
  const bytes = (<usize>hidden) << 2;
  const state = <usize>rows * bytes;
  const dRow = <usize>g * bytes;
  const gateRow = 4 * bytes;
  const panel = (<usize>hidden * <usize>g) << 5;
  const m = count;
  const first = <usize>row;
  const dh = work + first * dRow;
  const dc = dh + bytes;
  const product = g == 1 ? dh + state : dh + 2 * bytes;
  const apart = mask || kind == GRU_RESET_BEFORE;

  for (let b: usize = 0; panels && b < <usize>m; b++) {
    memory.fill(dh + b * dRow, 0, bytes);
    if (kind == LSTM) memory.copy(dc + b * dRow, dLast + (first + b) * bytes, bytes);
  }
  for (let s = steps - 1; s >= 0; s--) {
    const t = reverse ? steps - 1 - s : s;
    const step = <usize>t * <usize>rows + first;
    const from = <usize>(reverse ? t + 1 : t) * <usize>rows + first;
    const to = <usize>(reverse ? t : t + 1) * <usize>rows + first;
    const ds = d + step * dRow;
    for (let b: usize = 0; b < <usize>m; b++) {
      const out = ds + b * dRow;
      const gs = gates + (step + b) * gateRow;
      const grad = dy + (step + b) * bytes;
      const back = dh + b * dRow;
      const h = states + (from + b) * bytes;
      if (lengths && t >= load<i32>(lengths + ((first + b) << 2))) {
        addRow(grad, back, bytes);
        memory.fill(out, 0, dRow);
        if (kind == GRU) memory.fill(e + (step + b) * dRow, 0, dRow);
      } else if (kind < LSTM) {
        simpleBack(kind, grad, states + (to + b) * bytes, back, out, bytes);
      } else if (kind == LSTM) {
        const before = cells + (from + b) * bytes;
        const after = states + (to + b) * bytes;
        lstmBack(grad, gs, peephole, before, after, back, dc + b * dRow, out, bytes);
      } else if (kind == GRU) gruBack(grad, gs, h, back, out, e + (step + b) * dRow, bytes);
      else candidateBack(grad, gs, h, back, out, bytes);
    }
    if (!panels || (!toStart && s == 0)) break;
    if (!apart) {
      panelProduct(ds, dRow, panels, panel, dh, dRow, m, hidden, g * hidden, true);
      continue;
    }
    if (kind == GRU_RESET_BEFORE) {
      // The candidate's weights come last.
      const two = 2 * bytes;
      const b = panels + 16 * bytes;
      panelProduct(ds + two, dRow, b, panel, product, dRow, m, hidden, hidden, false);
      for (let b: usize = 0; b < <usize>m; b++) {
        const seen = mask ? mask + (first + b) * bytes : 0;
        const h = states + (from + b) * bytes;
        const gs = gates + (step + b) * gateRow;
        resetBack(product + b * dRow, gs, h, seen, ds + b * dRow, bytes);
      }
      panelProduct(ds, dRow, panels, panel, product, dRow, m, hidden, 2 * hidden, true);
    } else panelProduct(ds, dRow, panels, panel, product, dRow, m, hidden, g * hidden, false);
    for (let b: usize = 0; b < <usize>m; b++) {
      const p = product + b * dRow;
      if (mask) mulRow(p, mask + (first + b) * bytes, dh + b * dRow, bytes, true);
      else addRow(p, dh + b * dRow, bytes);
    }
  }
}
