import type { Decoding, Rows } from './decoding.ts';
import { checkNamed, type Plan } from './plan.ts';

/** Reads the prompts, and gives what follows their last tokens; `each` gets what every token of them gave. */
export async function prefill<State>(
  plan: Plan,
  decoding: Decoding<State>,
  each?: (rows: Rows) => void,
): Promise<Rows> {
  let rows: Rows | undefined;
  for (let t = 0; t < plan.promptLength; t++) {
    plan.signal?.throwIfAborted();
    rows = await decoding.step(plan.prompts.map((prompt) => prompt[t]!));
    each?.(rows);
  }
  checkNamed(plan, rows!.vocabulary); // no prompt is empty
  return rows!;
}
