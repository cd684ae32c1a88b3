import { optionsOf } from '@kasane/tensor-core';
import {
  continuousGoal,
  MountainCarContinuous,
  stepMountainCar,
  type MountainCarOptions,
} from '../environments/mountain-car.ts';
import { boundsOf } from '../environments/reset-options.ts';
import type { Box } from '../spaces/box.ts';
import { BatchedEnv, type BatchedOptions } from './batched-env.ts';
import type { Uniforms } from './uniforms.ts';

/** Options of `MountainCarContinuousVectorEnv`. */
export interface MountainCarContinuousVectorEnvOptions extends BatchedOptions, MountainCarOptions {}

/**
 * Many `MountainCarContinuous`es, moved in one loop over their states; 999 steps at most.
 *
 * Observations are a `Float32Array` of (numEnvs, 2), actions numEnvs forces. Gymnasium has none of its own; there `make_vec` steps one
 * after another.
 *
 * @throws RangeError if `numEnvs` is not a whole number of at least 1, an option is out of range, or there is not a finite force for each.
 * @throws Error if a step is taken before the first reset, or after an end in 'disabled' mode.
 *
 * @example
 * import { MountainCarContinuousVectorEnv } from '@kasane/rl';
 * const envs = new MountainCarContinuousVectorEnv(2);
 * envs.reset({ seed: 1 });
 * envs.step(Float32Array.of(1, -2)).rewards.join(); // => -0.1,-0.4
 * @category Vector environments
 */
export class MountainCarContinuousVectorEnv extends BatchedEnv<Float32Array> {
  readonly singleObservationSpace: Box;
  readonly singleActionSpace: Box;
  readonly states: Float32Array = new Float32Array(2 * this.numEnvs);
  readonly #goalVelocity: number;
  #low = 0;
  #high = 0;

  constructor(numEnvs: number, options?: MountainCarContinuousVectorEnvOptions) {
    const { autoresetMode, maxEpisodeSteps, ...own } = optionsOf(
      'MountainCarContinuousVectorEnv',
      options,
      ['autoresetMode', 'maxEpisodeSteps', 'goalVelocity'],
    );
    super(numEnvs, 999, { autoresetMode, maxEpisodeSteps });
    const { observationSpace, actionSpace } = new MountainCarContinuous(own);
    this.singleObservationSpace = observationSpace;
    this.singleActionSpace = actionSpace;
    this.#goalVelocity = own.goalVelocity ?? 0;
  }

  protected prepare(options: Readonly<Record<string, unknown>>): void {
    const [low, high] = boundsOf('MountainCarContinuousVectorEnv', options, -0.6, -0.4);
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
      const force = actions[i]!;
      stepMountainCar(states, 2 * i, Math.min(Math.max(force, -1), 1) * 0.0015);
      const isThere = states[2 * i]! >= continuousGoal && states[2 * i + 1]! >= fast;
      if (isThere) terminated[i] = 1;
      rewards[i] = (isThere ? 100 : 0) - force * force * 0.1;
    }
  }

  protected observe(out: Float32Array): void {
    out.set(this.states);
  }
}
