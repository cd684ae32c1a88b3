import { optionsOf, shown } from '@kasane/tensor-core';
import type { Reset, Step } from '../env.ts';
import { Box } from '../spaces/box.ts';
import { Discrete } from '../spaces/discrete.ts';
import { drawCartPole } from './drawing/controls.ts';
import { textOf, type Picture, type PictureOptions } from './drawing/picture.ts';
import { boundsOf } from './reset-options.ts';
import { noInfo, SeededEnv } from './seeded-env.ts';

/** Options of `CartPole`. */
export interface CartPoleOptions {
  /** Pays 0 for each step and -1 for the last one, as in Sutton and Barto's book. Default: false, which pays 1 each. */
  readonly suttonBartoReward?: boolean;
  /** 'semi-implicit-euler' moves with the new velocities. Default: 'euler', with the old ones. */
  readonly kinematicsIntegrator?: 'euler' | 'semi-implicit-euler';
}

const gravity = 9.8;
const poleMass = 0.1;
const perMass = 1 / (1 + poleMass);
/** From the hinge to the middle of the pole. */
const length = 0.5;
const force = 10;
/** Seconds per step. */
const tau = 0.02;

/** How far the cart gets from the middle before an episode ends. */
export const cartLimit = 2.4;
/** The angle of the pole, in radians, at which an episode ends: 12°. */
export const angleLimit: number = (12 * 2 * Math.PI) / 360;

/**
 * A pole on a cart: push the cart left or right so that the pole stays up.
 *
 * $$ \ddot\theta = \frac{g \sin\theta - u \cos\theta}{l\, (\frac43 - \frac{m_p}{m} \cos^2\theta)}, \quad \ddot x = u - \frac{m_p l}{m} \ddot\theta \cos\theta, \quad u = \frac{F + m_p l\, \dot\theta^2 \sin\theta}{m} $$
 *
 * | part         | what |
 * | ------------ | ---- |
 * | observations | `Box` of 4: position within ±4.8, velocity without bounds, angle within ±24° (0.419 radians, 0 is upright), its velocity without bounds |
 * | actions      | `Discrete(2)`: a force F to the left (0), to the right (1) |
 * | reward       | 1 for each step, the last one too; `suttonBartoReward` pays 0, and -1 for the last |
 * | start        | all four from [-0.05, 0.05]; `reset({ options: { low, high } })` changes that |
 * | terminated   | once the cart is more than 2.4 from the middle, or the pole more than 12° from upright |
 * | truncated    | `make('CartPole-v1')` cuts after 500 steps, 475 on average count as solved; 'CartPole-v0' after 200, with 195 |
 *
 * The force is 10, g = 9.8, the pole's mass $m_p$ is 0.1 of m = 1.1 and half its length l is 0.5; a step is 0.02 seconds of Euler's method,
 * with the old velocities.
 *
 * Same as `CartPoleEnv` of Gymnasium 1.4, in float64 and observed in float32, except: `kinematicsIntegrator` is an option, there an
 * attribute; a step after the end throws, there it warns; a seed draws other starts; and there are `picture` and a `render` in characters
 * in place of a `render_mode`. Writing into `state` moves the cart.
 *
 * @throws Error if a step is taken before the first reset or after the end.
 * @throws RangeError if an action is not in `actionSpace`, `kinematicsIntegrator` neither of the two, or `low` and `high` are not finite,
 * in this order.
 *
 * @example
 * import { CartPole } from '@kasane/rl';
 * const env = new CartPole();
 * env.reset({ seed: 1 });
 * env.state.set([0, 0, 0.1, 0]);
 * Array.from(env.step(1).observation, (x) => x.toFixed(3)).join(); // => 0.000,0.194,0.100,-0.260
 * @see https://doi.org/10.1109/TSMC.1983.6313077
 * @category Environments
 */
export class CartPole extends SeededEnv {
  readonly observationSpace: Box = new Box(
    [-2 * cartLimit, -Infinity, -2 * angleLimit, -Infinity],
    [2 * cartLimit, Infinity, 2 * angleLimit, Infinity],
  );
  readonly actionSpace: Discrete = new Discrete(2);
  /** Left and right; one of them at all times. */
  readonly keys: Readonly<Record<string, number>> = { ArrowLeft: 0, ArrowRight: 1 };
  /** Position, velocity, angle, angular velocity. */
  readonly state: Float64Array = new Float64Array(4);
  readonly #paysSteps: boolean;
  readonly #semiImplicit: boolean;

  constructor(options?: CartPoleOptions) {
    super();
    const { suttonBartoReward = false, kinematicsIntegrator: integrator = 'euler' } = optionsOf(
      'CartPole',
      options,
      ['suttonBartoReward', 'kinematicsIntegrator'],
    );
    if (integrator !== 'euler' && integrator !== 'semi-implicit-euler') {
      throw new RangeError(
        `CartPole: kinematicsIntegrator must be 'euler' or 'semi-implicit-euler', got ${shown(integrator)}.`,
      );
    }
    this.#paysSteps = !suttonBartoReward;
    this.#semiImplicit = integrator !== 'euler';
  }

  protected begin(options: Readonly<Record<string, unknown>>): Reset<Float32Array> {
    const [low, high] = boundsOf('CartPole', options, -0.05, 0.05);
    for (let i = 0; i < 4; i++) this.state[i] = low + (high - low) * this.generator.random();
    return { observation: new Float32Array(this.state), info: noInfo };
  }

  protected advance(action: number): Step<Float32Array> {
    const { state } = this;
    stepCartPole(state, 0, action, this.#semiImplicit);
    const terminated = hasFallen(state[0]!, state[2]!);
    const observation = new Float32Array(4);
    for (let i = 0; i < 4; i++) observation[i] = state[i]!; // quicker than copying four by `set`
    const reward = this.#paysSteps ? 1 : terminated ? -1 : 0;
    return { observation, reward, terminated, truncated: false, info: noInfo };
  }

  /** What it looks like as pixels. */
  picture(options?: PictureOptions): Picture {
    return drawCartPole(this.state, options);
  }

  /** What it looks like in characters. */
  render(): string {
    return textOf(this.picture({ width: 60 }));
  }
}

/** Whether the cart is too far out, or the pole too low. @internal */
export function hasFallen(x: number, theta: number): boolean {
  return x < -cartLimit || x > cartLimit || theta < -angleLimit || theta > angleLimit;
}

/** The largest angle that the series below have terms enough for: poles that lean more have fallen. */
const small = 0.45;

/** Sine of a small angle, to the last bits, by Taylor's series: `Math.sin` takes longer than all the rest, and is not the same everywhere. */
function smallSin(x: number): number {
  const y = x * x;
  const tail = 1 / 362880 - y * (1 / 39916800 - y * (1 / 6227020800));
  return x - x * y * (1 / 6 - y * (1 / 120 - y * (1 / 5040 - y * tail)));
}

/** Cosine of the same. */
function smallCos(x: number): number {
  const y = x * x;
  const tail = 1 / 3628800 - y * (1 / 479001600 - y * (1 / 87178291200));
  return 1 - y * (1 / 2 - y * (1 / 24 - y * (1 / 720 - y * (1 / 40320 - y * tail))));
}

/** Moves the cart whose four numbers begin at `at`. @internal */
export function stepCartPole(
  state: Float64Array | Float32Array,
  at: number,
  action: number,
  semiImplicit: boolean,
): void {
  const atVelocity = at + 1;
  const atAngle = at + 2;
  const atSpin = at + 3;
  const velocity = state[atVelocity]!;
  const angle = state[atAngle]!;
  const spin = state[atSpin]!;
  const push = action === 1 ? force : -force;
  const isSmall = angle > -small && angle < small;
  const sin = isSmall ? smallSin(angle) : Math.sin(angle);
  const cos = isSmall ? smallCos(angle) : Math.cos(angle);
  const share = (push + poleMass * length * (spin * spin * sin)) * perMass;
  const spinGain =
    (gravity * sin - cos * share) / (length * (4 / 3 - poleMass * perMass * (cos * cos)));
  const gain = share - poleMass * length * perMass * (spinGain * cos);
  const nextVelocity = velocity + tau * gain;
  const nextSpin = spin + tau * spinGain;
  state[at] = state[at]! + tau * (semiImplicit ? nextVelocity : velocity);
  state[atAngle] = angle + tau * (semiImplicit ? nextSpin : spin);
  state[atVelocity] = nextVelocity;
  state[atSpin] = nextSpin;
}
