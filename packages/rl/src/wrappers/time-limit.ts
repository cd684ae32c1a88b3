import { requireWhole } from '@kasane/tensor-core';
import type { Env, Reset, ResetOptions, Step } from '../env.ts';
import { Wrapper } from './wrapper.ts';

/**
 * Cuts episodes off after `maxEpisodeSteps` steps: the last one is `truncated`, and may be `terminated`, too.
 *
 * $$ \text{truncated}_t = 1[t = \text{maxEpisodeSteps}] $$
 *
 * Same as `gymnasium.wrappers.TimeLimit`, except that a step after the cut throws.
 *
 * @throws RangeError if `maxEpisodeSteps` is not a whole number of at least 1.
 * @throws Error if a step is taken after the cut.
 *
 * @example
 * import { Pendulum, TimeLimit } from '@kasane/rl';
 * const env = new TimeLimit(new Pendulum(), 1);
 * env.reset();
 * env.step(Float32Array.of(0)).truncated; // => true
 * @category Wrappers
 */
export class TimeLimit<Observation, Action> extends Wrapper<Observation, Action> {
  readonly maxEpisodeSteps: number;
  #left = 0;
  #isCut = false;

  constructor(env: Env<Observation, Action>, maxEpisodeSteps: number) {
    super(env);
    requireWhole('TimeLimit', 'maxEpisodeSteps', maxEpisodeSteps, 1);
    this.maxEpisodeSteps = maxEpisodeSteps;
  }

  override reset(options?: ResetOptions): Reset<Observation> {
    const start = this.env.reset(options);
    this.#left = this.maxEpisodeSteps;
    this.#isCut = false;
    return start;
  }

  override step(action: Action): Step<Observation> {
    if (this.#isCut) {
      throw new Error('TimeLimit: step was called after the end of the episode; call reset().');
    }
    const step = this.env.step(action);
    this.#left -= 1;
    if (this.#left !== 0) return step;
    this.#isCut = true;
    return { ...step, truncated: true };
  }
}
