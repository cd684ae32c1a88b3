import type { Generator } from '@kasane/tensor-core';
import { Pendulum, stepPendulum } from '../environments/pendulum.ts';
import type { Box } from '../spaces/box.ts';
import { BatchedEnv, type BatchedOptions } from './batched-env.ts';

/**
 * Many `Pendulum`s, moved in one loop over their states; 200 steps at most.
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

  constructor(numEnvs: number, options?: BatchedOptions) {
    super(numEnvs, 2, 200, options);
    const { observationSpace, actionSpace } = new Pendulum();
    this.singleObservationSpace = observationSpace;
    this.singleActionSpace = actionSpace;
  }

  protected start(i: number, generator: Generator): void {
    this.states[2 * i] = Math.PI * (2 * generator.random() - 1);
    this.states[2 * i + 1] = 2 * generator.random() - 1;
  }
  protected move(i: number, action: number): number {
    return stepPendulum(this.states, 2 * i, action, 10);
  }
  protected hasEnded(): boolean {
    return false;
  }
  protected observe(i: number, out: Float32Array): void {
    const angle = this.states[2 * i]!;
    out[3 * i] = Math.cos(angle);
    out[3 * i + 1] = Math.sin(angle);
    out[3 * i + 2] = this.states[2 * i + 1]!;
  }
}
