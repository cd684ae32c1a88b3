/** Compares outcomes: to the last bit, or as closely as float32 can be asked to follow float64. */
import { isFloatingPoint } from '@kasane/tensor-core';
import type { Outcome, Result } from './evaluate.ts';
import type { Program } from './program.ts';

/** How two outcomes differ: a kind that stays the same while a case shrinks, and a sentence. */
export interface Difference {
  readonly kind: string;
  readonly detail: string;
}

const show = (outcome: Outcome): string =>
  outcome.error === null ? 'a result' : `${outcome.error.name} "${outcome.error.message}"`;

/** `gradient` for `gradient 0`, `value` for `value.output`. */
const sort = (label: string): string => label.replace(/[^a-z ].*$/, '').trim();

/** One element of a result: `gradient 0[3]`. */
const place = ({ label }: Result, i: number): string => `${label}, element ${i}`;

/** What must be equal everywhere: errors, numbers beside tensors, shapes, dtypes. */
export function faceDifference(got: Outcome, want: Outcome): Difference | null {
  if (got.error?.name !== want.error?.name || got.error?.message !== want.error?.message) {
    const kind = got.error === null ? 'no error' : want.error === null ? 'error' : 'another error';
    return { kind, detail: `${show(got)} instead of ${show(want)}` };
  }
  if (got.notes !== want.notes) {
    return { kind: 'structure', detail: `${got.notes} instead of ${want.notes}` };
  }
  for (const [i, g] of got.results.entries()) {
    const w = want.results[i];
    const face = (r: Result | undefined): string => `${r?.dtype} [${r?.shape.join(',')}]`;
    if (face(g) !== face(w)) {
      return {
        kind: `${sort(g.label)} shape`,
        detail: `${g.label} is ${face(g)} instead of ${face(w)}`,
      };
    }
  }
  return null;
}

/** The same bits; NaN is NaN whatever its payload, which JavaScript does not keep. */
export function bitDifference(got: Outcome, want: Outcome): Difference | null {
  const face = faceDifference(got, want);
  if (face !== null) return face;
  for (const [k, g] of got.results.entries()) {
    const w = want.results[k]!;
    for (let i = 0; i < g.data.length; i++) {
      if (Object.is(g.data[i], w.data[i])) continue;
      const kind = `${sort(g.label)} bits`;
      return {
        kind,
        detail: `${place(g, i)} is ${text(g.data[i]!)} instead of ${text(w.data[i]!)}`,
      };
    }
  }
  return null;
}

// -0 is written as such.
const text = (x: number): string => (Object.is(x, -0) ? '-0' : String(x));

// Kernels err by a few units in the last place (2⁻²⁴ ≈ 6e-8 each), sums of up to 2,401 terms and gradients of
// several ops by some dozens of them.
const RELATIVE = 1e-5;
// float64 is computed by the same loops everywhere, in the same order.
const DOUBLE = 1e-12;
// Below 1e-38 float32 has no relative precision: its steps there, of 1.4e-45, times what is multiplied by them.
const ABSOLUTE = 1e-42;
// Where an answer hangs on the last bits of the inputs, as a sum that cancels does, float32 may give the answer
// for inputs that differ by 2⁻²² of their size, four times over: a backward error of 16 units in the last place.
export const MOVED: number = 2 ** -22;
const FACTOR = 4;
// What is made of sums and products of intermediate results errs by units in the last place of these: softmax
// where it is near 0, gates of a recurrent layer, gradients that cancel. 2e-6 are 34 of them. Intermediate results
// are taken to be as large as the largest result of the same kind, and, like probabilities and normalised numbers,
// about 1 where the inputs are that large.
const NORMWISE = 2e-6;
// Second gradients are made of products of first ones and of slopes; where a slope is 1 - y² with y near 1, the plain
// loops themselves lose 5e-6 of the largest.
const SECOND = 4;
// The largest number of float32. At the edge of its range a result may go over, or not yet; a gradient also where
// it is multiplied, before the end, by what is as large as 64: one gradient of an output is as small as 1/32.
const LARGEST = 3.4028234e38;

/** What results in float32 are held to. */
export interface Truth {
  /** The results in float64. */
  readonly exact: Outcome;
  /** Whether nothing in the program is float32. */
  readonly double: boolean;
  /** See Program. */
  readonly spread: Program['spread'];
  /** The largest finite input, or 1 if it is larger than that. */
  readonly size: number;
  /**
   * The results in float64 for inputs moved by MOVED, equal ones `alike` or each for itself: asked for only where a
   * result is not close.
   */
  around(alike: boolean): readonly Outcome[];
  /**
   * The results of the plain loops in float32: each op is computed in float64 and rounded once, so what they
   * lose is what float32 has to lose, as the gradient of tanh does where it is 1 - y² for y near 1.
   */
  readonly rounded: Outcome;
}

/** Floats against those of float64, integers and truth values exactly. */
export function valueDifference(got: Outcome, truth: Truth): Difference | null {
  const largest = largestOf(truth.exact);
  for (const [k, g] of got.results.entries()) {
    const want = truth.exact.results[k];
    if (want === undefined || want.data.length !== g.data.length) continue;
    const exact = !isFloatingPoint(g.dtype);
    const kind = sort(g.label);
    const spread =
      truth.spread[kind.includes('gradient') ? 'gradient' : 'value'] *
      (kind.startsWith('second') ? SECOND : 1);
    const allowed = {
      double: truth.double,
      least: truth.double ? 0 : NORMWISE * spread * Math.max(truth.size, largest.get(kind)!),
      edge: kind.includes('gradient') ? LARGEST / 64 : LARGEST * (1 - RELATIVE),
    };
    for (let i = 0; i < g.data.length; i++) {
      const [x, y] = [g.data[i]!, want.data[i]!];
      const wrong = exact ? (x === y ? null : 'integers') : apart(x, y, allowed);
      if (wrong === null) continue;
      // Values of equal numbers must be right, such as a variance of 0; sums of their gradients may cancel.
      const moves = [
        ...truth.around(true),
        ...(kind.includes('gradient') ? truth.around(false) : []),
      ];
      const near = moves.map((outcome) => outcome.results[k]?.data[i] ?? NaN);
      if (near.some((v) => Number.isNaN(v) !== Number.isNaN(y) || (exact && v !== y))) continue;
      const lost = truth.rounded.results[k]?.data[i] ?? y;
      const room = Math.max(0, ...[...near, lost].map((v) => Math.abs(v - y) || 0));
      if (exact || apart(x, y, allowed, FACTOR * room) !== null) {
        const detail = `${place(g, i)} is ${text(x)} instead of ${text(y)}`;
        return { kind: `${kind} ${wrong}`, detail };
      }
    }
  }
  return null;
}

/** The largest finite magnitude among values, among gradients, and so on. */
function largestOf({ results }: Outcome): ReadonlyMap<string, number> {
  const found = new Map<string, number>();
  for (const { label, data } of results) {
    let most = found.get(sort(label)) ?? 0;
    for (const x of data) if (Math.abs(x) > most && Number.isFinite(x)) most = Math.abs(x);
    found.set(sort(label), most);
  }
  return found;
}

/** How far a number may be off: in its last places, by so much, and from which magnitude on it may be infinite. */
interface Allowed {
  readonly double: boolean;
  readonly least: number;
  readonly edge: number;
}

/** Null if x may stand for y, else in what they differ. */
function apart(x: number, y: number, { double, least, edge }: Allowed, room = 0): string | null {
  if (Object.is(x, y) || x === y) return null;
  const rounded = double ? y : Math.fround(y);
  if (Number.isFinite(x) && Number.isFinite(rounded)) {
    const relative = double ? DOUBLE : RELATIVE;
    return Math.abs(x - y) <= relative * Math.abs(y) + ABSOLUTE + least + room ? null : 'value';
  }
  if (Object.is(x, rounded)) return null;
  const near = Math.abs(y) > edge && Math.abs(y) < LARGEST * (1 + RELATIVE);
  return !double && near && Math.sign(x) === Math.sign(y) ? null : 'non-finite';
}
