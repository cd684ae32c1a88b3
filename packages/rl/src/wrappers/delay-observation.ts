import { requireWhole } from '@kasane/tensor-core';
import type { Env, Reset, ResetOptions, Step } from '../env.ts';
import { boxOf } from './box-of.ts';
import { Wrapper } from './wrapper.ts';

/**
 * Shows each observation `delay` steps late, and zeros before the first one. Same as `gymnasium.wrappers.DelayObservation`.
 *
 * $$ o'_t = o_{t - \text{delay}}, \text{ or } 0 \text{ before the first} $$
 *
 * @throws TypeError if the observations are not from a `Box`.
 * @throws RangeError if the delay is not a whole number of at least 0.
 *
 * @example
 * import { DelayObservation, MountainCar } from '@kasane/rl';
 * const env = new DelayObservation(new MountainCar(), 1);
 * env.reset({ options: { low: -0.5, high: -0.5 } }).observation.join(); // => 0,0
 * env.step(2).observation.join(); // => -0.5,0
 * @category Wrappers
 */
export class DelayObservation<Action> extends Wrapper<Float32Array, Action> {
  readonly delay: number;
  readonly #width: number;
  #waiting: Float32Array[] = [];

  constructor(env: Env<Float32Array, Action>, delay: number) {
    super(env);
    requireWhole('DelayObservation', 'delay', delay);
    this.#width = boxOf('DelayObservation', 'observations', env.observationSpace).low.length;
    this.delay = delay;
  }

  override reset(options?: ResetOptions): Reset<Float32Array> {
    const { observation, info } = this.env.reset(options);
    this.#waiting = [];
    return { observation: this.#late(observation), info };
  }

  override step(action: Action): Step<Float32Array> {
    const step = this.env.step(action);
    return { ...step, observation: this.#late(step.observation) };
  }

  #late(observation: Float32Array): Float32Array {
    this.#waiting.push(observation);
    if (this.#waiting.length <= this.delay) return new Float32Array(this.#width);
    return this.#waiting.shift()!; // one has just come
  }
}
