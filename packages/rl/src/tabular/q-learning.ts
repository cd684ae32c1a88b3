import {
  controlOf,
  Episodes,
  largest,
  type ControlOptions,
  type ControlResult,
  type TabularTask,
} from './learner.ts';

/**
 * Q-learning: learns what the best policy is worth while it follows an ε-greedy one.
 *
 * $$ Q(s, a) \leftarrow Q(s, a) + \alpha \bigl[r + \gamma \max_b Q(s', b) - Q(s, a)\bigr] $$
 *
 * After the end of an episode nothing comes; where it is only cut off, the value of the next state counts.
 *
 * @throws RangeError if `episodes` or `maxSteps` is not a whole number, `gamma`, `alpha` or `epsilon` not from 0 to 1, or `initial` not
 * finite.
 * @throws {@link DataError} if a reward is not finite, or an observation is none of the states of the task.
 *
 * @example
 * import { FrozenLake, greedyActions, qLearning } from '@kasane/rl';
 * import { Generator } from '@kasane/tensor-core';
 * const env = new FrozenLake({ isSlippery: false });
 * const { Q } = await qLearning(env, { episodes: 500, gamma: 0.9, alpha: 0.5, epsilon: 0.5, generator: new Generator(1) });
 * Math.max(...Q[0]!).toFixed(3); // => 0.590
 * greedyActions(Q)[14]; // => 2
 * @see Watkins and Dayan (1992), https://doi.org/10.1007/BF00992698
 */
export async function qLearning(env: TabularTask, options: ControlOptions): Promise<ControlResult> {
  const { alpha, epsilon, initial } = controlOf('qLearning', options);
  const episodes = new Episodes('qLearning', env, options);
  const { gamma } = episodes;
  const Q = episodes.table(initial);
  for await (const start of episodes.starts()) {
    const rate = episodes.at('alpha', alpha);
    const explore = episodes.at('epsilon', epsilon);
    let s = start;
    while (!episodes.over) {
      const a = episodes.epsilonGreedy(Q[s]!, explore);
      const { observation: next, reward, terminated } = episodes.step(a);
      if (episodes.due) await episodes.give();
      const target = reward + (terminated ? 0 : gamma * largest(Q[next]!));
      Q[s]![a]! += rate * (target - Q[s]![a]!);
      s = next;
    }
  }
  return { Q, ...episodes.records() };
}
