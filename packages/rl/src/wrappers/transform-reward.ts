import { requireFunction, requireThat } from '@kasane/tensor-core';
import type { Env, Step } from '../env.ts';
import { requireBound } from './box-of.ts';
import { Wrapper } from './wrapper.ts';

/**
 * Pays what a function makes of the rewards. Same as `gymnasium.wrappers.TransformReward`.
 *
 * $$ r' = f(r) $$
 *
 * @example
 * import { MountainCar, TransformReward } from '@kasane/rl';
 * const env = new TransformReward(new MountainCar(), (reward) => reward / 100);
 * env.reset({ seed: 1 });
 * env.step(0).reward; // => -0.01
 * @category Wrappers
 */
export class TransformReward<Observation, Action> extends Wrapper<Observation, Action> {
  readonly #change: (reward: number) => number;

  constructor(env: Env<Observation, Action>, change: (reward: number) => number) {
    super(env);
    requireFunction('TransformReward', change);
    this.#change = change;
  }

  override step(action: Action): Step<Observation> {
    const step = this.env.step(action);
    return { ...step, reward: this.#change(step.reward) };
  }
}

/**
 * Pays at least `minReward` and at most `maxReward`. Either may be infinite. Same as `gymnasium.wrappers.ClipReward`.
 *
 * $$ r' = \min(\max(r, \text{minReward}), \text{maxReward}) $$
 *
 * @throws RangeError if a bound is NaN, or `minReward` is above `maxReward`.
 *
 * @example
 * import { ClipReward, Taxi } from '@kasane/rl';
 * const env = new ClipReward(new Taxi(), -1, 1);
 * env.reset({ seed: 1 });
 * env.step(5).reward; // => -1
 * @category Wrappers
 */
export class ClipReward<Observation, Action> extends TransformReward<Observation, Action> {
  constructor(env: Env<Observation, Action>, minReward: number, maxReward: number) {
    super(env, (reward) => Math.min(Math.max(reward, minReward), maxReward));
    requireBound('ClipReward', 'minReward', minReward);
    requireBound('ClipReward', 'maxReward', maxReward);
    requireThat(
      minReward <= maxReward,
      'ClipReward',
      'minReward',
      minReward,
      `at most maxReward, ${maxReward}`,
    );
  }
}
