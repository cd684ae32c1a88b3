import { optionsOf, requireWhole } from '@kasane/tensor-core';
import {
  controlDefaults,
  controlNames,
  Episodes,
  largest,
  type ControlOptions,
  type ControlResult,
  type TabularTask,
} from './learner.ts';

/** Options of `dynaQ`. */
export interface DynaQOptions extends ControlOptions {
  /** How many remembered steps are learned from again after each real one. 0 is Q-learning. Default: 10. */
  readonly planningSteps?: number;
}

/**
 * Dyna-Q: Q-learning that remembers what each action brought in each state, and learns from what it remembers, too.
 *
 * $$ Q(s, a) \leftarrow Q(s, a) + \alpha \bigl[r + \gamma \max_b Q(s', b) - Q(s, a)\bigr] $$
 *
 * Each step is learned from once, and then `planningSteps` of those that were taken before, drawn, with what they brought last. It takes
 * the task to be deterministic: of several outcomes the last one is remembered. What is drawn for planning comes from a generator of its
 * own, so that until the first reward the same seed takes the same steps with any number of planning steps.
 *
 * After the end of an episode nothing comes; where it is only cut off, the value of the next state counts.
 *
 * @throws RangeError if `episodes`, `maxSteps` or `planningSteps` is not a whole number, `gamma`, `alpha` or `epsilon` not from 0 to 1, or
 * `initial` not finite.
 * @throws {@link DataError} if a reward is not finite, or an observation is none of the states of the task.
 *
 * @example
 * import { dynaQ, FrozenLake } from '@kasane/rl';
 * import { Generator } from '@kasane/tensor-core';
 * const env = new FrozenLake({ isSlippery: false });
 * const { Q } = await dynaQ(env, { episodes: 100, gamma: 0.9, alpha: 0.5, epsilon: 0.5, generator: new Generator(1) });
 * Math.max(...Q[0]!).toFixed(2); // => 0.59
 * @see Sutton and Barto (2018), section 8.2; Sutton (1990), https://doi.org/10.1016/B978-1-55860-141-3.50030-4
 */
export async function dynaQ(env: TabularTask, options: DynaQOptions): Promise<ControlResult> {
  const given = optionsOf('dynaQ', options, [...controlNames, 'planningSteps']);
  const { alpha, epsilon, initial } = controlDefaults('dynaQ', given);
  const { planningSteps = 10 } = given;
  requireWhole('dynaQ', 'planningSteps', planningSteps);
  const episodes = new Episodes('dynaQ', env, options);
  const { gamma, numActions, numStates } = episodes;
  const Q = episodes.table(initial);

  // What each action brought last, at s * numActions + a.
  const rewards = new Float64Array(numStates * numActions);
  const nexts = new Int32Array(numStates * numActions).fill(-1); // -1: never taken
  const ends = new Uint8Array(numStates * numActions);
  const taken: number[] = [];
  const planning = episodes.generator.fork('planning');

  for await (const start of episodes.starts()) {
    const rate = episodes.at('alpha', alpha);
    const explore = episodes.at('epsilon', epsilon);
    const learn = (pair: number): void => {
      const a = pair % numActions;
      const row = Q[(pair - a) / numActions]!;
      const rest = ends[pair] === 1 ? 0 : gamma * largest(Q[nexts[pair]!]!);
      row[a]! += rate * (rewards[pair]! + rest - row[a]!);
    };
    let s = start;
    while (!episodes.over) {
      const a = episodes.epsilonGreedy(Q[s]!, explore);
      const { observation: next, reward, terminated } = episodes.step(a);
      if (episodes.due) await episodes.give();
      const pair = s * numActions + a;
      if (nexts[pair] === -1) taken.push(pair);
      rewards[pair] = reward;
      nexts[pair] = next;
      ends[pair] = Number(terminated);
      learn(pair);
      for (let i = 0; i < planningSteps; i++) learn(taken[planning.below(taken.length)]!);
      s = next;
    }
  }
  return { Q, ...episodes.records() };
}
