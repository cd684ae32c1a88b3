import { optionsOf } from '@kasane/tensor-core';
import type { DiscountOptions } from './bellman.ts';
import { requireList, requireWithin } from './given.ts';

/**
 * The returns G_t = r_t + γ G_{t+1} from each step of an episode on, (T). A reward counts less the later it comes: near ones weigh more,
 * and the closer γ is to 1, the farther ahead is looked.
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
 * The discounted sum Σ_k γ^k r_k of the rewards of an episode; 0 for none.
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
