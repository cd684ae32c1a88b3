import {
  controlOf,
  Episodes,
  type ControlOptions,
  type ControlResult,
  type TabularTask,
} from './learner.ts';

/**
 * SARSA: learns what the ε-greedy policy that it follows is worth, its exploration included.
 *
 * $$ Q(s, a) \leftarrow Q(s, a) + \alpha \bigl[r + \gamma\, Q(s', a') - Q(s, a)\bigr], \quad a' \text{ the action that is taken next} $$
 *
 * After the end of an episode nothing comes; where it is only cut off, the value of the next state and action counts.
 *
 * @throws RangeError if `episodes` or `maxSteps` is not a whole number, `gamma`, `alpha` or `epsilon` not from 0 to 1, or `initial` not
 * finite.
 * @throws {@link DataError} if a reward is not finite, or an observation is none of the states of the task.
 *
 * @example
 * import { CliffWalking, sarsa } from '@kasane/rl';
 * import { Generator } from '@kasane/tensor-core';
 * const { returns } = await sarsa(new CliffWalking(), { episodes: 300, gamma: 1, alpha: 0.5, generator: new Generator(1) });
 * returns.slice(-100).reduce((a, b) => a + b) / 100 > -40; // => true
 * @see Sutton and Barto (2018), section 6.4.
 */
export async function sarsa(env: TabularTask, options: ControlOptions): Promise<ControlResult> {
  const { alpha, epsilon, initial } = controlOf('sarsa', options);
  const episodes = new Episodes('sarsa', env, options);
  const { gamma } = episodes;
  const Q = episodes.table(initial);
  for await (const start of episodes.starts()) {
    const rate = episodes.at('alpha', alpha);
    const explore = episodes.at('epsilon', epsilon);
    let s = start;
    let a = episodes.epsilonGreedy(Q[s]!, explore);
    while (!episodes.over) {
      const { observation: next, reward, terminated } = episodes.step(a);
      if (episodes.due) await episodes.give();
      const nextAction = episodes.epsilonGreedy(Q[next]!, explore);
      const target = reward + (terminated ? 0 : gamma * Q[next]![nextAction]!);
      Q[s]![a]! += rate * (target - Q[s]![a]!);
      s = next;
      a = nextAction;
    }
  }
  return { Q, ...episodes.records() };
}
