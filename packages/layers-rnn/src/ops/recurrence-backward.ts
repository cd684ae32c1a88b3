import type { OpDef } from '@kasane/tensor-core';
import { layoutOf, pointerOf, type RecurrenceAttrs } from './recurrence-forward.ts';
import { cells, named, productFlops, sizesOf, type Sizes } from './recurrence-inputs.ts';

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
 * left: inputs are the parts, the two, and the panels of the weights.
 */
export const recurrenceBackward: OpDef<BackwardAttrs> = {
  name: 'recurrenceBackward',
  infer(inputs, attrs) {
    const { projected } = named(attrs.names, inputs);
    const [, rows, width] = projected.shape;
    const { count } = backwardLayout(attrs, sizesOf(named(attrs.names, inputs)));
    return { shape: [count, rows!, width!], dtype: projected.dtype };
  },
  vjp: null,
  flops: productFlops,
  wasm(kernels, inputs, attrs, out) {
    const { names, kind, reverse } = attrs;
    const parts = named(names, inputs);
    const [grad, reserve, packed] = inputs.slice(names.length);
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
      packed!.pointer,
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
