import { optionsOf } from '@kasane/tensor-core';
import type { DiscountOptions } from './bellman.ts';
import { requireList, requireWithin } from './given.ts';

/**
 * The returns from each step of an episode on, (T). A reward counts less the later it comes: near ones weigh more, and the closer γ is to
 * 1, the farther ahead is looked.
 *
 * $$ G_t = r_t + \gamma\, G_{t+1} $$
 *
 * @throws RangeError if gamma is not from 0 to 1, or a reward is not finite.
 *
 * @example
 * import { returns } from '@kasane/rl';
 * [...returns([1, 2, 3], { gamma: 0.5 })]; // => [2.75,3.5,3]
 * @see Sutton and Barto (2018), equation 3.9.
 */
export function returns(rewards: ArrayLike<number>, options: DiscountOptions): Float64Array {
  return returnsOf('returns', rewards, options);
}

/**
 * The discounted sum of the rewards of an episode; 0 for none.
 *
 * $$ G = \sum_k \gamma^k r_k $$
 *
 * @throws RangeError if gamma is not from 0 to 1, or a reward is not finite.
 *
 * @example
 * import { discountedReturn } from '@kasane/rl';
 * discountedReturn([1, 2, 3], { gamma: 0.5 }); // => 2.75
 */
export function discountedReturn(rewards: ArrayLike<number>, options: DiscountOptions): number {
  return returnsOf('discountedReturn', rewards, options)[0] ?? 0;
}

/**
 * The mean reward of a step; NaN for none.
 *
 * $$ \bar r = \frac1T \sum_t r_t $$
 *
 * @throws RangeError if a reward is not finite.
 *
 * @example
 * import { averageReward } from '@kasane/rl';
 * averageReward([1, 2, 3]); // => 2
 */
export function averageReward(rewards: ArrayLike<number>): number {
  requireList('averageReward', 'rewards', rewards);
  let sum = 0;
  for (let t = 0; t < rewards.length; t++) sum += rewards[t]!;
  return sum / rewards.length;
}

function returnsOf(
  owner: string,
  rewards: ArrayLike<number>,
  options: DiscountOptions,
): Float64Array {
  const { gamma } = optionsOf(owner, options, ['gamma']);
  requireWithin(owner, 'gamma', gamma, 0, 1);
  requireList(owner, 'rewards', rewards);
  const G = new Float64Array(rewards.length);
  let next = 0;
  for (let t = rewards.length - 1; t >= 0; t--) {
    next = rewards[t]! + gamma * next;
    G[t] = next;
  }
  return G;
}
