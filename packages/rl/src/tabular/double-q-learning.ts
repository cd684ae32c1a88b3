import { argmax } from '../planning/policies.ts';
import {
  controlOf,
  Episodes,
  type ControlOptions,
  type ControlResult,
  type TabularTask,
} from './learner.ts';

/**
 * Double Q-learning: two tables, of which one says which next action is best and the other what it is worth, so that luck is not taken for
 * value. Each step, a coin says which of them learns.
 *
 * $$ Q_1(s, a) \leftarrow Q_1(s, a) + \alpha \bigl[r + \gamma\, Q_2(s', \arg\max_b Q_1(s', b)) - Q_1(s, a)\bigr] $$
 *
 * It acts ε-greedily by Q₁ + Q₂ and returns their mean.
 *
 * After the end of an episode nothing comes; where it is only cut off, the value of the next state counts.
 *
 * @throws RangeError if `episodes` or `maxSteps` is not a whole number, `gamma`, `alpha` or `epsilon` not from 0 to 1, or `initial` not
 * finite.
 * @throws {@link DataError} if a reward is not finite, or an observation is none of the states of the task.
 *
 * @example
 * import { doubleQLearning, FrozenLake } from '@kasane/rl';
 * import { Generator } from '@kasane/tensor-core';
 * const env = new FrozenLake({ isSlippery: false });
 * const { Q } = await doubleQLearning(env, { episodes: 1000, gamma: 0.9, alpha: 0.5, epsilon: 0.5, generator: new Generator(1) });
 * Math.max(...Q[0]!).toFixed(2); // => 0.59
 * @see van Hasselt (2010), Double Q-learning, https://papers.nips.cc/paper/3964-double-q-learning
 */
export async function doubleQLearning(
  env: TabularTask,
  options: ControlOptions,
): Promise<ControlResult> {
  const { alpha, epsilon, initial } = controlOf('doubleQLearning', options);
  const episodes = new Episodes('doubleQLearning', env, options);
  const { gamma, generator, numActions } = episodes;
  const tables = [episodes.table(initial), episodes.table(initial)] as const;
  const mean = episodes.table(initial);
  for await (const start of episodes.starts()) {
    const rate = episodes.at('alpha', alpha);
    const explore = episodes.at('epsilon', epsilon);
    let s = start;
    while (!episodes.over) {
      const a = episodes.epsilonGreedy(mean[s]!, explore);
      const { observation: next, reward, terminated } = episodes.step(a);
      if (episodes.due) await episodes.give();
      const coin = generator.below(2);
      const learns = tables[coin === 0 ? 0 : 1];
      const judges = tables[coin === 0 ? 1 : 0];
      const best = argmax(learns[next]!);
      const target = reward + (terminated ? 0 : gamma * judges[next]![best]!);
      learns[s]![a]! += rate * (target - learns[s]![a]!);
      for (let b = 0; b < numActions; b++)
        mean[s]![b] = (tables[0][s]![b]! + tables[1][s]![b]!) / 2;
      s = next;
    }
  }
  return { Q: mean, ...episodes.records() };
}
