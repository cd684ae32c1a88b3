import { stack, type Tensor } from '@kasane/tensor-core';
import { withoutPadding } from '../lengths.ts';
import { stepsOf } from '../unroll.ts';
import type { Parts, RecurrenceKind } from './recurrence-inputs.ts';
import { stepOf, type StepState } from './step.ts';

/**
 * A recurrence as ordinary ops, one step after the other: the states at all steps and, for kinds with a
 * cell state, its last one, in one tensor (T, B, H) or (T + 1, B, H). Walked in reverse, the last cell
 * state comes first.
 */
export function unrolled(kind: RecurrenceKind, reverse: boolean, parts: Parts<Tensor>): Tensor {
  const { projected, h0, c0, lengths } = parts;
  const inputs = stepsOf(lengths === undefined ? projected : withoutPadding(projected, lengths));
  const step = stepOf(kind, parts);
  const states: Tensor[] = [];
  let state: StepState = { h: h0, c: c0 };
  for (let s = 0; s < inputs.length; s++) {
    const t = reverse ? inputs.length - 1 - s : s;
    const next = step(inputs[t]!, state);
    const live = lengths?.greater(t).unsqueeze(1); // (B, 1)
    state = live === undefined ? next : choose(live, next, state);
    states.push(state.h);
  }
  if (state.c !== undefined) states.push(state.c);
  return stack(reverse ? states.toReversed() : states, 0);
}

function choose(live: Tensor, next: StepState, before: StepState): StepState {
  return {
    h: live.where(next.h, before.h),
    c: next.c === undefined ? undefined : live.where(next.c, before.c!),
  };
}
