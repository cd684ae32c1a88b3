import { DataError, optionsOf, requireWhole, ShapeError, shown } from '@kasane/tensor-core';
import type { Outcome, Transitions } from '../environments/tabular-env.ts';
import { requireFinite, requireList, requireWithin } from './given.ts';

/** P[s][a][s']: the probability of s' after action a in s. */
export type Probabilities = readonly (readonly ArrayLike<number>[])[];

/** The reward as R[s], for being in s; as R[s][a], for what is done there; or as R[s][a][s'], for where it leads. */
export type Rewards = ArrayLike<number> | readonly ArrayLike<number>[] | Probabilities;

/** Options of `MDP`. */
export interface MDPOptions {
  /** States in which an episode ends: their value is 0, and what P and R say of them is not looked at. Default: none. */
  readonly terminal?: readonly number[];
}

const ROUNDING = 1e-6;

/**
 * A finite Markov decision process that is known: its transition probabilities and its rewards.
 *
 * $$ P_{s a s'} = p(s' \mid s, a), \qquad r(s, a) = R_s \text{ or } R_{s a} \text{ or } \sum_{s'} P_{s a s'} R_{s a s'} $$
 *
 * All that the Bellman equations want to know of a reward is r(s, a), so the three kinds of reward functions describe
 * the same tasks. Only transitions that can happen are kept: sweeps over a sparse P cost what it holds.
 *
 * @throws RangeError if the probabilities of an action do not sum to 1, within 1e-6, one is not from 0 to 1, a reward is not finite, or a
 * terminal state is none.
 * @throws {@link ShapeError} if P or R has other lengths than the first rows of P.
 *
 * @example
 * import { MDP } from '@kasane/rl';
 * // Two states; 0 stays, 1 goes to the other.
 * const P = [[[1, 0], [0, 1]], [[0, 1], [1, 0]]];
 * const mdp = new MDP(P, [[0, 1], [2, 0]]);
 * mdp.rewards.map((row) => [...row]); // => [[0,1],[2,0]]
 * @see Sutton and Barto (2018), Reinforcement Learning: An Introduction, chapter 3.
 */
export class MDP {
  readonly numStates: number;
  readonly numActions: number;
  /** r(s, a), the reward that is expected, (S, A). */
  readonly rewards: readonly Float64Array[];
  /** Where the transitions of action a in state s begin in the next two: entry s * numActions + a. @internal */
  readonly starts: Int32Array;
  /** The states that come next. @internal */
  readonly next: Int32Array;
  /** How probable each is. @internal */
  readonly probabilities: Float64Array;

  constructor(P: Probabilities, R: Rewards, options?: MDPOptions) {
    const { terminal = [] } = optionsOf('MDP', options, ['terminal']);
    const { numStates, numActions } = shapeOf('MDP', 'P', P);
    const reward = rewardFunction(R, numStates, numActions);
    const ends = new Uint8Array(numStates);
    for (const s of terminal) {
      requireWhole('MDP', 'a terminal state', s, 0, numStates - 1);
      ends[s] = 1;
    }
    const table = P.map((actions, s) =>
      actions.map((row, a) => {
        requireList('MDP', `P[${s}][${a}]`, row, numStates);
        return Array.from(row, (probability, state): Outcome => [
          probability,
          state,
          reward(s, a, state),
          ends[state] === 1,
        ]).filter(([probability]) => probability !== 0);
      }),
    );
    const built = compressed('MDP', table, ends);
    this.numStates = numStates;
    this.numActions = numActions;
    this.rewards = built.rewards;
    this.starts = built.starts;
    this.next = built.next;
    this.probabilities = built.probabilities;
  }

  /**
   * The process of a table of transitions, such as `P` of a `TabularEnv`: `P[s][a]` lists where action a may lead from
   * state s. A state may be listed more than once.
   *
   * @example
   * import { MDP } from '@kasane/rl';
   * // One state; the action ends the episode with the reward 1.
   * const mdp = MDP.fromTransitions([[[[1, 0, 1, true]]]]);
   * mdp.rewards[0]![0]; // => 1
   */
  static fromTransitions(table: Transitions): MDP {
    const owner = 'MDP.fromTransitions';
    const { numStates, numActions } = shapeOf(owner, 'the table', table);
    // The fields are those that the constructor sets.
    return Object.assign(Object.create(MDP.prototype) as MDP, {
      numStates,
      numActions,
      ...compressed(owner, table, new Uint8Array(numStates)),
    });
  }
}

function shapeOf(
  owner: string,
  what: string,
  table: unknown,
): { numStates: number; numActions: number } {
  const rows = Array.isArray(table) ? (table as readonly unknown[]) : [];
  const first = rows[0];
  if (!Array.isArray(first) || first.length === 0) {
    throw new ShapeError(
      `${owner}: ${what} must have an array for each state with one for each action, got ${rows.length > 0 ? `an array that begins with ${shown(first)}` : Array.isArray(table) ? 'an empty array' : shown(table)}.`,
    );
  }
  for (let s = 0; s < rows.length; s++) {
    const actions = rows[s];
    if (Array.isArray(actions) && actions.length === first.length) continue;
    const got = Array.isArray(actions) ? String(actions.length) : shown(actions);
    throw new ShapeError(
      `${owner}: ${what} must have ${first.length} actions in state ${s}, as in state 0, got ${got}.`,
    );
  }
  return { numStates: rows.length, numActions: first.length };
}

/** R(s, a, s') of each of the three kinds, told apart by how deep the arrays are. */
function rewardFunction(
  R: unknown,
  numStates: number,
  numActions: number,
): (s: number, a: number, next: number) => number {
  const first = Array.isArray(R) ? (R as readonly unknown[])[0] : undefined;
  if (first === undefined || typeof first !== 'object' || first === null) {
    requireList('MDP', 'R', R, numStates);
    return (s) => R[s]!;
  }
  const rows = R as readonly unknown[]; // it has a first
  if (rows.length !== numStates) {
    throw new ShapeError(`MDP: R must have ${numStates} rows, as P, got ${rows.length}.`);
  }
  const isDeep = Array.isArray(first) && typeof first[0] === 'object' && first[0] !== null;
  if (!isDeep) {
    rows.forEach((row, s) => requireList('MDP', `R[${s}]`, row, numActions));
    return (s, a) => (rows as readonly ArrayLike<number>[])[s]![a]!; // checked in the line above
  }
  for (const [s, actions] of rows.entries()) {
    if (!Array.isArray(actions) || actions.length !== numActions) {
      throw new ShapeError(`MDP: R[${s}] must have ${numActions} rows, got ${shown(actions)}.`);
    }
    actions.forEach((row, a) => requireList('MDP', `R[${s}][${a}]`, row, numStates));
  }
  return (s, a, next) => (rows as Probabilities)[s]![a]![next]!; // checked in the loop above
}

/** The transitions one after the other, and the rewards that they bring on average. */
function compressed(
  owner: string,
  table: Transitions,
  ends: Uint8Array,
): Pick<MDP, 'rewards' | 'starts' | 'next' | 'probabilities'> {
  const [numStates, numActions] = [table.length, table[0]!.length];
  const rewards = Array.from({ length: numStates }, () => new Float64Array(numActions));
  const starts = new Int32Array(numStates * numActions + 1);
  const next: number[] = [];
  const probabilities: number[] = [];
  for (let s = 0; s < numStates; s++) {
    for (let a = 0; a < numActions; a++) {
      const transitions: unknown = table[s]![a];
      if (!Array.isArray(transitions)) {
        throw new DataError(
          `${owner}: action ${a} of state ${s} must have an array of transitions, got ${shown(transitions)}.`,
        );
      }
      let sum = 0;
      for (const one of ends[s] === 1 ? [] : (transitions as readonly Outcome[])) {
        const [probability, state, reward, terminated] = Array.from(
          Object(one) as Outcome,
        ) as unknown as Outcome; // checked below
        const where = `of action ${a} in state ${s}`;
        requireWithin(owner, `a probability ${where}`, probability, 0, 1);
        requireWhole(owner, `a next state ${where}`, state, 0, numStates - 1);
        requireFinite(owner, `a reward ${where}`, reward);
        sum += probability;
        rewards[s]![a]! += probability * reward;
        if (probability === 0 || terminated) continue;
        next.push(state);
        probabilities.push(probability);
      }
      if (ends[s] === 0 && Math.abs(sum - 1) > ROUNDING) {
        throw new RangeError(
          `${owner}: the probabilities of action ${a} in state ${s} must sum to 1, got ${sum}.`,
        );
      }
      starts[s * numActions + a + 1] = next.length;
    }
  }
  return {
    rewards,
    starts,
    next: Int32Array.from(next),
    probabilities: Float64Array.from(probabilities),
  };
}
