import { optionsOf } from '@kasane/tensor-core';
import {
  observePendulum,
  Pendulum,
  pendulumBounds,
  stepPendulum,
  type PendulumOptions,
} from '../environments/pendulum.ts';
import type { Box } from '../spaces/box.ts';
import { BatchedEnv, type BatchedOptions } from './batched-env.ts';
import type { Uniforms } from './uniforms.ts';

/** Options of `PendulumVectorEnv`. */
export interface PendulumVectorEnvOptions extends BatchedOptions, PendulumOptions {}

/**
 * Many `Pendulum`s, moved in one loop over their states; 200 steps at most.
 *
 * Observations are a `Float32Array` of (numEnvs, 3), actions numEnvs torques. Gymnasium has one of its own for JAX alone; of
 * 'Pendulum-v1' `make_vec` steps one after another there.
 *
 * @throws RangeError if `numEnvs` is not a whole number of at least 1, an option is out of range, or there is not a finite torque for each.
 * @throws Error if a step is taken before the first reset, or after an end in 'disabled' mode.
 *
 * @example
 * import { PendulumVectorEnv } from '@kasane/rl';
 * const envs = new PendulumVectorEnv(2, { autoresetMode: 'same-step' });
 * envs.reset({ seed: 1 });
 * envs.step(Float32Array.of(0.5, -0.5)).observations.length; // => 6
 * @category Vector environments
 */
export class PendulumVectorEnv extends BatchedEnv<Float32Array> {
  readonly singleObservationSpace: Box;
  readonly singleActionSpace: Box;
  readonly states: Float64Array = new Float64Array(2 * this.numEnvs);
  readonly #g: number;
  #angle = 0;
  #speed = 0;

  constructor(numEnvs: number, options?: PendulumVectorEnvOptions) {
    const { autoresetMode, maxEpisodeSteps, ...own } = optionsOf('PendulumVectorEnv', options, [
      'autoresetMode',
      'maxEpisodeSteps',
      'g',
    ]);
    super(numEnvs, 200, { autoresetMode, maxEpisodeSteps });
    const { observationSpace, actionSpace } = new Pendulum(own);
    this.singleObservationSpace = observationSpace;
    this.singleActionSpace = actionSpace;
    this.#g = own.g ?? 10;
  }

  protected prepare(options: Readonly<Record<string, unknown>>): void {
    const [angle, speed] = pendulumBounds('PendulumVectorEnv', options);
    this.#angle = angle;
    this.#speed = speed;
  }

  /** @internal */
  protected start(i: number, uniforms: Uniforms): void {
    this.states[2 * i] = uniforms.between(-this.#angle, this.#angle);
    this.states[2 * i + 1] = uniforms.between(-this.#speed, this.#speed);
  }

  protected move(actions: ArrayLike<number>, resets: Uint8Array, rewards: Float64Array): void {
    const { states } = this;
    const g = this.#g;
    for (let i = 0; i < rewards.length; i++) {
      if (resets[i] === 0) rewards[i] = stepPendulum(states, 2 * i, actions[i]!, g);
    }
  }

  protected observe(out: Float32Array): void {
    const { states } = this;
    for (let i = 0; i < this.numEnvs; i++) observePendulum(states, 2 * i, out, 3 * i);
  }
}
