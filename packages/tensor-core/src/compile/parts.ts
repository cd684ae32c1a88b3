/** Slices whose elements lie side by side need no copy: they are a part of what they are taken from. */
import { bytesPerElement } from '../dtype.ts';
import { slice, type SliceAttrs } from '../ops/slice.ts';
import { sizeOf } from '../shape.ts';
import type { Pointer } from './kernel-calls.ts';
import type { OpStep, Step, Value } from './trace.ts';

/** What is less than half of another value keeps that one's memory for so many steps longer at the most. */
const NEAR = 8;

/**
 * Of the values that steps make on their way to `leaving`, those that are a part of another, and where. Nothing is ever written
 * into either: values are written once, and what takes their place waits for both.
 */
export function partsIn(
  steps: readonly Step[],
  leaving: ReadonlySet<Value>,
): ReadonlyMap<Value, Pointer> {
  const lastUse = new Map<Value, number>();
  const within = (value: Value): boolean => value.origin.kind === 'op' && !leaving.has(value);
  const found: { readonly value: Value; readonly from: Pointer }[] = [];
  // From the end: parts of parts first, which parts have to outlive.
  for (let i = steps.length - 1; i >= 0; i--) {
    const step = steps[i]!;
    if (step.kind !== 'op') continue;
    for (const { value } of step.inputs) if (!lastUse.has(value)) lastUse.set(value, i);
    const offset = offsetOf(step);
    const whole = step.inputs[0];
    const { value, size } = step.output;
    if (offset === null || whole === undefined || !within(value) || !within(whole.value)) continue;
    const longer = (lastUse.get(value) ?? 0) - lastUse.get(whole.value)!;
    if (2 * size < whole.size && longer > NEAR) continue;
    if (longer > 0) lastUse.set(whole.value, lastUse.get(value)!);
    found.push({ value, from: { value: whole.value, offset } });
  }
  const parts = new Map<Value, Pointer>();
  for (const { value, from } of found.toReversed()) {
    const around = parts.get(from.value);
    const offset = from.offset + (around?.offset ?? 0);
    parts.set(value, around === undefined ? from : { value: around.value, offset });
  }
  return parts;
}

/** Bytes from the start of what a step slices to its result, if that is a run of elements side by side; else null. */
function offsetOf({ op, inputs, attrs, refresh, checked, output }: OpStep): number | null {
  if (op !== slice || refresh !== null || checked || output.size === 0) return null;
  const { dim, start, step } = attrs as SliceAttrs; // what slice takes
  const { shape, dtype } = inputs[0]!;
  if (step !== 1 || sizeOf(shape.slice(0, dim)) !== 1) return null;
  return start * sizeOf(shape.slice(dim + 1)) * bytesPerElement[dtype];
}
