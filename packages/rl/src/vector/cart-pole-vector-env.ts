import { optionsOf } from '@kasane/tensor-core';
import {
  CartPole,
  hasFallen,
  stepCartPole,
  type CartPoleOptions,
} from '../environments/cart-pole.ts';
import { boundsOf } from '../environments/reset-options.ts';
import type { Box } from '../spaces/box.ts';
import type { Discrete } from '../spaces/discrete.ts';
import { BatchedEnv, type BatchedOptions } from './batched-env.ts';
import type { Uniforms } from './uniforms.ts';

/** Options of `CartPoleVectorEnv`. */
export interface CartPoleVectorEnvOptions extends BatchedOptions, CartPoleOptions {}

/**
 * Many `CartPole`s, moved in one loop over their states.
 *
 * As `CartPoleVectorEnv` of Gymnasium: `make('CartPole-v1')` many times over, 500 steps at most.
 *
 * Observations are a `Float32Array` of (numEnvs, 4), actions numEnvs numbers.
 *
 * @throws RangeError if `numEnvs` is not a whole number of at least 1, an option is out of range, or there is not an action of the space
 * for each.
 * @throws Error if a step is taken before the first reset, or after an end in 'disabled' mode.
 *
 * @example
 * import { CartPoleVectorEnv } from '@kasane/rl';
 * const envs = new CartPoleVectorEnv(3);
 * envs.reset({ seed: 1 });
 * envs.step([0, 1, 0]).rewards.join(); // => 1,1,1
 * @category Vector environments
 */
export class CartPoleVectorEnv extends BatchedEnv<number> {
  readonly singleObservationSpace: Box;
  readonly singleActionSpace: Discrete;
  readonly states: Float64Array = new Float64Array(4 * this.numEnvs);
  readonly #paysSteps: boolean;
  readonly #semiImplicit: boolean;
  #low = 0;
  #high = 0;

  constructor(numEnvs: number, options?: CartPoleVectorEnvOptions) {
    const { autoresetMode, maxEpisodeSteps, ...own } = optionsOf('CartPoleVectorEnv', options, [
      'autoresetMode',
      'maxEpisodeSteps',
      'suttonBartoReward',
      'kinematicsIntegrator',
    ]);
    super(numEnvs, 500, { autoresetMode, maxEpisodeSteps });
    const { observationSpace, actionSpace } = new CartPole(own);
    this.singleObservationSpace = observationSpace;
    this.singleActionSpace = actionSpace;
    this.#paysSteps = own.suttonBartoReward !== true;
    this.#semiImplicit = own.kinematicsIntegrator === 'semi-implicit-euler';
  }

  protected prepare(options: Readonly<Record<string, unknown>>): void {
    const [low, high] = boundsOf('CartPoleVectorEnv', options, -0.05, 0.05);
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
    const semiImplicit = this.#semiImplicit;
    const paid = this.#paysSteps ? 1 : 0;
    const paidLast = this.#paysSteps ? 1 : -1;
    for (let i = 0; i < rewards.length; i++) {
      if (resets[i] === 1) continue;
      stepCartPole(states, 4 * i, actions[i]!, semiImplicit);
      const isOver = hasFallen(states[4 * i]!, states[4 * i + 2]!);
      if (isOver) terminated[i] = 1;
      rewards[i] = isOver ? paidLast : paid;
    }
  }

  protected observe(out: Float32Array): void {
    const { states } = this;
    for (let k = 0; k < out.length; k++) out[k] = states[k]!;
  }
}
