/** What recurrences are told, and where things are in what their kernels leave. */
import { cells, type partNames, type RecurrenceKind, type Sizes } from './recurrence-inputs.ts';

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
