import { optionsOf } from '@kasane/tensor-core';
import type { Env, Reset, ResetOptions, Step } from '../env.ts';
import { Box } from '../spaces/box.ts';
import { boxOf } from './box-of.ts';
import { TimeLimit } from './time-limit.ts';
import { Wrapper } from './wrapper.ts';

/** Options of `TimeAwareObservation`. */
export interface TimeAwareOptions {
  /** Shows the share of the time that is over instead of the number of steps. Default: false. */
  readonly normalizeTime?: boolean;
}

/**
 * Shows the number of steps so far after the other numbers: where a limit of time ends episodes, their values depend on it.
 *
 * $$ o'_t = (o_t, t), \text{ or } (o_t, t / \text{limit}) $$
 *
 * Same as `gymnasium.wrappers.TimeAwareObservation` of a `Box`, flattened.
 *
 * @throws TypeError if the observations are not from a `Box`, or no `TimeLimit` is around the environment.
 *
 * @example
 * import { make, TimeAwareObservation } from '@kasane/rl';
 * const env = new TimeAwareObservation(make('MountainCar-v0'), { normalizeTime: true });
 * env.reset({ seed: 1 });
 * env.step(1).observation[2]!.toFixed(3); // => 0.005
 * @category Wrappers
 */
export class TimeAwareObservation<Action> extends Wrapper<Float32Array, Action> {
  readonly #space: Box;
  /** What a step counts. */
  readonly #unit: number;
  #steps = 0;

  constructor(env: Env<Float32Array, Action>, options?: TimeAwareOptions) {
    super(env);
    const { normalizeTime = false } = optionsOf('TimeAwareObservation', options, ['normalizeTime']);
    const { low, high } = boxOf('TimeAwareObservation', 'observations', env.observationSpace);
    const limit = limitOf(env);
    this.#unit = normalizeTime ? 1 / limit : 1;
    this.#space = new Box([...low, 0], [...high, normalizeTime ? 1 : limit]);
  }

  override get observationSpace(): Box {
    return this.#space;
  }

  override reset(options?: ResetOptions): Reset<Float32Array> {
    const { observation, info } = this.env.reset(options);
    this.#steps = 0;
    return { observation: this.#timed(observation), info };
  }

  override step(action: Action): Step<Float32Array> {
    const step = this.env.step(action);
    this.#steps += 1;
    return { ...step, observation: this.#timed(step.observation) };
  }

  #timed(observation: Float32Array): Float32Array {
    const timed = new Float32Array(observation.length + 1);
    timed.set(observation);
    timed[observation.length] = this.#steps * this.#unit;
    return timed;
  }
}

/** After how many steps an episode is cut off, by the outermost limit. */
function limitOf(env: object): number {
  let inner = env;
  while (!(inner instanceof TimeLimit)) {
    if (!('env' in inner)) {
      throw new TypeError(
        'TimeAwareObservation: needs a TimeLimit around the environment, got none; make gives one.',
      );
    }
    inner = Object(inner.env);
  }
  return inner.maxEpisodeSteps;
}
