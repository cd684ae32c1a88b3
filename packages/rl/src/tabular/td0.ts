import { optionsOf } from '@kasane/tensor-core';
import { requireFinite } from '../planning/given.ts';
import type { StateActionTable } from '../planning/index.ts';
import { Episodes, type TabularTask } from './learner.ts';
import {
  actor,
  predictionNames,
  type PredictionOptions,
  type PredictionResult,
} from './prediction.ts';

/**
 * TD(0): what a policy (S, A) is worth, learned from each step at once.
 *
 * $$ V(s) \leftarrow V(s) + \alpha \bigl[r + \gamma\, V(s') - V(s)\bigr] $$
 *
 * After the end of an episode nothing comes; where it is only cut off, the value of the next state counts.
 *
 * @throws RangeError if `episodes` or `maxSteps` is not a whole number, `gamma` or `alpha` not from 0 to 1, `initial` not finite, or the
 * probabilities of the policy do not sum to 1.
 * @throws {@link ShapeError} if the policy is not (S, A).
 * @throws {@link DataError} if a reward is not finite, or an observation is none of the states of the task.
 *
 * @example
 * import { TabularEnv, td0 } from '@kasane/rl';
 * // One state, whose action pays 1 and ends.
 * const env = new TabularEnv([[[[1, 0, 1, true]]]], [1]);
 * const { V } = await td0(env, [[1]], { episodes: 2, alpha: 0.5 });
 * V[0]; // => 0.75
 * @see Sutton and Barto (2018), section 6.1.
 */
export async function td0(
  env: TabularTask,
  policy: StateActionTable,
  options: PredictionOptions,
): Promise<PredictionResult> {
  const { alpha = 0.1, initial = 0 } = optionsOf('td0', options, predictionNames);
  requireFinite('td0', 'initial', initial);
  const episodes = new Episodes('td0', env, options);
  const draw = actor('td0', policy, episodes);
  const { gamma } = episodes;
  const V = new Float64Array(episodes.numStates).fill(initial);
  for await (const start of episodes.starts()) {
    const rate = episodes.at('alpha', alpha);
    let s = start;
    while (!episodes.over) {
      const { observation: next, reward, terminated } = episodes.step(draw(s));
      if (episodes.due) await episodes.give();
      V[s]! += rate * (reward + (terminated ? 0 : gamma * V[next]!) - V[s]!);
      s = next;
    }
  }
  return { V, ...episodes.records() };
}
