/** How two calls differ that should have done the same, in words for whoever wrote the function. */
import { formatShape } from '../shape.ts';
import {
  same,
  type OpStep,
  type Operand,
  type Returned,
  type Step,
  type Trace,
  type Value,
} from './trace.ts';

export interface Difference {
  readonly reason: string;
  /** True if it cannot be that the first call only prepared something for the others. */
  readonly isLasting: boolean;
}

/** What `now` did otherwise than `before`; null if nothing. */
export function difference(before: Trace, now: Trace): Difference | null {
  const number = changedNumber(before, now);
  if (number !== null) {
    const reason = `it depends on ${number}. Put it into a tensor, or read it through guard(), and it compiles`;
    return { reason, isLasting: true };
  }
  const reason = otherwise(before, now);
  return reason === null ? null : { reason, isLasting: false };
}

/** The first attribute or constant that is another, if all before it is the same. */
function changedNumber(before: Trace, now: Trace): string | null {
  for (let i = 0; i < now.steps.length; i++) {
    const [a, b] = [before.steps[i], now.steps[i]];
    if (sameStep(a, b)) continue;
    if (a?.kind !== 'op' || b?.kind !== 'op' || !sameStep(a, { ...b, attrs: a.attrs })) return null;
    return `a number that changes between calls (${b.op.name} ${changedAttribute(a.attrs, b.attrs)})`;
  }
  for (let i = 0; i < now.values.length; i++) {
    const [a, b] = [before.values[i], now.values[i]];
    if (a === undefined || b === undefined) return null;
    const [x, y] = [a.origin, b.origin];
    if (x.kind !== 'constant' || y.kind !== 'constant' || x.filled !== y.filled) {
      if (differentOrigin(a, b) !== null) return null;
    } else if (!x.filled && !same(x.data, y.data)) {
      const reader = now.steps.find(
        (step): step is OpStep =>
          step.kind === 'op' && step.inputs.some(({ value }) => value === b),
      );
      const name = reader?.op.name ?? 'the result';
      return b.length === 1
        ? `a number that changes between calls (${name} by ${short(y.data[0])}, was ${short(x.data[0])})`
        : `numbers that change between calls (${name} of ${b.length} that are made inside)`;
    }
  }
  return null;
}

function changedAttribute(before: unknown, now: unknown): string {
  const [a, b] = [
    Object(before) as Record<string, unknown>,
    Object(now) as Record<string, unknown>,
  ];
  const field = Object.keys(b).find((key) => !same(a[key], b[key]));
  if (field === undefined) return `with ${short(now)}, was ${short(before)}`;
  return `with ${field} ${short(b[field])}, was ${short(a[field])}`;
}

function short(value: unknown): string {
  // float32 shows digits that nobody wrote.
  if (typeof value === 'number') return String(Number(value.toPrecision(7)));
  const text = JSON.stringify(value) ?? String(value);
  return text.length > 60 ? `${text.slice(0, 60)}…` : text;
}

function otherwise(a: Trace, b: Trace): string | null {
  const count = Math.max(a.steps.length, b.steps.length);
  for (let i = 0; i < count; i++) {
    const [x, y] = [a.steps[i], b.steps[i]];
    if (!sameStep(x, y)) {
      return `its calls do not do the same: step ${i + 1} was ${describeStep(x)} in one call and ${describeStep(y)} in the next. Decide with where(), or read what decides through guard(), and it compiles`;
    }
  }
  for (let i = 0; i < Math.max(a.values.length, b.values.length); i++) {
    const [x, y] = [a.values[i], b.values[i]];
    if (x === undefined || y === undefined) return 'its calls use different numbers of tensors';
    const how = differentOrigin(x, y);
    if (how !== null) return how;
  }
  const observed = (t: Trace): unknown => t.observations.map(({ value }) => value);
  if (!same(observed(a), observed(b))) return 'a setting was another in the next call';
  const assignments = (t: Trace): unknown =>
    [...t.assigned].map(([owner, { value, times }]) => [owner.id, value.id, times]);
  if (!same(assignments(a), assignments(b))) return 'its calls assign other tensors';
  const gradients = (t: Trace): unknown =>
    t.gradients.map(({ owner, before, after }) => [owner.id, before, after.map(spec)]);
  if (!same(gradients(a), gradients(b)))
    return 'gradients were there in one call and not in the next';
  const needs = (t: Trace): unknown => [...t.requiresGrad].map(([v, needed]) => [v.id, needed]);
  if (!same(needs(a), needs(b))) return 'a tensor required gradients in one call only';
  return same(shapeOf(a.returned), shapeOf(b.returned)) ? null : 'its calls return other things';
}

function sameStep(a: Step | undefined, b: Step | undefined): boolean {
  if (a === undefined || b === undefined || a.kind !== b.kind) return false;
  if (a.kind !== 'op' || b.kind !== 'op') return true;
  const isDynamic = a.refresh !== null;
  return (
    a.op === b.op &&
    a.checked === b.checked &&
    isDynamic === (b.refresh !== null) &&
    (isDynamic || same(a.attrs, b.attrs)) &&
    same(a.inputs.map(spec), b.inputs.map(spec)) &&
    same(spec(a.output), spec(b.output))
  );
}

const spec = ({ value, shape }: Operand): unknown => [value.id, shape];

function describeStep(step: Step | undefined): string {
  if (step === undefined) return 'missing';
  if (step.kind !== 'op') return step.kind === 'host' ? 'a replay()' : 'a random tensor';
  const attrs = step.refresh === null && step.attrs !== undefined ? ` ${short(step.attrs)}` : '';
  const inputs = step.inputs.map(({ shape }) => formatShape(shape)).join(', ');
  return `${step.op.name}${attrs} of ${inputs}`;
}

function differentOrigin(a: Value, b: Value): string | null {
  const [x, y] = [a.origin, b.origin];
  if (x.kind === 'constant' && y.kind === 'constant') {
    if (x.filled === y.filled && (x.filled || same(x.data, y.data))) return null;
    return `a tensor of ${a.length} numbers made inside held other numbers in the next call`;
  }
  if (x.kind === 'captured' && y.kind === 'captured') {
    if (x.tensor === y.tensor) return null;
    return `a captured tensor (${a.dtype}, ${a.length} elements) was another one in the next call. Assign to the first, or pass it in`;
  }
  if (x.kind === y.kind) return null; // steps and arguments have been compared; owners come before
  return `a tensor of ${a.length} elements was ${x.kind} in one call and ${y.kind} in the next`;
}

/** The form of a result, with values by their numbers. */
function shapeOf(returned: Returned): unknown {
  switch (returned.kind) {
    case 'made':
      return ['made', spec(returned.operand)];
    case 'array':
      return returned.items.map(shapeOf);
    case 'object':
      return returned.entries.map(([key, item]) => [key, shapeOf(item)]);
    default:
      return returned;
  }
}
