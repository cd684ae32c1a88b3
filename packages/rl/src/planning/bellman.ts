/**
 * The four Bellman equations, and those of the best policy.
 *
 *     (1)  V(s) = Σ_a π(s, a) Σ_s' P(s' | s, a) [R(s, a, s') + γ V(s')]
 *     (2)  Q(s, a) = Σ_s' P(s' | s, a) [R(s, a, s') + γ V(s')]
 *     (3)  V(s) = Σ_a π(s, a) Q(s, a)
 *     (4)  Q(s, a) = Σ_s' P(s' | s, a) [R(s, a, s') + γ Σ_a' π(s', a') Q(s', a')]
 *
 * Each function is a right side: what it returns equals what it was given exactly where the equation holds.
 */
import { optionsOf, ShapeError, shown } from '@kasane/tensor-core';
import { requireList, requirePolicy, requireTable, requireWithin } from './given.ts';
import { MDP } from './mdp.ts';

/** A number for each action of each state, (S, A). */
export type StateActionTable = readonly ArrayLike<number>[];

/** Options of the Bellman equations. */
export interface DiscountOptions {
  /** γ, from 0 to 1: what a reward is worth one step later. */
  readonly gamma: number;
}

/**
 * Equation (1): the right side of the Bellman equation for V, of a policy (S, A) and values V (S).
 *
 * $$ V(s) = \sum_a \pi(s, a) \sum_{s'} P(s' \mid s, a) \bigl[R(s, a, s') + \gamma\, V(s')\bigr] $$
 *
 * @throws RangeError if gamma is not from 0 to 1, a value is not finite, or the policy's probabilities do not sum to 1.
 * @throws {@link ShapeError} if the policy is not (S, A), or V not (S).
 *
 * @example
 * import { bellmanV, MDP } from '@kasane/rl';
 * const P = [[[1, 0], [0, 1]], [[0, 1], [1, 0]]];
 * const mdp = new MDP(P, [[0, 1], [2, 0]]);
 * const policy = [[0.5, 0.5], [0.5, 0.5]];
 * [...bellmanV(mdp, policy, [7.25, 7.75], { gamma: 0.9 })]; // => [7.25,7.75]
 * @see Sutton and Barto (2018), equation 3.14.
 */
export function bellmanV(
  mdp: MDP,
  policy: StateActionTable,
  V: ArrayLike<number>,
  options: DiscountOptions,
): Float64Array {
  const gamma = gammaOf('bellmanV', options);
  requireMDP('bellmanV', mdp);
  requirePolicy('bellmanV', policy, mdp);
  requireList('bellmanV', 'V', V, mdp.numStates);
  return Float64Array.from({ length: mdp.numStates }, (_, s) =>
    expectedBackup(mdp, policy[s]!, s, V, gamma),
  );
}

/**
 * Equation (2): Q (S, A) from V (S).
 *
 * $$ Q(s, a) = \sum_{s'} P(s' \mid s, a) \bigl[R(s, a, s') + \gamma\, V(s')\bigr] $$
 *
 * @throws RangeError if gamma is not from 0 to 1, or a value is not finite.
 * @throws {@link ShapeError} if V is not (S).
 *
 * @example
 * import { MDP, qFromV } from '@kasane/rl';
 * const P = [[[1, 0], [0, 1]], [[0, 1], [1, 0]]];
 * const mdp = new MDP(P, [[0, 1], [2, 0]]);
 * qFromV(mdp, [7.25, 7.75], { gamma: 0.9 }).map((row) => Array.from(row, (q) => q.toFixed(3))); // => [["6.525","7.975"],["8.975","6.525"]]
 */
export function qFromV(mdp: MDP, V: ArrayLike<number>, options: DiscountOptions): Float64Array[] {
  const gamma = gammaOf('qFromV', options);
  requireMDP('qFromV', mdp);
  requireList('qFromV', 'V', V, mdp.numStates);
  return actionValues(mdp, V, gamma);
}

/**
 * Equation (3): V (S) from a policy (S, A) and Q (S, A).
 *
 * $$ V(s) = \sum_a \pi(s, a)\, Q(s, a) $$
 *
 * @throws RangeError if a value is not finite, or the policy's probabilities do not sum to 1.
 * @throws {@link ShapeError} if policy and Q have different shapes.
 *
 * @example
 * import { vFromQ } from '@kasane/rl';
 * [...vFromQ([[0.5, 0.5]], [[1, 2]])]; // => [1.5]
 */
export function vFromQ(policy: StateActionTable, Q: StateActionTable): Float64Array {
  requirePolicy('vFromQ', policy);
  requireTable('vFromQ', 'Q', Q, { numStates: policy.length, numActions: policy[0]?.length ?? 0 });
  return Float64Array.from(policy, (row, s) => {
    let sum = 0;
    for (let a = 0; a < row.length; a++) sum += row[a]! * Q[s]![a]!;
    return sum;
  });
}

/**
 * Equation (4): the right side of the Bellman equation for Q, of a policy (S, A) and Q (S, A).
 *
 * $$ Q(s, a) = \sum_{s'} P(s' \mid s, a) \Bigl[R(s, a, s') + \gamma \sum_{a'} \pi(s', a')\, Q(s', a')\Bigr] $$
 *
 * @throws RangeError if gamma is not from 0 to 1, a value is not finite, or the policy's probabilities do not sum to 1.
 * @throws {@link ShapeError} if the policy or Q is not (S, A).
 *
 * @example
 * import { bellmanQ, MDP } from '@kasane/rl';
 * const mdp = new MDP([[[1]]], [1]); // one state, one action, and the reward 1 each time
 * bellmanQ(mdp, [[1]], [[2]], { gamma: 0.5 })[0]![0]; // => 2
 */
export function bellmanQ(
  mdp: MDP,
  policy: StateActionTable,
  Q: StateActionTable,
  options: DiscountOptions,
): Float64Array[] {
  const gamma = gammaOf('bellmanQ', options);
  requireMDP('bellmanQ', mdp);
  requirePolicy('bellmanQ', policy, mdp);
  requireTable('bellmanQ', 'Q', Q, mdp);
  return actionValues(mdp, vFromQ(policy, Q), gamma);
}

/**
 * The right side of the Bellman optimality equation for V, of values V (S).
 *
 * $$ V^*(s) = \max_a \sum_{s'} P(s' \mid s, a) \bigl[R(s, a, s') + \gamma\, V^*(s')\bigr] $$
 *
 * @throws RangeError if gamma is not from 0 to 1, or a value is not finite.
 * @throws {@link ShapeError} if V is not (S).
 *
 * @example
 * import { bellmanOptimalV, MDP } from '@kasane/rl';
 * const P = [[[1, 0], [0, 1]], [[0, 1], [1, 0]]];
 * const mdp = new MDP(P, [[0, 1], [2, 0]]);
 * [...bellmanOptimalV(mdp, [19, 20], { gamma: 0.9 })]; // => [19,20]
 * @see Sutton and Barto (2018), equation 3.19.
 */
export function bellmanOptimalV(
  mdp: MDP,
  V: ArrayLike<number>,
  options: DiscountOptions,
): Float64Array {
  const gamma = gammaOf('bellmanOptimalV', options);
  requireMDP('bellmanOptimalV', mdp);
  requireList('bellmanOptimalV', 'V', V, mdp.numStates);
  return Float64Array.from({ length: mdp.numStates }, (_, s) => bestBackup(mdp, s, V, gamma));
}

/** r(s, a) + γ Σ_s' P(s' | s, a) V(s'). */
export function backup(
  mdp: MDP,
  s: number,
  a: number,
  V: ArrayLike<number>,
  gamma: number,
): number {
  const { starts, next, probabilities, numActions } = mdp;
  const first = s * numActions + a;
  let sum = 0;
  for (let i = starts[first]!; i < starts[first + 1]!; i++) sum += probabilities[i]! * V[next[i]!]!;
  return mdp.rewards[s]![a]! + gamma * sum;
}

/** The backups of a state, weighed by a policy. */
export function expectedBackup(
  mdp: MDP,
  policy: ArrayLike<number>,
  s: number,
  V: ArrayLike<number>,
  gamma: number,
): number {
  let sum = 0;
  for (let a = 0; a < mdp.numActions; a++) {
    if (policy[a] !== 0) sum += policy[a]! * backup(mdp, s, a, V, gamma);
  }
  return sum;
}

/** The largest backup of a state. */
export function bestBackup(mdp: MDP, s: number, V: ArrayLike<number>, gamma: number): number {
  let best = -Infinity;
  for (let a = 0; a < mdp.numActions; a++) best = Math.max(best, backup(mdp, s, a, V, gamma));
  return best;
}

/** The backups of all states and actions. */
export function actionValues(mdp: MDP, V: ArrayLike<number>, gamma: number): Float64Array[] {
  return Array.from({ length: mdp.numStates }, (_, s) =>
    Float64Array.from({ length: mdp.numActions }, (__, a) => backup(mdp, s, a, V, gamma)),
  );
}

/** The discount among options that have no other name. */
function gammaOf(owner: string, options: DiscountOptions): number {
  const { gamma } = optionsOf(owner, options, ['gamma']);
  requireWithin(owner, 'gamma', gamma, 0, 1);
  return gamma;
}

/** Throws TypeError unless `value` is an MDP. */
export function requireMDP(owner: string, value: unknown): asserts value is MDP {
  if (value instanceof MDP) return;
  throw new TypeError(`${owner}: needs an MDP, got ${shown(value)}. Use new MDP(P, R).`);
}

/** The error of a table that has no actions to choose from. */
export function noActions(owner: string): ShapeError {
  return new ShapeError(`${owner}: Q must have at least one action.`);
}
