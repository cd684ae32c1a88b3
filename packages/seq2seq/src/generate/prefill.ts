import type { Decoding, Rows } from './decoding.ts';
import { checkNamed, type Plan } from './plan.ts';

/**
 * Reads the prompts as far as all of them go, and gives what follows; `each` gets what every token of them gave. What longer ones have more is read
 * while others are written already, so that nothing is padded.
 */
export async function prefill<State>(
  plan: Plan,
  decoding: Decoding<State>,
  each?: (rows: Rows) => void,
): Promise<Rows> {
  let rows: Rows | undefined;
  for (let t = 0; t < plan.shortest; t++) {
    plan.signal?.throwIfAborted();
    rows = await decoding.step(plan.prompts.map(({ tokens }) => tokens[t]!));
    each?.(rows);
  }
  checkNamed(plan, rows!.vocabulary); // no prompt is empty
  return rows!;
}
