import { optionsOf } from '@kasane/tensor-core';
import type { Reset, Step } from '../env.ts';
import { Box } from '../spaces/box.ts';
import { drawPendulum } from './drawing/controls.ts';
import { textOf, type Picture, type PictureOptions } from './drawing/picture.ts';
import { requireFinite } from '../planning/given.ts';
import { requireNumbers } from './reset-options.ts';
import { noInfo, SeededEnv } from './seeded-env.ts';

/** Options of `Pendulum`. */
export interface PendulumOptions {
  /** The acceleration of gravity. Default: 10. */
  readonly g?: number;
}

const maxSpeed = 8;
const maxTorque = 2;
/** Seconds per step. */
const dt = 0.05;

/**
 * A pendulum that is to be swung up and held there by a torque at its hinge.
 *
 * $$ \dot\theta \leftarrow \operatorname{clip}\bigl(\dot\theta + (\tfrac32 g \sin\theta + 3 u) \cdot 0.05, -8, 8\bigr), \quad \theta \leftarrow \theta + 0.05\, \dot\theta $$
 *
 * $$ r = -(\theta^2 + 0.1\, \dot\theta^2 + 0.001\, u^2) $$
 *
 * | part         | what |
 * | ------------ | ---- |
 * | observations | `Box` of 3: cosine and sine of the angle θ (0 is upright), from -1 to 1; its velocity, from -8 to 8 |
 * | actions      | `Box` of 1: a torque u from -2 to 2; one beyond is clipped |
 * | reward       | r of where the step began, θ between -π and π: from -16.3 to 0 |
 * | start        | any angle, and a velocity within 1; `reset({ options: { xInit, yInit } })` gives other bounds for either |
 * | terminated   | never |
 * | truncated    | `make('Pendulum-v1')` cuts after 200 steps |
 *
 * Same as `PendulumEnv` of Gymnasium 1.4, except: the options of `reset` are `xInit` and `yInit`, there `x_init` and `y_init`; a seed draws
 * other starts; and there are `picture` and a `render` in characters in place of a `render_mode`. Writing into `state` moves the pendulum.
 *
 * @throws Error if a step is taken before the first reset.
 * @throws RangeError if an action is not one finite number, or `g`, `xInit` or `yInit` is not finite.
 *
 * @example
 * import { Pendulum } from '@kasane/rl';
 * const env = new Pendulum();
 * env.reset({ seed: 1 });
 * env.state.set([Math.PI / 2, 0]); // angle, velocity
 * env.step(Float32Array.of(2)).reward.toFixed(4); // => -2.4714
 * @category Environments
 */
export class Pendulum extends SeededEnv<Float32Array, Float32Array> {
  readonly observationSpace: Box = new Box([-1, -1, -maxSpeed], [1, 1, maxSpeed]);
  readonly actionSpace: Box = new Box([-maxTorque], [maxTorque]);
  /** To the left is the positive way, counterclockwise. */
  readonly keys: Readonly<Record<string, Float32Array>> = {
    '': Float32Array.of(0),
    ArrowLeft: Float32Array.of(maxTorque),
    ArrowRight: Float32Array.of(-maxTorque),
  };
  /** Angle and angular velocity. */
  readonly state: Float64Array = new Float64Array(2);
  readonly #g: number;

  constructor(options?: PendulumOptions) {
    super();
    const { g = 10 } = optionsOf('Pendulum', options, ['g']);
    requireFinite('Pendulum', 'g', g);
    this.#g = g;
  }

  /** Torques beyond the space are clipped. */
  protected override requireAction(action: Float32Array): void {
    requireNumbers('Pendulum', action, 1);
  }

  protected begin(options: Readonly<Record<string, unknown>>): Reset<Float32Array> {
    const [xInit, yInit] = pendulumBounds('Pendulum', options);
    this.state[0] = xInit * (2 * this.generator.random() - 1);
    this.state[1] = yInit * (2 * this.generator.random() - 1);
    return { observation: this.#observe(), info: noInfo };
  }

  protected advance(action: Float32Array): Step<Float32Array> {
    const reward = stepPendulum(this.state, 0, action[0]!, this.#g);
    return {
      observation: this.#observe(),
      reward,
      terminated: false,
      truncated: false,
      info: noInfo,
    };
  }

  /** What it looks like as pixels. */
  picture(options?: PictureOptions): Picture {
    return drawPendulum(this.state, options);
  }

  /** What it looks like in characters. */
  render(): string {
    return textOf(this.picture({ width: 40 }));
  }

  #observe(): Float32Array {
    const observation = new Float32Array(3);
    observePendulum(this.state, 0, observation, 0);
    return observation;
  }
}

/** The greatest angle and velocity that a start is drawn from. @internal */
export function pendulumBounds(
  owner: string,
  options: Readonly<Record<string, unknown>>,
): readonly [angle: number, speed: number] {
  const { xInit = Math.PI, yInit = 1 } = optionsOf<
    { xInit?: number; yInit?: number },
    ['xInit', 'yInit']
  >(owner, options, ['xInit', 'yInit']);
  requireFinite(owner, 'xInit', xInit);
  requireFinite(owner, 'yInit', yInit);
  return [xInit, yInit];
}

/** Writes what is seen of the two numbers at `at` to the three at `to`. @internal */
export function observePendulum(
  state: Float64Array,
  at: number,
  out: Float32Array,
  to: number,
): void {
  out[to] = Math.cos(state[at]!);
  out[to + 1] = Math.sin(state[at]!);
  out[to + 2] = state[at + 1]!;
}

/** Moves the pendulum whose two numbers begin at `at`, and returns the reward. @internal */
export function stepPendulum(
  state: Float64Array | Float32Array,
  at: number,
  given: number,
  g: number,
): number {
  const angle = state[at]!;
  const speed = state[at + 1]!;
  const torque = Math.min(Math.max(given, -maxTorque), maxTorque);
  const turns = Math.floor((angle + Math.PI) / (2 * Math.PI));
  const fromUpright = angle - turns * 2 * Math.PI;
  const reward = -(fromUpright ** 2 + 0.1 * speed ** 2 + 0.001 * torque ** 2);
  const gain = 1.5 * g * Math.sin(angle) + 3 * torque;
  const next = Math.min(Math.max(speed + gain * dt, -maxSpeed), maxSpeed);
  state[at] = angle + next * dt;
  state[at + 1] = next;
  return reward;
}
