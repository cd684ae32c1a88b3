import { optionsOf } from '@kasane/tensor-core';
import {
  controlDefaults,
  controlNames,
  Episodes,
  type ControlOptions,
  type ControlResult,
  type TabularTask,
} from './learner.ts';
import { requireSteps } from './n-step-td.ts';

/** Options of `nStepSarsa`. */
export interface NStepSarsaOptions extends ControlOptions {
  /** n: how many rewards count as they are, before a value stands for the rest. Infinity waits for the end. Default: 4. */
  readonly n?: number;
}

/**
 * n-step SARSA: SARSA with targets of n rewards and the value of the state and action after them.
 *
 * $$ Q(s_0, a_0) \leftarrow Q(s_0, a_0) + \alpha\, \bigl(G - Q(s_0, a_0)\bigr) $$
 *
 * $$ G = r_1 + \gamma\, r_2 + \dots + \gamma^{n-1} r_n + \gamma^n Q(s_n, a_n) $$
 *
 * With n = 1 it is SARSA. A reward reaches n actions at once, where SARSA needs n episodes. After the end of an episode nothing comes; where it is
 * only cut off, the value of the next state and action counts.
 *
 * @throws RangeError if `episodes` or `maxSteps` is not a whole number, n neither one of at least 1 nor Infinity, `gamma`, `alpha` or
 * `epsilon` not from 0 to 1, or `initial` not finite.
 * @throws {@link DataError} if a reward is not finite, or an observation is none of the states of the task.
 *
 * @example
 * import { CliffWalking, nStepSarsa } from '@kasane/rl';
 * import { Generator } from '@kasane/tensor-core';
 * const { returns } = await nStepSarsa(new CliffWalking(), { episodes: 300, n: 3, gamma: 1, alpha: 0.3, generator: new Generator(1) });
 * returns.slice(-100).reduce((a, b) => a + b) / 100 > -60; // => true
 * @see Sutton and Barto (2018), section 7.2.
 */
export async function nStepSarsa(
  env: TabularTask,
  options: NStepSarsaOptions,
): Promise<ControlResult> {
  const given = optionsOf('nStepSarsa', options, [...controlNames, 'n']);
  const { alpha, epsilon, initial } = controlDefaults('nStepSarsa', given);
  const { n = 4 } = given;
  requireSteps('nStepSarsa', n);
  const episodes = new Episodes('nStepSarsa', env, options);
  const { gamma } = episodes;
  const Q = episodes.table(initial);
  for await (const start of episodes.starts()) {
    const rate = episodes.at('alpha', alpha);
    const explore = episodes.at('epsilon', epsilon);
    const states = [start];
    const actions = [episodes.epsilonGreedy(Q[start]!, explore)];
    const rewards: number[] = [];
    let ended = false;
    const learn = (t: number, G: number): void => {
      const row = Q[states[t]!]!;
      row[actions[t]!]! += rate * (G - row[actions[t]!]!);
    };
    while (!episodes.over) {
      const { observation: next, reward, terminated } = episodes.step(actions.at(-1)!);
      if (episodes.due) await episodes.give();
      const nextAction = episodes.epsilonGreedy(Q[next]!, explore);
      states.push(next);
      actions.push(nextAction);
      rewards.push(reward);
      ended = terminated;
      const t = rewards.length - n;
      if (t < 0) continue;
      let G = ended ? 0 : Q[next]![nextAction]!;
      for (let i = rewards.length - 1; i >= t; i--) G = rewards[i]! + gamma * G;
      learn(t, G);
    }
    // The last actions have fewer than n rewards after them.
    let G = ended ? 0 : Q[states.at(-1)!]![actions.at(-1)!]!;
    for (let t = rewards.length - 1; t >= 0 && t > rewards.length - n; t--) {
      G = rewards[t]! + gamma * G;
      learn(t, G);
    }
  }
  return { Q, ...episodes.records() };
}
