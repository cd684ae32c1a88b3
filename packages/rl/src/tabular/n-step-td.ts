import { optionsOf, requireWhole } from '@kasane/tensor-core';
import { requireFinite } from '../planning/given.ts';
import type { StateActionTable } from '../planning/index.ts';
import { Episodes, type TabularTask } from './learner.ts';
import {
  actor,
  predictionNames,
  type PredictionOptions,
  type PredictionResult,
} from './prediction.ts';

/** Options of `nStepTd`. */
export interface NStepTdOptions extends PredictionOptions {
  /** n: how many rewards count as they are, before a value stands for the rest. Infinity waits for the end. Default: 4. */
  readonly n?: number;
}

/**
 * n-step TD: what a policy (S, A) is worth, learned from n rewards and the value of the state after them.
 *
 * $$ V(s_0) \leftarrow V(s_0) + \alpha\, \bigl(G - V(s_0)\bigr) $$
 *
 * $$ G = r_1 + \gamma\, r_2 + \dots + \gamma^{n-1} r_n + \gamma^n V(s_n) $$
 *
 * With n = 1 it is TD(0); with n = Infinity, Monte Carlo of every visit with a constant α. After the end of an episode nothing comes; where it is
 * only cut off, the value of the last state counts.
 *
 * @throws RangeError if `episodes` or `maxSteps` is not a whole number, n neither one of at least 1 nor Infinity, `gamma` or `alpha` not
 * from 0 to 1, `initial` not finite, or the probabilities of the policy do not sum to 1.
 * @throws {@link ShapeError} if the policy is not (S, A).
 * @throws {@link DataError} if a reward is not finite, or an observation is none of the states of the task.
 *
 * @example
 * import { nStepTd, TabularEnv } from '@kasane/rl';
 * // From 0 to 1 for nothing, from there to the end for 1: two steps bring the news to 0 at once.
 * const env = new TabularEnv([[[[1, 1, 0, false]]], [[[1, 1, 1, true]]]], [1, 0]);
 * const { V } = await nStepTd(env, [[1], [1]], { episodes: 1, n: 2, gamma: 1, alpha: 0.5 });
 * [...V]; // => [0.5,0.5]
 * @see Sutton and Barto (2018), section 7.1.
 */
export async function nStepTd(
  env: TabularTask,
  policy: StateActionTable,
  options: NStepTdOptions,
): Promise<PredictionResult> {
  const given = optionsOf('nStepTd', options, [...predictionNames, 'n']);
  const { alpha = 0.1, initial = 0, n = 4 } = given;
  requireFinite('nStepTd', 'initial', initial);
  requireSteps('nStepTd', n);
  const episodes = new Episodes('nStepTd', env, options);
  const draw = actor('nStepTd', policy, episodes);
  const { gamma } = episodes;
  const V = new Float64Array(episodes.numStates).fill(initial);
  for await (const start of episodes.starts()) {
    const rate = episodes.at('alpha', alpha);
    const states = [start];
    const rewards: number[] = [];
    let ended = false;
    while (!episodes.over) {
      const { observation: next, reward, terminated } = episodes.step(draw(states.at(-1)!));
      if (episodes.due) await episodes.give();
      states.push(next);
      rewards.push(reward);
      ended = terminated;
      const t = rewards.length - n;
      if (t < 0) continue;
      let G = ended ? 0 : V[next]!;
      for (let i = rewards.length - 1; i >= t; i--) G = rewards[i]! + gamma * G;
      V[states[t]!]! += rate * (G - V[states[t]!]!);
    }
    // The last states have fewer than n rewards after them.
    let G = ended ? 0 : V[states.at(-1)!]!;
    for (let t = rewards.length - 1; t >= 0 && t > rewards.length - n; t--) {
      G = rewards[t]! + gamma * G;
      V[states[t]!]! += rate * (G - V[states[t]!]!);
    }
  }
  return { V, ...episodes.records() };
}

/** Throws unless n is a whole number of steps, or Infinity. */
export function requireSteps(owner: string, n: number): void {
  if (n !== Infinity) requireWhole(owner, 'n', n, 1);
}
