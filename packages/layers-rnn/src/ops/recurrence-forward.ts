import type { OpDef, WasmOperand } from '@kasane/tensor-core';
import {
  cells,
  checkParts,
  named,
  productFlops,
  sizesOf,
  type partNames,
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
  vjp: null,
  flops: productFlops,
  wasm: (kernels, inputs, attrs, out) => {
    const parts = named(attrs.names, inputs);
    const packed = inputs[attrs.names.length]!;
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
