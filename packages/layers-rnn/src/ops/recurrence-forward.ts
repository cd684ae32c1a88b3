import type { OpDef, View, WasmOperand } from '@kasane/tensor-core';
import {
  cells,
  checkParts,
  named,
  sizesOf,
  type partNames,
  type Parts,
  type RecurrenceKind,
  type Sizes,
} from './recurrence-inputs.ts';

/** What a recurrence is told beside its tensors. */
export interface RecurrenceAttrs {
  readonly kind: RecurrenceKind;
  readonly reverse: boolean;
  /** Which parts the inputs are. */
  readonly names: ReturnType<typeof partNames>;
}

/** Whether the way back will be walked: then all cell states and gates are kept. */
export interface ForwardAttrs extends RecurrenceAttrs {
  readonly keep: boolean;
}

/** Where things are in what the forward pass leaves, in elements; places that are not there are -1. */
export interface Layout {
  /** What the caller sees, contiguous: T states, and the last cell state after the last step walked. */
  readonly y: number;
  /** (T + 1, B, H), with h0 before the first step walked. */
  readonly states: number;
  readonly lastCell: number;
  /** (T + 1, B, H) alike, or one step used over again. */
  readonly cells: number;
  /** (T, B, 4, H): i f g o, or r z q n, or r z n r⊙h; or one step used over again. */
  readonly gates: number;
  /** (B, H), room for h ⊙ mask. */
  readonly masked: number;
  readonly size: number;
}

export function layoutOf(
  { kind, reverse, keep, names }: ForwardAttrs,
  { steps, rows, hidden }: Sizes,
): Layout {
  const state = rows * hidden;
  const { gates, hasCell } = cells[kind];
  let size = 0;
  const place = (length: number): number => {
    size += length;
    return size - length;
  };
  const first = reverse && hasCell ? place(state) : -1;
  const states = place((steps + 1) * state);
  const lastCell = hasCell && !reverse ? place(state) : first;
  return {
    y: reverse ? 0 : state,
    states,
    lastCell,
    cells: hasCell ? place((keep ? steps + 1 : 1) * state) : -1,
    gates: gates > 1 ? place((keep ? steps : 1) * 4 * state) : -1,
    masked: names.includes('mask') ? place(state) : -1,
    size,
  };
}

/** All steps of a recurrence, in one flat tensor: the states, and what the way back needs. */
export const recurrenceForward: OpDef<ForwardAttrs> = {
  name: 'recurrenceForward',
  infer(inputs, attrs) {
    const parts = named(attrs.names, inputs);
    checkParts(attrs.kind, parts);
    return { shape: [layoutOf(attrs, sizesOf(parts)).size], dtype: parts.projected.dtype };
  },
  reference(inputs, attrs, out) {
    const parts = named(attrs.names, inputs);
    const sizes = sizesOf(parts);
    const { steps, rows, hidden } = sizes;
    const layout = layoutOf(attrs, sizes);
    out.data.fill(0);
    for (let b = 0; b < rows; b++) {
      const from = (at: number): number => at + ((attrs.reverse ? steps : 0) * rows + b) * hidden;
      const put = (at: number, view: View): void => {
        for (let j = 0; j < hidden; j++) out.data[at + j] = view.data[b * hidden + j]!;
      };
      put(from(layout.states), parts.h0);
      const cellAt = attrs.keep ? from(layout.cells) : layout.cells + b * hidden;
      if (parts.c0 !== undefined) put(cellAt, parts.c0);
      forwardRow(b, parts, attrs, layout, out.data);
    }
  },
  vjp: null,
  wasm: (kernels, inputs, attrs, out) => {
    const parts = named(attrs.names, inputs);
    const packed = inputs[attrs.names.length];
    if (packed === undefined) return false;
    const { kind, reverse, keep } = attrs;
    const sizes = sizesOf(parts);
    const { steps, rows, hidden } = sizes;
    const layout = layoutOf(attrs, sizes);
    const bytes = 4 * rows * hidden;
    const at = (place: number): number => (place < 0 ? 0 : out.pointer + 4 * place);
    const start = reverse ? steps * bytes : 0;
    kernels.copy(at(layout.states) + start, parts.h0.pointer, bytes);
    if (parts.c0 !== undefined) {
      kernels.copy(at(layout.cells) + (keep ? start : 0), parts.c0.pointer, bytes);
    }
    kernels.recurrentForward(
      cells[kind].code,
      steps,
      rows,
      hidden,
      Number(reverse),
      Number(keep),
      parts.projected.pointer,
      packed.pointer,
      pointerOf(parts.biasHh),
      pointerOf(parts.peephole),
      pointerOf(parts.mask),
      pointerOf(parts.lengths),
      at(layout.states),
      at(layout.cells),
      at(layout.gates),
      at(layout.masked),
      0,
      rows,
    );
    if (layout.lastCell >= 0) {
      const end = keep && !reverse ? steps * bytes : 0;
      kernels.copy(at(layout.lastCell), at(layout.cells) + end, bytes);
    }
    return true;
  },
};

/** The address of a part, 0 if it is not there. */
export function pointerOf(part: WasmOperand | undefined): number {
  return part === undefined ? 0 : part.pointer;
}

export const sigmoid = (x: number): number => 1 / (1 + Math.exp(-x));

/** All steps of row b. */
function forwardRow(
  b: number,
  parts: Parts<View>,
  { kind, reverse, keep }: ForwardAttrs,
  layout: Layout,
  s: View['data'],
): void {
  const { steps, rows, hidden: H } = sizesOf(parts);
  const { gates, hasCell } = cells[kind];
  const { projected, weightHh, mask, lengths } = parts;
  const seen = new Float64Array(H);
  /** The recurrent share of row k of the gates. */
  const dot = (k: number, v: ArrayLike<number>): number => {
    let total = parts.biasHh?.data[k] ?? 0;
    for (let j = 0; j < H; j++) total += weightHh.data[k * H + j]! * v[j]!;
    return total;
  };
  const peep = (k: number): number => parts.peephole?.data[k] ?? 0;
  for (let step = 0; step < steps; step++) {
    const t = reverse ? steps - 1 - step : step;
    const [before, after] = (reverse ? [t + 1, t] : [t, t + 1]).map((i) => (i * rows + b) * H);
    const [h, next] = [layout.states + before!, layout.states + after!];
    const [c, nextC] = keep
      ? [layout.cells + before!, layout.cells + after!]
      : [layout.cells + b * H, layout.cells + b * H];
    const at = layout.gates + ((keep ? t * rows : 0) + b) * 4 * H;
    if (lengths !== undefined && t >= lengths.data[b]!) {
      s.copyWithin(next, h, h + H);
      if (hasCell) s.copyWithin(nextC, c, c + H);
      continue;
    }
    for (let j = 0; j < H; j++) seen[j] = s[h + j]! * (mask?.data[b * H + j] ?? 1);
    const x = (k: number): number => projected.data[(t * rows + b) * gates * H + k]!;
    const sum = (k: number, v: ArrayLike<number>): number => x(k) + dot(k, v);
    if (kind === 'gruResetBefore') {
      const reset = seen.map((v, j) => v * (s[at + j] = sigmoid(sum(j, seen))));
      for (let j = 0; j < H; j++) {
        const z = (s[at + H + j] = sigmoid(sum(H + j, seen)));
        const n = (s[at + 2 * H + j] = Math.tanh(sum(2 * H + j, reset)));
        s[at + 3 * H + j] = reset[j]!;
        s[next + j] = (1 - z) * n + z * s[h + j]!;
      }
      continue;
    }
    for (let j = 0; j < H; j++) {
      if (kind === 'gru') {
        const r = (s[at + j] = sigmoid(sum(j, seen)));
        const z = (s[at + H + j] = sigmoid(sum(H + j, seen)));
        const q = (s[at + 2 * H + j] = dot(2 * H + j, seen));
        const n = (s[at + 3 * H + j] = Math.tanh(x(2 * H + j) + r * q));
        s[next + j] = (1 - z) * n + z * s[h + j]!;
      } else if (hasCell) {
        const old = s[c + j]!;
        const i = (s[at + j] = sigmoid(sum(j, seen) + peep(j) * old));
        const f = (s[at + H + j] = sigmoid(sum(H + j, seen) + peep(H + j) * old));
        const g = (s[at + 2 * H + j] = Math.tanh(sum(2 * H + j, seen)));
        const cell = (s[nextC + j] = f * old + i * g);
        const o = (s[at + 3 * H + j] = sigmoid(sum(3 * H + j, seen) + peep(2 * H + j) * cell));
        s[next + j] = o * Math.tanh(cell);
      } else {
        const y = sum(j, seen);
        s[next + j] =
          kind === 'tanh' ? Math.tanh(y) : kind === 'relu' ? Math.max(y, 0) : sigmoid(y);
      }
    }
  }
  if (!hasCell) return;
  const last = keep ? (reverse ? b : steps * rows + b) * H : b * H;
  s.copyWithin(layout.lastCell + b * H, layout.cells + last, layout.cells + last + H);
}
