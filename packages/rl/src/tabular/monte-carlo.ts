import { optionsOf, shown } from '@kasane/tensor-core';
import type { StateActionTable } from '../planning/index.ts';
import { Episodes, type TabularOptions, type TabularTask } from './learner.ts';
import { actor, type PredictionResult } from './prediction.ts';

/** Whether what is met more than once in an episode counts once or each time. */
export type Visits = 'first' | 'every';

/** Options of `monteCarlo`. */
export interface MonteCarloOptions extends TabularOptions {
  /** Whether a state counts once in an episode, when it is first seen, or each time. Default: 'first'. */
  readonly visits?: Visits;
}

const names = [
  'episodes',
  'gamma',
  'maxSteps',
  'generator',
  'onProgress',
  'signal',
  'visits',
] as const;

/**
 * Monte Carlo: a policy (S, A) is worth in a state what came after the state on average.
 *
 * $$ V(s) = \frac{1}{n(s)} \sum G, \quad G = r_t + \gamma\, r_{t+1} + \gamma^2 r_{t+2} + \dots $$
 *
 * G is what came after the first or after every visit of s. A state that never was visited is worth NaN. Where an episode is only cut off,
 * what V says so far of its last state counts as the rest: 0 if that was never visited.
 *
 * @throws RangeError if `episodes` or `maxSteps` is not a whole number, `gamma` not from 0 to 1, or the probabilities of the policy do not
 * sum to 1.
 * @throws {@link ShapeError} if the policy is not (S, A).
 * @throws {@link DataError} if a reward is not finite, or an observation is none of the states of the task.
 *
 * @example
 * import { monteCarlo, TabularEnv } from '@kasane/rl';
 * // From 0 to 1 for nothing, from there to the end for 1.
 * const env = new TabularEnv([[[[1, 1, 0, false]]], [[[1, 1, 1, true]]]], [1, 0]);
 * const { V } = await monteCarlo(env, [[1], [1]], { episodes: 3, gamma: 0.5 });
 * [...V]; // => [0.5,1]
 * @see Sutton and Barto (2018), section 5.1; Singh and Sutton (1996), https://doi.org/10.1007/BF00114726
 */
export async function monteCarlo(
  env: TabularTask,
  policy: StateActionTable,
  options: MonteCarloOptions,
): Promise<PredictionResult> {
  const { visits = 'first' } = optionsOf('monteCarlo', options, names);
  requireVisits('monteCarlo', visits);
  const episodes = new Episodes('monteCarlo', env, options);
  const draw = actor('monteCarlo', policy, episodes);
  const { gamma, numStates } = episodes;
  const V = new Float64Array(numStates).fill(Number.NaN);
  const counts = new Float64Array(numStates);
  const firstAt = new Int32Array(numStates); // when a state was first seen in this episode
  for await (const start of episodes.starts()) {
    const states: number[] = [];
    const rewards: number[] = [];
    firstAt.fill(-1);
    let s = start;
    let ended = false;
    while (!episodes.over) {
      if (firstAt[s] === -1) firstAt[s] = states.length;
      const { observation: next, reward, terminated } = episodes.step(draw(s));
      if (episodes.due) await episodes.give();
      states.push(s);
      rewards.push(reward);
      s = next;
      ended = terminated;
    }
    let G = ended || counts[s] === 0 ? 0 : V[s]!;
    for (let t = states.length - 1; t >= 0; t--) {
      const state = states[t]!;
      G = rewards[t]! + gamma * G;
      if (visits === 'first' && firstAt[state] !== t) continue;
      const n = ++counts[state]!;
      V[state] = n === 1 ? G : V[state]! + (G - V[state]!) / n;
    }
  }
  return { V, ...episodes.records() };
}

/** Throws RangeError for what is neither. */
export function requireVisits(owner: string, visits: Visits): void {
  if (visits === 'first' || visits === 'every') return;
  throw new RangeError(`${owner}: visits must be 'first' or 'every', got ${shown(visits)}.`);
}
