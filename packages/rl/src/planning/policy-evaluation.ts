import { optionsOf, requireWhole } from '@kasane/tensor-core';
import { actionValues, expectedBackup, requireMDP, type StateActionTable } from './bellman.ts';
import { requirePolicy, requireWithin } from './given.ts';
import type { MDP } from './mdp.ts';

/** Options of `policyEvaluation`, `policyIteration` and `valueIteration`. */
export interface PlanningOptions {
  /** γ, from 0 to 1: what a reward is worth one step later. With 1, every policy that comes up must end its episodes. */
  readonly gamma: number;
  /** Sweeps go on until no value moves by more. Default: 1e-12. */
  readonly tolerance?: number;
  /** After so many sweeps that is an error. Default: 100,000. */
  readonly maxIterations?: number;
}

/** The names of `PlanningOptions`. */
export const planningNames = ['gamma', 'tolerance', 'maxIterations'] as const;

/** What a policy is worth. */
export interface Values {
  /** V(s), (S). */
  readonly V: Float64Array;
  /** Q(s, a), (S, A). */
  readonly Q: Float64Array[];
  /** Sweeps that it took. */
  readonly iterations: number;
}

/**
 * What a policy (S, A) is worth, by sweeps of the Bellman equation for V until nothing moves any more. A value that is new
 * is used at once.
 *
 * $$ V(s) \leftarrow \sum_a \pi(s, a) \sum_{s'} P(s' \mid s, a) \bigl[R(s, a, s') + \gamma\, V(s')\bigr] $$
 *
 * @throws RangeError if the values still move after `maxIterations` sweeps, as they do with gamma = 1 and a policy that never ends, an
 * option is out of range, or the policy's probabilities do not sum to 1.
 * @throws {@link ShapeError} if the policy is not (S, A).
 *
 * @example
 * import { MDP, policyEvaluation } from '@kasane/rl';
 * const P = [[[1, 0], [0, 1]], [[0, 1], [1, 0]]];
 * const mdp = new MDP(P, [[0, 1], [2, 0]]);
 * const { V } = policyEvaluation(mdp, [[0.5, 0.5], [0.5, 0.5]], { gamma: 0.9 });
 * Array.from(V, (v) => v.toFixed(2)); // => ["7.25","7.75"]
 * @see Sutton and Barto (2018), section 4.1.
 */
export function policyEvaluation(
  mdp: MDP,
  policy: StateActionTable,
  options: PlanningOptions,
): Values {
  const settings = settingsOf('policyEvaluation', options);
  requireMDP('policyEvaluation', mdp);
  requirePolicy('policyEvaluation', policy, mdp);
  const V = new Float64Array(mdp.numStates);
  const iterations = sweep('policyEvaluation', V, settings, (s) =>
    expectedBackup(mdp, policy[s]!, s, V, settings.gamma),
  );
  return { V, Q: actionValues(mdp, V, settings.gamma), iterations };
}

/** The options with their defaults. */
export function settingsOf(owner: string, options: PlanningOptions): Required<PlanningOptions> {
  const {
    gamma,
    tolerance = 1e-12,
    maxIterations = 100_000,
  } = optionsOf(owner, options, planningNames);
  requireWithin(owner, 'gamma', gamma, 0, 1);
  requireWithin(owner, 'tolerance', tolerance, 0);
  requireWhole(owner, 'maxIterations', maxIterations, 1);
  return { gamma, tolerance, maxIterations };
}

/** Replaces each value by what `value` makes of all of them, over and over, until none moves by more than the tolerance. */
export function sweep(
  owner: string,
  V: Float64Array,
  { gamma, tolerance, maxIterations }: Required<PlanningOptions>,
  value: (s: number) => number,
): number {
  let moved = Infinity;
  for (let iteration = 1; iteration <= maxIterations; iteration++) {
    moved = 0;
    let largest = 0;
    for (let s = 0; s < V.length; s++) {
      const before = V[s]!;
      const after = value(s);
      V[s] = after;
      moved = Math.max(moved, Math.abs(after - before));
      largest = Math.max(largest, Math.abs(after));
    }
    // Values of 10⁵ have no twelfth decimal: there the last bits are all that can be asked for.
    if (moved <= Math.max(tolerance, 2 * Number.EPSILON * largest)) return iteration;
  }
  throw new RangeError(
    `${owner}: the values still move by ${moved} after ${maxIterations} sweeps with gamma ${gamma}. Use a gamma below 1, a larger tolerance or more maxIterations.`,
  );
}
