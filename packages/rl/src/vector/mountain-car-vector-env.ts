import { optionsOf } from '@kasane/tensor-core';
import {
  goalPosition,
  MountainCar,
  stepMountainCar,
  type MountainCarOptions,
} from '../environments/mountain-car.ts';
import { boundsOf } from '../environments/reset-options.ts';
import type { Box } from '../spaces/box.ts';
import type { Discrete } from '../spaces/discrete.ts';
import { BatchedEnv, type BatchedOptions } from './batched-env.ts';
import type { Uniforms } from './uniforms.ts';

/** Options of `MountainCarVectorEnv`. */
export interface MountainCarVectorEnvOptions extends BatchedOptions, MountainCarOptions {}

/**
 * Many `MountainCar`s, moved in one loop over their states; 200 steps at most.
 *
 * Observations are a `Float32Array` of (numEnvs, 2), actions numEnvs numbers. Gymnasium has none of its own; there `make_vec` steps one
 * after another.
 *
 * @throws RangeError if `numEnvs` is not a whole number of at least 1, an option is out of range, or there is not an action of the space
 * for each.
 * @throws Error if a step is taken before the first reset, or after an end in 'disabled' mode.
 *
 * @example
 * import { MountainCarVectorEnv } from '@kasane/rl';
 * const envs = new MountainCarVectorEnv(2);
 * envs.reset({ seed: 1 });
 * envs.step([0, 2]).rewards.join(); // => -1,-1
 * @category Vector environments
 */
export class MountainCarVectorEnv extends BatchedEnv<number> {
  readonly singleObservationSpace: Box;
  readonly singleActionSpace: Discrete;
  readonly states: Float64Array = new Float64Array(2 * this.numEnvs);
  readonly #goalVelocity: number;
  #low = 0;
  #high = 0;

  constructor(numEnvs: number, options?: MountainCarVectorEnvOptions) {
    const { autoresetMode, maxEpisodeSteps, ...own } = optionsOf('MountainCarVectorEnv', options, [
      'autoresetMode',
      'maxEpisodeSteps',
      'goalVelocity',
    ]);
    super(numEnvs, 200, { autoresetMode, maxEpisodeSteps });
    const { observationSpace, actionSpace } = new MountainCar(own);
    this.singleObservationSpace = observationSpace;
    this.singleActionSpace = actionSpace;
    this.#goalVelocity = own.goalVelocity ?? 0;
  }

  protected prepare(options: Readonly<Record<string, unknown>>): void {
    const [low, high] = boundsOf('MountainCarVectorEnv', options, -0.6, -0.4);
    this.#low = low;
    this.#high = high;
  }

  /** @internal */
  protected start(i: number, uniforms: Uniforms): void {
    this.states[2 * i] = uniforms.between(this.#low, this.#high);
    this.states[2 * i + 1] = 0;
  }

  protected move(
    actions: ArrayLike<number>,
    resets: Uint8Array,
    rewards: Float64Array,
    terminated: Uint8Array,
  ): void {
    const { states } = this;
    const fast = this.#goalVelocity;
    for (let i = 0; i < rewards.length; i++) {
      if (resets[i] === 1) continue;
      stepMountainCar(states, 2 * i, (actions[i]! - 1) * 0.001);
      if (states[2 * i]! >= goalPosition && states[2 * i + 1]! >= fast) terminated[i] = 1;
      rewards[i] = -1;
    }
  }

  protected observe(out: Float32Array): void {
    out.set(this.states);
  }
}
