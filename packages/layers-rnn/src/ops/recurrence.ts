import { concat, isGradEnabled, noGrad, record, run, scope, stack } from '@kasane/tensor-core';
import type { OpDef, Tensor, VjpContext } from '@kasane/tensor-core';
import { withoutPadding } from '../lengths.ts';
import { panels } from './panels.ts';
import { recurrenceBackward } from './recurrence-backward.ts';
import { recurrenceForward } from './recurrence-forward.ts';
import {
  cells,
  checkParts,
  named,
  partNames,
  sizesOf,
  type Parts,
  type RecurrenceKind,
} from './recurrence-inputs.ts';
import { backwardLayout, layoutOf, type RecurrenceAttrs } from './recurrence-layout.ts';
import { unrolled } from './unrolled.ts';

export type { RecurrenceKind } from './recurrence-inputs.ts';

/** What a recurrence reads. */
export type RecurrenceInputs = Parts<Tensor>;

export interface RecurrenceOptions {
  readonly kind: RecurrenceKind;
  /** Walk from the last step to the first; outputs stay at their places in time. */
  readonly reverse?: boolean;
}

/** What a recurrence gives. */
export interface RecurrenceResult {
  /** The states at all steps, (T, B, H); zero from a row's length on. */
  readonly output: Tensor;
  /** The state after the last step walked, (B, H). */
  readonly h: Tensor;
  /** The cell state then, for kinds that have one. */
  readonly c: Tensor | null;
}

/**
 * Runs a recurrent cell over all steps of a batch of sequences, in one kernel call each way.
 *
 * Gates are in PyTorch's order: i, f, g, o and r, z, n. From a row's length on its state stays what it was.
 *
 * @throws {@link ShapeError} or DTypeError if the parts do not fit.
 */
export function recurrence(
  inputs: RecurrenceInputs,
  { kind, reverse = false }: RecurrenceOptions,
): RecurrenceResult {
  const { mask } = inputs;
  const parts = mask === undefined ? inputs : { ...inputs, mask: mask.detach() };
  checkParts(kind, parts);
  const { projected, h0, c0 = null, lengths } = parts;
  const { steps } = sizesOf(parts);
  if (steps === 0) return { output: h0.newFull([0, ...h0.shape], 0), h: h0, c: c0 };
  const composed = !hasKernels(kind, projected);
  const y = composed ? unrolled(kind, reverse, parts) : fused(parts, kind, reverse);
  const { hasCell } = cells[kind];
  const states = !hasCell ? y : reverse ? y.slice(0, 1) : y.slice(0, 0, steps); // (T, B, H)
  return {
    output: lengths === undefined ? states : withoutPadding(states, lengths),
    h: y.select(0, reverse ? Number(hasCell) : steps - 1),
    c: hasCell ? y.select(0, reverse ? 0 : steps) : null,
  };
}

/** Kernels are for float32, on wasm and, but for one kind, on a gpu. */
function hasKernels(kind: RecurrenceKind, { backend, dtype }: Tensor): boolean {
  if (dtype !== 'float32') return false;
  return backend.decomposes !== true || (backend.launches === true && kind !== 'gruResetBefore');
}

function fused(parts: RecurrenceInputs, kind: RecurrenceKind, reverse: boolean): Tensor {
  const names = partNames(parts);
  const inputs = names.map((name) => parts[name]!);
  const keep = isGradEnabled() && inputs.some((t) => t.requiresGrad);
  const attrs = { kind, reverse, names };
  const { steps, rows, hidden } = sizesOf(parts);
  const [y, reserve] = scope(() =>
    noGrad(() => {
      const packed = packedWeights(parts.weightHh, cells[kind].gates, true);
      const made = run(recurrenceForward, [...inputs, ...packed], { ...attrs, keep });
      const { y: start } = layoutOf({ ...attrs, keep }, sizesOf(parts));
      const shown = steps + Number(cells[kind].hasCell);
      const y = made.slice(0, start, start + shown * rows * hidden);
      return [y.reshape([shown, rows, hidden]), keep ? made : null];
    }),
  );
  if (reserve !== null) record(y!, recurrenceOp, [...inputs, reserve], attrs);
  return y!;
}

/** The weights as the kernels of wasm read them: with their rows for columns, gate by gate, in the forward pass. */
function packedWeights(weight: Tensor, gates: number, forth: boolean): readonly Tensor[] {
  if (weight.backend.launches === true) return [];
  return [run(panels, [weight], { transposed: forth, groups: forth ? gates : 1 })];
}

/** The record of a recurrence: its inputs are the parts, and what the forward pass left. */
const recurrenceOp: OpDef<RecurrenceAttrs> = {
  name: 'recurrence',
  infer() {
    throw new Error('internal: recurrence is recorded, never dispatched');
  },
  vjp: (context) => gradients(context),
  decompose: (inputs, { kind, reverse, names }) => unrolled(kind, reverse, named(names, inputs)),
};

function gradients({
  inputs,
  grad,
  attrs,
  needs,
}: VjpContext<RecurrenceAttrs>): readonly (Tensor | null)[] {
  const { kind, reverse, names } = attrs;
  const parts = named(names, inputs);
  const reserve = inputs[names.length]!;
  const needed = (name: keyof RecurrenceInputs): boolean => {
    const i = names.indexOf(name);
    return i >= 0 && needs(i);
  };
  const { gates } = cells[kind];
  const sizes = sizesOf(parts);
  const { steps, rows, hidden } = sizes;
  const backAttrs = { ...attrs, toStart: needed('h0') || needed('c0') };
  const layout = backwardLayout(backAttrs, sizes);
  const packed = packedWeights(parts.weightHh, gates, false);
  const all = [...inputs.slice(0, names.length), grad, reserve, ...packed];
  const made = run(recurrenceBackward, all, backAttrs); // (count, B, G·H)
  const range = (start: number, count: number): Tensor =>
    count === layout.count ? made : made.slice(0, start, start + count);
  const recurrent = range(0, steps); // (T, B, G·H)
  const flat = recurrent.reshape([steps * rows, gates * hidden]);

  const saved = layoutOf({ ...attrs, keep: true }, sizes);
  /** T steps of (B, H) in what was saved, from the state before each step or after it. */
  const states = (place: number, when: 'before' | 'after'): Tensor => {
    const state = rows * hidden;
    const start = place + (reverse === (when === 'before') ? state : 0);
    return reserve.slice(0, start, start + steps * state).reshape([steps, rows, hidden]);
  };
  const weight = (): Tensor => {
    let seen = states(saved.states, 'before');
    if (parts.mask !== undefined) seen = seen.mul(parts.mask);
    const by = (d: Tensor, v: Tensor): Tensor =>
      d.matmul(v.reshape([steps * rows, hidden]), { transposeA: true });
    if (kind !== 'gruResetBefore') return by(flat, seen);
    const slots = reserve.slice(0, saved.gates, saved.gates + steps * rows * 4 * hidden);
    const reset = slots.reshape([steps * rows, 4 * hidden]).slice(1, 3 * hidden); // r ⊙ h
    const split = 2 * hidden;
    return concat([by(flat.slice(1, 0, split), seen), by(flat.slice(1, split), reset)], 0);
  };
  const peephole = (): Tensor => {
    const by = (gate: number, when: 'before' | 'after'): Tensor =>
      recurrent
        .slice(2, gate * hidden, (gate + 1) * hidden)
        .mul(states(saved.cells, when))
        .sum([0, 1]);
    return stack([by(0, 'before'), by(1, 'before'), by(3, 'after')], 0);
  };
  const start = (slot: number): Tensor =>
    made.select(0, layout.work).slice(1, slot * hidden, (slot + 1) * hidden);
  const rules: Record<string, () => Tensor> = {
    projected: () => range(layout.projected, steps),
    h0: () => start(0),
    weightHh: weight,
    c0: () => start(1),
    biasHh: () => recurrent.sum([0, 1]),
    peephole,
  };
  return names.map((name) => (needed(name) ? (rules[name]?.() ?? null) : null));
}
