import {
  controlOf,
  Episodes,
  largest,
  type ControlOptions,
  type ControlResult,
  type TabularTask,
} from './learner.ts';

/**
 * Expected SARSA: SARSA with the mean over the next action in place of the one that is drawn.
 *
 * $$ Q(s, a) \leftarrow Q(s, a) + \alpha \Bigl[r + \gamma \sum_b \pi(s', b)\, Q(s', b) - Q(s, a)\Bigr], \quad \pi \text{ the policy that it follows} $$
 *
 * After the end of an episode nothing comes; where it is only cut off, the value of the next state counts.
 *
 * @throws RangeError if `episodes` or `maxSteps` is not a whole number, `gamma`, `alpha` or `epsilon` not from 0 to 1, or `initial` not
 * finite.
 * @throws {@link DataError} if a reward is not finite, or an observation is none of the states of the task.
 *
 * @example
 * import { CliffWalking, expectedSarsa } from '@kasane/rl';
 * import { Generator } from '@kasane/tensor-core';
 * const { returns } = await expectedSarsa(new CliffWalking(), { episodes: 300, gamma: 1, alpha: 1, generator: new Generator(1) });
 * returns.slice(-100).reduce((a, b) => a + b) / 100 > -40; // => true
 * @see Sutton and Barto (2018), section 6.6.
 */
export async function expectedSarsa(
  env: TabularTask,
  options: ControlOptions,
): Promise<ControlResult> {
  const { alpha, epsilon, initial } = controlOf('expectedSarsa', options);
  const episodes = new Episodes('expectedSarsa', env, options);
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
      const target = reward + (terminated ? 0 : gamma * epsilonGreedyValue(Q[next]!, explore));
      Q[s]![a]! += rate * (target - Q[s]![a]!);
      s = next;
    }
  }
  return { Q, ...episodes.records() };
}

/** Σ_b π(b) Q(b) of an ε-greedy π; among equals it matters not which is drawn. */
function epsilonGreedyValue(values: Float64Array, epsilon: number): number {
  let sum = 0;
  for (let a = 0; a < values.length; a++) sum += values[a]!;
  return (1 - epsilon) * largest(values) + (epsilon * sum) / values.length;
}
