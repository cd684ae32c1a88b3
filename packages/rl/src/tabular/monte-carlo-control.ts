import { optionsOf } from '@kasane/tensor-core';
import type { Schedule } from '../schedule.ts';
import {
  controlDefaults,
  controlNames,
  Episodes,
  type ControlOptions,
  type ControlResult,
  type TabularTask,
} from './learner.ts';
import { requireVisits, type Visits } from './monte-carlo.ts';

/** Options of `monteCarloControl`. */
export interface MonteCarloControlOptions extends ControlOptions {
  /** α, from 0 to 1: how far a value goes to a return. Default: 1 / n, the mean of all returns. */
  readonly alpha?: Schedule;
  /** Whether an action counts once in an episode, when it is first taken in a state, or each time. Default: 'first'. */
  readonly visits?: Visits;
}

/**
 * Monte Carlo control: follows an ε-greedy policy to the end of an episode, and then learns what came after each of its actions.
 *
 * $$ Q(s, a) \leftarrow Q(s, a) + \alpha\, \bigl(G - Q(s, a)\bigr) $$
 *
 * $$ G = r_t + \gamma\, r_{t+1} + \gamma^2 r_{t+2} + \dots, \; \alpha = 1 / n(s, a) \text{ if none is given} $$
 *
 * G is what came after the first or after every time that a was taken in s. Where an episode is only cut off, the value of its last state
 * and of the action that would be next counts as the rest.
 *
 * @throws RangeError if `episodes` or `maxSteps` is not a whole number, `gamma`, `alpha` or `epsilon` not from 0 to 1, or `initial` not
 * finite.
 * @throws {@link DataError} if a reward is not finite, or an observation is none of the states of the task.
 *
 * @example
 * import { FrozenLake, greedyActions, monteCarloControl } from '@kasane/rl';
 * import { Generator } from '@kasane/tensor-core';
 * const env = new FrozenLake({ isSlippery: false });
 * const { Q } = await monteCarloControl(env, { episodes: 2000, gamma: 0.9, epsilon: 0.5, generator: new Generator(1) });
 * greedyActions(Q)[14]; // => 2
 * @see Sutton and Barto (2018), section 5.4.
 */
export async function monteCarloControl(
  env: TabularTask,
  options: MonteCarloControlOptions,
): Promise<ControlResult> {
  const owner = 'monteCarloControl';
  const given = optionsOf(owner, options, [...controlNames, 'visits']);
  const { alpha, visits = 'first' } = given;
  const { epsilon, initial } = controlDefaults(owner, given);
  requireVisits(owner, visits);
  const episodes = new Episodes(owner, env, options);
  const { gamma, numActions } = episodes;
  const Q = episodes.table(initial);
  const counts = episodes.table();
  const firstAt = new Int32Array(episodes.numStates * numActions); // when a pair was first seen in this episode
  for await (const start of episodes.starts()) {
    const rate = alpha === undefined ? undefined : episodes.at('alpha', alpha);
    const explore = episodes.at('epsilon', epsilon);
    const pairs: number[] = []; // s * numActions + a
    const rewards: number[] = [];
    firstAt.fill(-1);
    let s = start;
    let ended = false;
    while (!episodes.over) {
      const a = episodes.epsilonGreedy(Q[s]!, explore);
      const pair = s * numActions + a;
      if (firstAt[pair] === -1) firstAt[pair] = pairs.length;
      const { observation: next, reward, terminated } = episodes.step(a);
      if (episodes.due) await episodes.give();
      pairs.push(pair);
      rewards.push(reward);
      s = next;
      ended = terminated;
    }
    let G = ended ? 0 : Q[s]![episodes.epsilonGreedy(Q[s]!, explore)]!;
    for (let t = pairs.length - 1; t >= 0; t--) {
      G = rewards[t]! + gamma * G;
      const pair = pairs[t]!;
      if (visits === 'first' && firstAt[pair] !== t) continue;
      const a = pair % numActions;
      const row = (pair - a) / numActions;
      Q[row]![a]! += (rate ?? 1 / ++counts[row]![a]!) * (G - Q[row]![a]!);
    }
  }
  return { Q, ...episodes.records() };
}
