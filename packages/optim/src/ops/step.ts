import { isWritable, live, runInto, type OpDef, type Tensor } from '@kasane/tensor-core';
import { addQuotient, type QuotientFactors } from './add-quotient.ts';
import { combineSquare } from './combine-square.ts';
import { combine, type Factors } from './combine.ts';

/** An average that a step updates, and its factors. */
type Average<O> = readonly [average: Tensor, factors: (group: O) => Factors];

/** What a step does. */
export interface Rule<O> {
  readonly m?: Average<O> | undefined;
  readonly v?: Average<O> | undefined;
  /** ε only with v. */
  readonly p: (group: O) => Factors & Partial<QuotientFactors>;
}

type Numbers = readonly [m: Factors | undefined, v: Factors | undefined, p: QuotientFactors];

const NONE: Factors = { alpha: 0, beta: 0 };

/** The kernel that does a whole step writes p, and the averages that there are, where they are. */
const onePass: OpDef<Numbers> = {
  name: 'step',
  infer: ([p]) => p!,
  reference() {
    throw new Error('internal: steps in one pass are for kernels');
  },
  vjp: null,
  wasm(k, [p, g, first, last = first], [m, v, { alpha, beta, eps }], { size }) {
    const [at, below] = [m ? first!.pointer : 0, v ? last!.pointer : 0];
    const [a, b] = [m ?? NONE, v ?? NONE];
    const averages = [a.alpha, a.beta, b.alpha, b.beta] as const;
    k.updateStep(p!.pointer, at, below, g!.pointer, size, ...averages, alpha, beta, eps);
    return true;
  },
};

/**
 * m ← α·m + β·g; v ← α·v + β·g²; p ← α·p + β·x / (√v + ε), where x is m, or g if there is no m; without
 * v nothing divides. In one pass over the memory where that can be, with the bits of one after the other.
 */
export function step<O extends object>(p: Tensor, g: Tensor, group: O, rule: Rule<O>): void {
  const [m, ofM] = rule.m ?? [];
  const [v, ofV] = rule.v ?? [];
  const averages = [m, v].filter((average) => average !== undefined);
  if (averages.length > 0 && [p, g, ...averages].every(isWritable)) {
    const numbers = [ofM?.(group), ofV?.(group), { eps: 0, ...rule.p(group) }] as const;
    runInto(onePass, p, [g, ...averages], numbers);
    for (const average of averages) average.version++;
    return;
  }
  if (m) runInto(combine, m, [g], live(group, ofM!));
  if (v) runInto(combineSquare, v, [g], live(group, ofV!));
  const factors = live(group, rule.p);
  // As a Rule says, ε is there with v.
  if (v) runInto(addQuotient, p, [m ?? g, v], factors as QuotientFactors);
  else runInto(combine, p, [m ?? g], factors);
}
