import { actionValues, backup, expectedBackup, requireMDP } from './bellman.ts';
import type { MDP } from './mdp.ts';
import { argmax } from './policies.ts';
import { settingsOf, sweep, type PlanningOptions } from './policy-evaluation.ts';
import type { OptimalValues } from './value-iteration.ts';

/** By how much an action must be better for a policy to change: rounding is no improvement. */
const BETTER = 1e-9;

/**
 * The optimal values and actions, by evaluating a policy and making it greedy in turns until it stays as it is. It begins with the
 * policy that takes all actions equally often; `iterations` counts the policies.
 *
 * $$ \pi(s) \leftarrow \arg\max_a Q^\pi(s, a), \quad Q^\pi(s, a) = \sum_{s'} P(s' \mid s, a) \bigl[R(s, a, s') + \gamma\, V^\pi(s')\bigr] $$
 *
 * @throws RangeError if the values of a policy still move after `maxIterations` sweeps, or an option is out of range.
 *
 * @example
 * import { MDP, policyIteration } from '@kasane/rl';
 * const P = [[[1, 0], [0, 1]], [[0, 1], [1, 0]]];
 * const mdp = new MDP(P, [[0, 1], [2, 0]]);
 * const { actions, iterations } = policyIteration(mdp, { gamma: 0.9 });
 * [...actions]; // => [1,0]
 * iterations; // => 2
 * @see Sutton and Barto (2018), section 4.3.
 */
export function policyIteration(mdp: MDP, options: PlanningOptions): OptimalValues {
  const owner = 'policyIteration';
  const settings = settingsOf(owner, options);
  requireMDP(owner, mdp);
  const { gamma } = settings;
  const { numStates, numActions } = mdp;
  const V = new Float64Array(numStates);
  const uniform = new Float64Array(numActions).fill(1 / numActions);
  sweep(owner, V, settings, (s) => expectedBackup(mdp, uniform, s, V, gamma));
  const actions = Int32Array.from(actionValues(mdp, V, gamma), argmax);
  for (let iterations = 1; ; iterations++) {
    sweep(owner, V, settings, (s) => backup(mdp, s, actions[s]!, V, gamma));
    const Q = actionValues(mdp, V, gamma);
    let changed = false;
    for (let s = 0; s < numStates; s++) {
      const best = argmax(Q[s]!);
      const now = Q[s]![actions[s]!]!;
      if (Q[s]![best]! - now <= BETTER * Math.max(1, Math.abs(now))) continue;
      actions[s] = best;
      changed = true;
    }
    if (!changed) return { V, Q, iterations: iterations + 1, actions };
  }
}
