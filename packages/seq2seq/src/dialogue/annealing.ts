import { requireThat } from '@kasane/tensor-core';

/**
 * The weight of a term that comes in slowly, at a step counted from 0: from 0 in a straight line to 1 at `steps`, and 1
 * from there.
 *
 * $$ w = \max(0, \min(1, \mathrm{step} / \mathrm{steps})) $$
 *
 * With it a latent variable is used before it costs anything.
 *
 * @throws RangeError unless steps ≥ 0; 0 steps are none.
 *
 * @example
 * import { linearAnnealing } from '@kasane/seq2seq';
 * [0, 50, 200, 1000].map((step) => linearAnnealing(step, 200)); // => [0,0.25,1,1]
 *
 * @see Bowman et al. (2016), Generating Sentences from a Continuous Space.
 */
export function linearAnnealing(step: number, steps: number): number {
  requireThat(steps >= 0, 'linearAnnealing', 'steps', steps, '≥ 0');
  return step < steps ? Math.max(0, step / steps) : 1;
}
