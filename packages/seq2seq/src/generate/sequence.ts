import type { Rows } from './decoding.ts';
import type { Plan } from './plan.ts';

/** How a token came, behind those before it. */
export interface Taken {
  readonly before: Taken | null;
  readonly logProb: number;
  readonly scores: Float32Array | null;
  readonly attention: Float32Array | null;
}

/** A sequence that is over. */
export interface Written {
  readonly tokens: readonly number[];
  readonly taken: Taken | null;
  /** Of beams. */
  readonly score: number | null;
}

/** Remembers of a step what options ask for; null if they ask for nothing. */
export function take(
  plan: Plan,
  before: Taken | null,
  rows: Rows,
  row: number,
  scores: Float32Array,
  logProb: () => number,
): Taken | null {
  if (!plan.outputScores && !plan.outputAttentions) return null;
  return {
    before,
    logProb: plan.outputScores ? logProb() : NaN,
    // Copies, or one row would keep those of all sequences.
    scores: plan.outputScores ? scores.slice() : null,
    attention: rows.attention?.[row]!.slice() ?? null,
  };
}

/** From the first to the last. */
export function inOrder(taken: Taken | null): Taken[] {
  const steps: Taken[] = [];
  for (let step = taken; step !== null; step = step.before) steps.push(step);
  return steps.reverse();
}
