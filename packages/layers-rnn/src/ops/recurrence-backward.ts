import type { OpDef, View } from '@kasane/tensor-core';
import { layoutOf, pointerOf, type RecurrenceAttrs } from './recurrence-forward.ts';
import { cells, named, sizesOf, type Parts, type Sizes } from './recurrence-inputs.ts';

export interface BackwardAttrs extends RecurrenceAttrs {
  /** Go on to the gradients of the state before the first step. */
  readonly toStart: boolean;
}

/** Where things are in what the backward pass leaves, in steps of (B, G·H). */
export interface BackwardLayout {
  /**
   * T steps: the gradients of the inputs' sums. The first T of all are those of the recurrent sums,
   * which are others for GRU only.
   */
  readonly projected: number;
  /** In every row, dh and after it dc: what reached the state before the first step walked. */
  readonly work: number;
  /** Steps that have no other use than `work`. */
  readonly spare: number;
  readonly count: number;
}

export function backwardLayout(
  { kind, reverse, names, toStart }: BackwardAttrs,
  { steps }: Sizes,
): BackwardLayout {
  // What comes between a product and the gradient of h needs room of its own; else that of the step
  // which is written last will do.
  const apart = toStart || names.includes('mask') || kind === 'gruResetBefore';
  const spare = !apart ? 0 : cells[kind].gates === 1 ? 2 : 1;
  const projected = kind === 'gru' ? steps + spare : 0;
  return {
    projected,
    work: apart ? steps : reverse ? steps - 1 : 0,
    spare,
    count: spare + (kind === 'gru' ? 2 : 1) * steps,
  };
}

/**
 * The gradients of the sums of all gates, from that of what the forward pass showed and from what it
 * left: inputs are the parts, the two, and in a kernel the panels of the weights.
 */
export const recurrenceBackward: OpDef<BackwardAttrs> = {
  name: 'recurrenceBackward',
  infer(inputs, attrs) {
    const { projected } = named(attrs.names, inputs);
    const [, rows, width] = projected.shape;
    const { count } = backwardLayout(attrs, sizesOf(named(attrs.names, inputs)));
    return { shape: [count, rows!, width!], dtype: projected.dtype };
  },
  reference(inputs, attrs, out) {
    const parts = named(attrs.names, inputs);
    const [grad, reserve] = inputs.slice(attrs.names.length);
    out.data.fill(0);
    for (let b = 0; b < sizesOf(parts).rows; b++) {
      backwardRow(b, parts, grad!.data, reserve!.data, attrs, out);
    }
  },
  vjp: null,
  wasm(kernels, inputs, attrs, out) {
    const { names, kind, reverse } = attrs;
    const parts = named(names, inputs);
    const [grad, reserve, packed] = inputs.slice(names.length);
    if (packed === undefined) return false;
    const sizes = sizesOf(parts);
    const { steps, rows, hidden } = sizes;
    const { code, hasCell } = cells[kind];
    const layout = layoutOf({ ...attrs, keep: true }, sizes);
    const { projected, work, spare, count } = backwardLayout(attrs, sizes);
    const at = (place: number): number => (place < 0 ? 0 : reserve!.pointer + 4 * place);
    const row = out.size / count;
    const state = 4 * rows * hidden;
    if (spare > 0) kernels.fill(out.pointer + 4 * work * row, spare * row, 0);
    kernels.recurrentBackward(
      code,
      steps,
      rows,
      hidden,
      Number(reverse),
      Number(spare > 0),
      grad!.pointer + (reverse && hasCell ? state : 0),
      hasCell ? grad!.pointer + (reverse ? 0 : steps * state) : 0,
      packed.pointer,
      pointerOf(parts.peephole),
      pointerOf(parts.mask),
      pointerOf(parts.lengths),
      at(layout.states),
      at(layout.cells),
      at(layout.gates),
      out.pointer,
      out.pointer + 4 * projected * row,
      out.pointer + 4 * work * row,
      0,
      rows,
    );
    return true;
  },
};

/** Back through all steps of row b. */
function backwardRow(
  b: number,
  parts: Parts<View>,
  grad: View['data'],
  s: View['data'],
  attrs: BackwardAttrs,
  out: View,
): void {
  const { kind, reverse } = attrs;
  const sizes = sizesOf(parts);
  const { steps, rows, hidden: H } = sizes;
  const { gates: G, hasCell } = cells[kind];
  const { weightHh, mask, lengths } = parts;
  const layout = layoutOf({ ...attrs, keep: true }, sizes);
  const { projected, work } = backwardLayout(attrs, sizes);
  const width = G * H;
  const peep = (k: number): number => parts.peephole?.data[k] ?? 0;
  const masked = (j: number): number => mask?.data[b * H + j] ?? 1;
  const lastCell = (reverse ? 0 : steps) * rows + b;
  const dh = new Float64Array(H);
  const dc = Float64Array.from({ length: H }, (_, j) => (hasCell ? grad[lastCell * H + j]! : 0));
  for (let step = steps - 1; step >= 0; step--) {
    const t = reverse ? steps - 1 - step : step;
    const dy = ((reverse && hasCell ? t + 1 : t) * rows + b) * H;
    for (let j = 0; j < H; j++) dh[j]! += grad[dy + j]!;
    if (lengths !== undefined && t >= lengths.data[b]!) continue;
    const d = (t * rows + b) * width;
    const e = ((projected + t) * rows + b) * width;
    const rest = new Float64Array(H); // what reaches the former state past the products
    const seen = new Float64Array(H); // and through them
    const put = (g: number, j: number, value: number): void => {
      out.data[d + g * H + j] = value;
      out.data[e + g * H + j] = value;
    };
    const [before, after] = (reverse ? [t + 1, t] : [t, t + 1]).map((i) => (i * rows + b) * H);
    const gates = layout.gates + (t * rows + b) * 4 * H;
    /** Σ_k d[k] W[k, j] over the rows of a range of gates. */
    const back = (j: number, from: number, to: number): number => {
      let total = 0;
      for (let k = from * H; k < to * H; k++) total += out.data[d + k]! * weightHh.data[k * H + j]!;
      return total;
    };
    for (let j = 0; j < H; j++) {
      const slot = (i: number): number => s[gates + i * H + j]!;
      const g = dh[j]!;
      const old = s[layout.states + before! + j]!;
      if (hasCell) {
        const [i, f, c, o] = [slot(0), slot(1), slot(2), slot(3)];
        const y = Math.tanh(s[layout.cells + after! + j]!);
        const dO = g * y * o * (1 - o);
        const gc = dc[j]! + g * o * (1 - y * y) + dO * peep(2 * H + j);
        const dI = gc * c * i * (1 - i);
        const dF = gc * s[layout.cells + before! + j]! * f * (1 - f);
        put(0, j, dI);
        put(1, j, dF);
        put(2, j, gc * i * (1 - c * c));
        put(3, j, dO);
        dc[j] = gc * f + dI * peep(j) + dF * peep(H + j);
      } else if (G === 3) {
        const z = slot(1);
        const n = slot(kind === 'gru' ? 3 : 2);
        const dn = g * (1 - z) * (1 - n * n);
        rest[j] = g * z;
        put(1, j, g * (old - n) * z * (1 - z));
        put(2, j, dn);
        if (kind !== 'gru') continue;
        const r = slot(0);
        put(0, j, dn * slot(2) * r * (1 - r));
        out.data[d + 2 * H + j] = dn * r;
      } else {
        const y = s[layout.states + after! + j]!;
        put(
          0,
          j,
          kind === 'tanh' ? g * (1 - y * y) : kind === 'relu' ? (y > 0 ? g : 0) : g * y * (1 - y),
        );
      }
    }
    if (kind === 'gruResetBefore') {
      for (let j = 0; j < H; j++) {
        const r = s[gates + j]!;
        const p = back(j, 2, 3);
        seen[j] = p * r;
        put(0, j, p * s[layout.states + before! + j]! * masked(j) * r * (1 - r));
      }
    }
    const last = kind === 'gruResetBefore' ? 2 : G;
    for (let j = 0; j < H; j++) dh[j] = rest[j]! + masked(j) * (seen[j]! + back(j, 0, last));
  }
  if (!attrs.toStart) return;
  for (let j = 0; j < H; j++) {
    out.data[(work * rows + b) * width + j] = dh[j]!;
    if (hasCell) out.data[(work * rows + b) * width + H + j] = dc[j]!;
  }
}
