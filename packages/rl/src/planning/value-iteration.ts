import { actionValues, bestBackup, requireMDP } from './bellman.ts';
import type { MDP } from './mdp.ts';
import { argmax } from './policies.ts';
import { settingsOf, sweep, type PlanningOptions, type Values } from './policy-evaluation.ts';

/** The best that can be done. */
export interface OptimalValues extends Values {
  /** The best action of each state, (S): the first of those that are equally good. */
  readonly actions: Int32Array;
}

/**
 * The optimal values and actions, by sweeps of the Bellman optimality equation until nothing moves any more. A value that is new is used at
 * once.
 *
 * $$ V(s) \leftarrow \max_a \sum_{s'} P(s' \mid s, a) \bigl[R(s, a, s') + \gamma\, V(s')\bigr] $$
 *
 * @throws RangeError if the values still move after `maxIterations` sweeps, or an option is out of range.
 *
 * @example
 * import { MDP, valueIteration } from '@kasane/rl';
 * const P = [[[1, 0], [0, 1]], [[0, 1], [1, 0]]];
 * const mdp = new MDP(P, [[0, 1], [2, 0]]);
 * const { V, actions } = valueIteration(mdp, { gamma: 0.9 });
 * Array.from(V, (v) => v.toFixed(1)); // => ["19.0","20.0"]
 * [...actions]; // => [1,0]
 * @see Sutton and Barto (2018), section 4.4.
 */
export function valueIteration(mdp: MDP, options: PlanningOptions): OptimalValues {
  const settings = settingsOf('valueIteration', options);
  requireMDP('valueIteration', mdp);
  const V = new Float64Array(mdp.numStates);
  const iterations = sweep('valueIteration', V, settings, (s) =>
    bestBackup(mdp, s, V, settings.gamma),
  );
  const Q = actionValues(mdp, V, settings.gamma);
  return { V, Q, iterations, actions: Int32Array.from(Q, argmax) };
}
