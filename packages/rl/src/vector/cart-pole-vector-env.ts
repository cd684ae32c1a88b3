import type { Generator } from '@kasane/tensor-core';
import { CartPole, hasFallen, stepCartPole } from '../environments/cart-pole.ts';
import type { Box } from '../spaces/box.ts';
import type { Discrete } from '../spaces/discrete.ts';
import { BatchedEnv, type BatchedOptions } from './batched-env.ts';

/**
 * Many `CartPole`s, moved in one loop over their states.
 *
 * As `CartPoleVectorEnv` of Gymnasium: `make('CartPole-v1')` many times over, 500 steps at most.
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

  constructor(numEnvs: number, options?: BatchedOptions) {
    super(numEnvs, 4, 500, options);
    const { observationSpace, actionSpace } = new CartPole();
    this.singleObservationSpace = observationSpace;
    this.singleActionSpace = actionSpace;
  }

  protected start(i: number, generator: Generator): void {
    for (let k = 0; k < 4; k++) this.states[4 * i + k] = 0.1 * generator.random() - 0.05;
  }
  protected move(i: number, action: number): number {
    stepCartPole(this.states, 4 * i, action, false);
    return 1;
  }
  protected hasEnded(i: number): boolean {
    return hasFallen(this.states[4 * i]!, this.states[4 * i + 2]!);
  }
  protected observe(i: number, out: Float32Array): void {
    const { states } = this;
    out[4 * i] = states[4 * i]!;
    out[4 * i + 1] = states[4 * i + 1]!;
    out[4 * i + 2] = states[4 * i + 2]!;
    out[4 * i + 3] = states[4 * i + 3]!;
  }
}
