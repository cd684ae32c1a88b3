/** What of a trace is wanted when a call is over, and which of its steps lead there. */
import { madeIn } from './returned.ts';
import type { GradientRecord, Operand, Step, Trace, Value } from './trace.ts';

/** Numbers that leave the plan in memory of their own. */
export interface Output {
  readonly operand: Operand;
  /** Whose gradient it becomes; null for what is returned. */
  readonly owner: Value | null;
  /** It names the rows of a gradient, which follow. */
  readonly isIndex: boolean;
}

/** An argument or captured tensor that is written. */
export interface Written {
  readonly owner: Value;
  readonly value: Value;
  readonly times: number;
}

export interface Outcome {
  readonly outputs: readonly Output[];
  readonly written: readonly Written[];
}

export function outcomeOf(trace: Trace): Outcome {
  const outputs: Output[] = [...madeIn(trace.returned)].map((operand) => {
    return { operand, owner: null, isIndex: false };
  });
  for (const { owner, after } of trace.gradients) {
    after.forEach((operand, i) => {
      const isIndex = i < after.length - 1;
      if (!isOwnGradient(operand, owner)) outputs.push({ operand, owner, isIndex });
    });
  }
  const written = [...trace.assigned].map(([owner, { value, times }]) => ({ owner, value, times }));
  return { outputs, written };
}

/** The values that are wanted at the end of a call. */
export function leavingWith({ outputs, written }: Outcome): ReadonlySet<Value> {
  return new Set([
    ...outputs.map(({ operand }) => operand.value),
    ...written.map(({ value }) => value),
  ]);
}

/** The steps that have to be done for `leaving`, in order; those that look at values always have to be. */
export function stepsFor({ steps }: Trace, leaving: ReadonlySet<Value>): readonly Step[] {
  const needed = new Set(leaving);
  const found: Step[] = [];
  for (const step of steps.toReversed()) {
    if (step.kind === 'host') found.push(step);
    else if (step.kind === 'upload') {
      if (needed.has(step.value)) found.push(step);
    } else if (step.checked || needed.has(step.output.value)) {
      for (const { value } of step.inputs) needed.add(value);
      found.push(step);
    }
  }
  return found.toReversed();
}

/** True for a gradient that is what it was before. */
function isOwnGradient({ value: { origin } }: Operand, owner: GradientRecord['owner']): boolean {
  return origin.kind === 'gradient' && origin.owner === owner;
}
