import { requireWhole } from '@kasane/tensor-core';
import type { Env, Step } from '../env.ts';
import { boxOf } from './box-of.ts';
import { Wrapper } from './wrapper.ts';

/**
 * Takes each action for `skip` steps, pays their rewards together, and shows the greater of the last two observations, number by number.
 *
 * $$ r' = \sum_{i = 1}^{n} r_i, \quad o' = \max(o_{n-1}, o_n), \quad n = \text{skip} $$
 *
 * Same as `gymnasium.wrappers.MaxAndSkipObservation`, except for an episode that ends before the skip does: it then compares the last two
 * observations of these steps, there what it compared before.
 *
 * @throws TypeError if the observations are not from a `Box`.
 * @throws RangeError if `skip` is not a whole number of at least 2.
 *
 * @example
 * import { CartPole, MaxAndSkipObservation } from '@kasane/rl';
 * const env = new MaxAndSkipObservation(new CartPole(), 4);
 * env.reset({ seed: 1 });
 * env.step(1).reward; // => 4
 * @category Wrappers
 */
export class MaxAndSkipObservation<Action> extends Wrapper<Float32Array, Action> {
  readonly #skip: number;

  constructor(env: Env<Float32Array, Action>, skip = 4) {
    super(env);
    requireWhole('MaxAndSkipObservation', 'skip', skip, 2);
    boxOf('MaxAndSkipObservation', 'observations', env.observationSpace);
    this.#skip = skip;
  }

  override step(action: Action): Step<Float32Array> {
    let step = this.env.step(action);
    let before = step.observation;
    let reward = step.reward;
    for (let i = 1; i < this.#skip && !step.terminated && !step.truncated; i++) {
      before = step.observation;
      step = this.env.step(action);
      reward += step.reward;
    }
    const observation = step.observation.map((x, i) => Math.max(x, before[i]!));
    return { ...step, observation, reward };
  }
}
