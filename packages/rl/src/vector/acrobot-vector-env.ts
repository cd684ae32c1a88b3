import { optionsOf } from '@kasane/tensor-core';
import {
  Acrobot,
  observeAcrobot,
  stepAcrobot,
  type AcrobotOptions,
} from '../environments/acrobot.ts';
import { boundsOf } from '../environments/reset-options.ts';
import type { Box } from '../spaces/box.ts';
import type { Discrete } from '../spaces/discrete.ts';
import { BatchedEnv, type BatchedOptions } from './batched-env.ts';
import type { Uniforms } from './uniforms.ts';

/** Options of `AcrobotVectorEnv`. */
export interface AcrobotVectorEnvOptions extends BatchedOptions, AcrobotOptions {}

/**
 * Many `Acrobot`s, moved in one loop over their states; 500 steps at most.
 *
 * Observations are a `Float32Array` of (numEnvs, 6), actions numEnvs numbers. Gymnasium has none of its own; there `make_vec` steps one
 * after another.
 *
 * @throws RangeError if `numEnvs` is not a whole number of at least 1, an option is out of range, or there is not an action of the space
 * for each.
 * @throws Error if a step is taken before the first reset, or after an end in 'disabled' mode.
 *
 * @example
 * import { AcrobotVectorEnv } from '@kasane/rl';
 * const envs = new AcrobotVectorEnv(2);
 * envs.reset({ seed: 1 });
 * envs.step([0, 2]).observations.length; // => 12
 * @category Vector environments
 */
export class AcrobotVectorEnv extends BatchedEnv<number> {
  readonly singleObservationSpace: Box;
  readonly singleActionSpace: Discrete;
  readonly states: Float64Array = new Float64Array(4 * this.numEnvs);
  readonly #nips: boolean;
  #low = 0;
  #high = 0;

  constructor(numEnvs: number, options?: AcrobotVectorEnvOptions) {
    const { autoresetMode, maxEpisodeSteps, ...own } = optionsOf('AcrobotVectorEnv', options, [
      'autoresetMode',
      'maxEpisodeSteps',
      'bookOrNips',
    ]);
    super(numEnvs, 500, { autoresetMode, maxEpisodeSteps });
    const { observationSpace, actionSpace } = new Acrobot(own);
    this.singleObservationSpace = observationSpace;
    this.singleActionSpace = actionSpace;
    this.#nips = own.bookOrNips === 'nips';
  }

  protected prepare(options: Readonly<Record<string, unknown>>): void {
    const [low, high] = boundsOf('AcrobotVectorEnv', options, -0.1, 0.1);
    this.#low = low;
    this.#high = high;
  }

  /** @internal */
  protected start(i: number, uniforms: Uniforms): void {
    for (let k = 4 * i; k < 4 * i + 4; k++)
      this.states[k] = uniforms.between(this.#low, this.#high);
  }

  protected move(
    actions: ArrayLike<number>,
    resets: Uint8Array,
    rewards: Float64Array,
    terminated: Uint8Array,
  ): void {
    const { states } = this;
    const nips = this.#nips;
    for (let i = 0; i < rewards.length; i++) {
      if (resets[i] === 1) continue;
      const isOver = stepAcrobot(states, 4 * i, actions[i]! - 1, nips);
      if (isOver) terminated[i] = 1;
      rewards[i] = isOver ? 0 : -1;
    }
  }

  protected observe(out: Float32Array): void {
    const { states } = this;
    for (let i = 0; i < this.numEnvs; i++) observeAcrobot(states, 4 * i, out, 6 * i);
  }
}
