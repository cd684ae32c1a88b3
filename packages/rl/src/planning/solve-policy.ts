import { optionsOf } from '@kasane/tensor-core';
import {
  actionValues,
  requireMDP,
  type DiscountOptions,
  type StateActionTable,
} from './bellman.ts';
import { requirePolicy, requireWithin } from './given.ts';
import type { MDP } from './mdp.ts';

/** What `solvePolicy` returns. */
export interface ExactValues {
  /** V(s), (S). */
  readonly V: Float64Array;
  /** Q(s, a), (S, A). */
  readonly Q: Float64Array[];
}

/**
 * What a policy (S, A) is worth, exactly: the Bellman equation for V is linear, and is solved by elimination. It takes S³ / 3 steps;
 * `policyEvaluation` is for many states.
 *
 * $$ V = (I - \gamma P_\pi)^{-1} r_\pi, \qquad Q(s, a) = \sum_{s'} P(s' \mid s, a) \bigl[R(s, a, s') + \gamma\, V(s')\bigr] $$
 *
 * @throws RangeError if there is no solution, as with gamma = 1 and a policy that never ends, gamma is not from 0 to 1, or the policy's
 * probabilities do not sum to 1.
 * @throws {@link ShapeError} if the policy is not (S, A).
 *
 * @example
 * import { MDP, solvePolicy } from '@kasane/rl';
 * const P = [[[1, 0], [0, 1]], [[0, 1], [1, 0]]];
 * const mdp = new MDP(P, [[0, 1], [2, 0]]);
 * const { Q } = solvePolicy(mdp, [[0.5, 0.5], [0.5, 0.5]], { gamma: 0.9 });
 * Q.map((row) => Array.from(row, (q) => q.toFixed(3))); // => [["6.525","7.975"],["8.975","6.525"]]
 * @see Sutton and Barto (2018), section 4.1.
 */
export function solvePolicy(
  mdp: MDP,
  policy: StateActionTable,
  options: DiscountOptions,
): ExactValues {
  const { gamma } = optionsOf('solvePolicy', options, ['gamma']);
  requireWithin('solvePolicy', 'gamma', gamma, 0, 1);
  requireMDP('solvePolicy', mdp);
  requirePolicy('solvePolicy', policy, mdp);
  const { numStates, numActions, starts, next, probabilities } = mdp;
  const V = new Float64Array(numStates);
  const rows = policy.map((weights, s) => {
    const row = new Float64Array(numStates);
    row[s] = 1;
    for (let a = 0; a < numActions; a++) {
      const weight = weights[a]!;
      V[s]! += weight * mdp.rewards[s]![a]!;
      const first = s * numActions + a;
      for (let i = starts[first]!; i < starts[first + 1]!; i++) {
        row[next[i]!]! -= gamma * weight * probabilities[i]!;
      }
    }
    return row;
  });
  if (!eliminate(rows, V)) {
    throw new RangeError(
      `solvePolicy: with gamma ${gamma} this policy has no values, for there are states from which it never ends. Use a gamma below 1.`,
    );
  }
  return { V, Q: actionValues(mdp, V, gamma) };
}

/** Solves A x = b by Gauss's elimination with the largest pivot first; x takes the place of b. False if A is singular. */
function eliminate(A: Float64Array[], b: Float64Array): boolean {
  const n = b.length;
  for (let k = 0; k < n; k++) {
    let pivot = k;
    for (let i = k + 1; i < n; i++) {
      if (Math.abs(A[i]![k]!) > Math.abs(A[pivot]![k]!)) pivot = i;
    }
    if (Math.abs(A[pivot]![k]!) < 1e-13) return false;
    [A[k], A[pivot]] = [A[pivot]!, A[k]!];
    [b[k], b[pivot]] = [b[pivot]!, b[k]!];
    for (let i = k + 1; i < n; i++) {
      const factor = A[i]![k]! / A[k]![k]!;
      if (factor === 0) continue;
      for (let j = k; j < n; j++) A[i]![j]! -= factor * A[k]![j]!;
      b[i]! -= factor * b[k]!;
    }
  }
  for (let k = n - 1; k >= 0; k--) {
    let sum = b[k]!;
    for (let j = k + 1; j < n; j++) sum -= A[k]![j]! * b[j]!;
    b[k] = sum / A[k]![k]!;
  }
  return true;
}
