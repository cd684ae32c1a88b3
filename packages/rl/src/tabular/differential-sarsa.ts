import { optionsOf, requireWhole } from '@kasane/tensor-core';
import { requireFinite } from '../planning/given.ts';
import type { Schedule } from '../schedule.ts';
import { Episodes, type ControlOptions, type TabularTask } from './learner.ts';

/** What `onProgress` of `differentialSarsa` is told. */
export interface DifferentialReport {
  /** Steps so far. */
  readonly steps: number;
  readonly total: number;
  /** What a step is thought to pay on average. */
  readonly averageReward: number;
}

/** Options of `differentialSarsa`. */
export interface DifferentialSarsaOptions extends Pick<
  ControlOptions,
  'alpha' | 'epsilon' | 'initial' | 'generator' | 'signal'
> {
  /** How many steps to learn from. */
  readonly steps: number;
  /** β, from 0 to 1: how far the average reward goes to what a step says of it. Default: 0.01. */
  readonly beta?: Schedule;
  /** Told after each 1,000 steps, in which α, ε and β stay the same. */
  readonly onProgress?: (report: DifferentialReport) => void;
}

/** What `differentialSarsa` has learned. */
export interface DifferentialResult {
  /** How much more comes after an action than on average, (S, A), but for a number that is the same everywhere. */
  readonly Q: Float64Array[];
  /** What a step pays on average, its exploration included. */
  readonly averageReward: number;
}

const names = ['steps', 'alpha', 'beta', 'epsilon', 'initial', 'generator', 'onProgress', 'signal'] as const; // prettier-ignore
const STRETCH = 1000; // steps between two reports

/**
 * Differential SARSA, for tasks that go on for ever: there is no discount, and what counts is the average reward r̄ of a step.
 *
 * $$ \delta = r - \bar r + Q(s', a') - Q(s, a), \qquad \bar r \leftarrow \bar r + \beta\, \delta, \quad Q(s, a) \leftarrow Q(s, a) + \alpha\, \delta $$
 *
 * Where an episode ends nevertheless, the task goes on with the start of the next one.
 *
 * @throws RangeError if `steps` is not a whole number, `alpha`, `beta` or `epsilon` not from 0 to 1, or `initial` not finite.
 * @throws {@link DataError} if a reward is not finite, or an observation is none of the states of the task.
 *
 * @example
 * import { differentialSarsa, TabularEnv } from '@kasane/rl';
 * import { Generator } from '@kasane/tensor-core';
 * // Two states: staying pays 0 and 2, going pays 1 and 0. The best is to stay in state 1.
 * const env = new TabularEnv(
 *   [
 *     [[[1, 0, 0, false]], [[1, 1, 1, false]]],
 *     [[[1, 1, 2, false]], [[1, 0, 0, false]]],
 *   ],
 *   [1, 0],
 * );
 * const { averageReward } = await differentialSarsa(env, { steps: 20_000, epsilon: 0, generator: new Generator(1) });
 * averageReward.toFixed(2); // => 2.00
 * @see Sutton and Barto (2018), section 10.3.
 */
export async function differentialSarsa(
  env: TabularTask,
  options: DifferentialSarsaOptions,
): Promise<DifferentialResult> {
  const owner = 'differentialSarsa';
  const given = optionsOf(owner, options, names);
  const { steps, alpha = 0.1, beta = 0.01, epsilon = 0.1, initial = 0 } = given;
  const { generator, signal, onProgress } = given;
  requireWhole(owner, 'steps', steps);
  requireFinite(owner, 'initial', initial);
  const task = new Episodes(owner, env, {
    episodes: 1,
    maxSteps: Math.max(1, steps),
    ...(generator === undefined ? {} : { generator }),
    ...(signal === undefined ? {} : { signal }),
  });
  const Q = task.table(initial);
  let averageReward = 0;
  let s = task.begin({ seed: task.generator.below(2 ** 32) });
  let a = task.epsilonGreedy(Q[s]!, task.at('epsilon', epsilon, 0));
  for (let done = 0; done < steps;) {
    const progress = done / steps;
    const rate = task.at('alpha', alpha, progress);
    const slow = task.at('beta', beta, progress);
    const explore = task.at('epsilon', epsilon, progress);
    const end = Math.min(steps, done + STRETCH);
    for (; done < end; done++) {
      const { observation, reward, terminated, truncated } = task.step(a);
      if (task.due) await task.give();
      const next = terminated || truncated ? task.begin() : observation;
      const nextAction = task.epsilonGreedy(Q[next]!, explore);
      const delta = reward - averageReward + Q[next]![nextAction]! - Q[s]![a]!;
      averageReward += slow * delta;
      Q[s]![a]! += rate * delta;
      s = next;
      a = nextAction;
    }
    onProgress?.({ steps: done, total: steps, averageReward });
  }
  return { Q, averageReward };
}
