import { isWritable, live, runInto, type OpDef, type Tensor } from '@kasane/tensor-core';
import { addQuotient, type QuotientFactors } from './add-quotient.ts';
import { combineSquare } from './combine-square.ts';
import { combine, type Factors } from './combine.ts';
import type { Rows } from './rows.ts';

/** An average that a step updates, and its factors. */
type Average<O> = readonly [average: Tensor, factors: (group: O) => Factors];

/** What a step does. */
export interface Rule<O> {
  readonly m?: Average<O> | undefined;
  readonly v?: Average<O> | undefined;
  /** ε only with v. */
  readonly p: (group: O) => Factors | QuotientFactors;
}

interface Numbers {
  readonly m: Factors | undefined;
  readonly v: Factors | undefined;
  readonly p: Factors | QuotientFactors;
}

/** The kernels that do a whole step write p, m and v where they are. */
const onePass: OpDef<Numbers> = {
  name: 'step',
  infer: ([p]) => p!,
  reference() {
    throw new Error('internal: steps in one pass are for kernels');
  },
  vjp: null,
  wasm(k, [first, second, third, fourth], { m, v, p }, { size }) {
    const [a, b, c] = [first!.pointer, second!.pointer, third!.pointer];
    const { alpha, beta, eps } = p as QuotientFactors; // ε is there with v, and used only then
    if (m && v) {
      const d = fourth!.pointer;
      k.momentsStep(a, b, c, d, size, m.alpha, m.beta, v.alpha, v.beta, alpha, beta, eps);
    } else if (v) k.squareStep(a, b, c, size, v.alpha, v.beta, alpha, beta, eps);
    else k.momentumStep(a, b, c, size, m!.alpha, m!.beta, alpha, beta);
    return true;
  },
};

/**
 * m ← α·m + β·g; v ← α·v + β·g²; p ← α·p + β·x / (√v + ε), where x is m, or g if there is no m; without
 * v nothing divides. In one pass over the memory where that can be, with the bits of one after the other.
 */
export function step<O extends object>(
  p: Tensor,
  g: Tensor,
  group: O,
  rule: Rule<O>,
  rows: Rows = [],
): void {
  const [m, v] = [rule.m?.[0], rule.v?.[0]];
  const average = m ?? v;
  if (average !== undefined && rows.length === 0 && [p, average, v ?? g, g].every(isWritable)) {
    const numbers = { m: rule.m?.[1](group), v: rule.v?.[1](group), p: rule.p(group) };
    runInto(onePass, p, m && v ? [m, v, g] : [average, g], numbers);
    for (const t of [m, v]) if (t !== undefined) t.version++;
    return;
  }
  if (m) runInto(combine, m, [g, ...rows], live(group, rule.m![1]));
  if (v) runInto(combineSquare, v, [g, ...rows], live(group, rule.v![1]));
  const x = m ?? g;
  const factors = live(group, rule.p);
  // As a Rule says, ε is there with v.
  if (v) runInto(addQuotient, p, [x, v, ...rows], factors as QuotientFactors);
  else runInto(combine, p, [x, ...rows], factors);
}
