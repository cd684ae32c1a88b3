import { requireWhole } from '@kasane/tensor-core';
import type { Env, Step } from '../env.ts';
import { Wrapper } from './wrapper.ts';

/**
 * Takes each action `numRepeats` times, or until the episode ends, and pays their rewards together. Same as
 * `gymnasium.wrappers.RepeatAction`.
 *
 * $$ r' = \sum_{i = 1}^{n} r_i, \quad n = \text{numRepeats} $$
 *
 * @throws RangeError if `numRepeats` is not a whole number of at least 1.
 *
 * @example
 * import { CartPole, RepeatAction } from '@kasane/rl';
 * const env = new RepeatAction(new CartPole(), 4);
 * env.reset({ seed: 1 });
 * env.step(1).reward; // => 4
 * @category Wrappers
 */
export class RepeatAction<Observation, Action> extends Wrapper<Observation, Action> {
  readonly numRepeats: number;

  constructor(env: Env<Observation, Action>, numRepeats: number) {
    super(env);
    requireWhole('RepeatAction', 'numRepeats', numRepeats, 1);
    this.numRepeats = numRepeats;
  }

  override step(action: Action): Step<Observation> {
    let step = this.env.step(action);
    let reward = step.reward;
    for (let i = 1; i < this.numRepeats && !step.terminated && !step.truncated; i++) {
      step = this.env.step(action);
      reward += step.reward;
    }
    return { ...step, reward };
  }
}
