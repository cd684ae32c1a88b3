import { optionsOf, shown } from '@kasane/tensor-core';
import type { Reset, Step } from '../env.ts';
import { Box } from '../spaces/box.ts';
import { Discrete } from '../spaces/discrete.ts';
import { drawAcrobot } from './drawing/controls.ts';
import { textOf, type Picture, type PictureOptions } from './drawing/picture.ts';
import { boundsOf } from './reset-options.ts';
import { noInfo, SeededEnv } from './seeded-env.ts';

/** Options of `Acrobot`. */
export interface AcrobotOptions {
  /** Which equations move it: those of Sutton and Barto's 'book' or those of Sutton's paper ('nips'). Default: 'book'. */
  readonly bookOrNips?: 'book' | 'nips';
}

// Both links are 1 long and weigh 1, with their centre in the middle and a moment of inertia of 1.
const centre = 0.5;
const gravity = 9.8;
/** Seconds per step. */
const dt = 0.2;
const maxSpin1 = 4 * Math.PI;
const maxSpin2 = 9 * Math.PI;

/**
 * Two links that hang from a hinge: swing the lower end above a line by a torque between the links.
 *
 * $$ \ddot\theta_2 = \frac{\tau + \frac{d_2}{d_1} \phi_1 - \frac12 \dot\theta_1^2 \sin\theta_2 - \phi_2}{\frac54 - d_2^2 / d_1}, \quad \ddot\theta_1 = -\frac{d_2 \ddot\theta_2 + \phi_1}{d_1} $$
 *
 * $$ d_1 = \tfrac72 + \cos\theta_2, \; d_2 = \tfrac54 + \tfrac12 \cos\theta_2 $$
 *
 * $$ \phi_2 = 4.9 \sin(\theta_1 + \theta_2), \quad \phi_1 = -\tfrac12 \dot\theta_2 (\dot\theta_2 + 2 \dot\theta_1) \sin\theta_2 + 14.7 \sin\theta_1 + \phi_2 $$
 *
 * | part         | what |
 * | ------------ | ---- |
 * | observations | `Box` of 6: cosine and sine of θ₁ (0 hangs down), of θ₂ (0 is in line with the first), each from -1 to 1; both velocities, within 4π and 9π |
 * | actions      | `Discrete(3)`: a torque τ of -1 (0), none (1), of 1 (2) |
 * | reward       | -1 for each step, 0 for the one that reaches the line |
 * | start        | angles and velocities from [-0.1, 0.1]; `reset({ options: { low, high } })` changes that |
 * | terminated   | once -cos θ₁ - cos(θ₁ + θ₂) > 1 |
 * | truncated    | `make('Acrobot-v1')` cuts after 500 steps; a mean return of -100 counts as solved |
 *
 * A step is 0.2 seconds, by one step of a fourth-order Runge-Kutta method; 'nips' leaves out the term with the square of the first
 * velocity.
 *
 * Same as `AcrobotEnv` of Gymnasium 1.4, except: `bookOrNips` is an option, there an attribute; the state is float64 from the start, there
 * float32 until the first step; a step after the end throws; a seed draws other starts; and there are `picture` and a `render` in
 * characters in place of a `render_mode`. Writing into `state` moves it.
 *
 * @throws Error if a step is taken before the first reset or after the end.
 * @throws RangeError if an action is not in `actionSpace`, `bookOrNips` neither of the two, or `low` and `high` are not finite, in this
 * order.
 *
 * @example
 * import { Acrobot } from '@kasane/rl';
 * const env = new Acrobot();
 * env.reset({ seed: 1 });
 * env.state.set([2, 0, 3, 0]); // both angles, both velocities
 * env.step(1).terminated; // => true
 * @see https://papers.nips.cc/paper/1995/hash/8f1d43620bc6bb580df6e80b0dc05c48-Abstract.html
 * @category Environments
 */
export class Acrobot extends SeededEnv {
  readonly observationSpace: Box = new Box(
    [-1, -1, -1, -1, -maxSpin1, -maxSpin2],
    [1, 1, 1, 1, maxSpin1, maxSpin2],
  );
  readonly actionSpace: Discrete = new Discrete(3);
  readonly keys: Readonly<Record<string, number>> = { '': 1, ArrowLeft: 0, ArrowRight: 2 };
  /** Both angles, then both angular velocities. */
  readonly state: Float64Array = new Float64Array(4);
  readonly #nips: boolean;

  constructor(options?: AcrobotOptions) {
    super();
    const { bookOrNips = 'book' } = optionsOf('Acrobot', options, ['bookOrNips']);
    if (bookOrNips !== 'book' && bookOrNips !== 'nips') {
      throw new RangeError(
        `Acrobot: bookOrNips must be 'book' or 'nips', got ${shown(bookOrNips)}.`,
      );
    }
    this.#nips = bookOrNips === 'nips';
  }

  protected begin(options: Readonly<Record<string, unknown>>): Reset<Float32Array> {
    const [low, high] = boundsOf('Acrobot', options, -0.1, 0.1);
    for (let i = 0; i < 4; i++) this.state[i] = low + (high - low) * this.generator.random();
    return { observation: this.#observe(), info: noInfo };
  }

  protected advance(action: number): Step<Float32Array> {
    const terminated = stepAcrobot(this.state, 0, action - 1, this.#nips);
    const reward = terminated ? 0 : -1;
    return { observation: this.#observe(), reward, terminated, truncated: false, info: noInfo };
  }

  /** What it looks like as pixels. */
  picture(options?: PictureOptions): Picture {
    return drawAcrobot(this.state, options);
  }

  /** What it looks like in characters. */
  render(): string {
    return textOf(this.picture({ width: 40 }));
  }

  #observe(): Float32Array {
    const observation = new Float32Array(6);
    observeAcrobot(this.state, 0, observation, 0);
    return observation;
  }
}

/** Writes what is seen of the four numbers at `at` to the six at `to`. @internal */
export function observeAcrobot(
  state: Float64Array | Float32Array,
  at: number,
  out: Float32Array,
  to: number,
): void {
  out[to] = Math.cos(state[at]!);
  out[to + 1] = Math.sin(state[at]!);
  out[to + 2] = Math.cos(state[at + 1]!);
  out[to + 3] = Math.sin(state[at + 1]!);
  out[to + 4] = state[at + 2]!;
  out[to + 5] = state[at + 3]!;
}

// Where the steps of the method are computed; nothing is kept in them.
const point = new Float64Array(4);
const slope = new Float64Array(4);
const sum = new Float64Array(4);

/** Moves the links whose four numbers begin at `at`; true once they reach the line. @internal */
export function stepAcrobot(
  state: Float64Array | Float32Array,
  at: number,
  torque: number,
  nips: boolean,
): boolean {
  for (let i = 0; i < 4; i++) point[i] = state[at + i]!;
  sum.fill(0);
  for (let stage = 0; stage < 4; stage++) {
    findSlope(torque, nips);
    const weight = stage === 0 || stage === 3 ? dt / 6 : dt / 3;
    const ahead = stage === 2 ? dt : dt / 2;
    for (let i = 0; i < 4; i++) {
      sum[i] = sum[i]! + weight * slope[i]!;
      point[i] = state[at + i]! + ahead * slope[i]!;
    }
  }
  const first = wrapped(state[at]! + sum[0]!);
  const second = wrapped(state[at + 1]! + sum[1]!);
  state[at] = first;
  state[at + 1] = second;
  state[at + 2] = clipped(state[at + 2]! + sum[2]!, maxSpin1);
  state[at + 3] = clipped(state[at + 3]! + sum[3]!, maxSpin2);
  return -Math.cos(first) - Math.cos(second + first) > 1;
}

/** The time derivative of `point`, into `slope`. */
function findSlope(torque: number, nips: boolean): void {
  const angle1 = point[0]!;
  const angle2 = point[1]!;
  const spin1 = point[2]!;
  const spin2 = point[3]!;
  const sin2 = Math.sin(angle2);
  const cos2 = Math.cos(angle2);
  const d1 = centre ** 2 + (1 + centre ** 2 + 2 * centre * cos2) + 2;
  const d2 = centre ** 2 + centre * cos2 + 1;
  const phi2 = centre * gravity * Math.sin(angle1 + angle2);
  const phi1 =
    -centre * spin2 * (spin2 + 2 * spin1) * sin2 + (centre + 1) * gravity * Math.sin(angle1) + phi2;
  const pull = nips ? 0 : centre * spin1 * spin1 * sin2;
  const gain2 = (torque + (d2 / d1) * phi1 - pull - phi2) / (centre ** 2 + 1 - (d2 * d2) / d1);
  slope[0] = spin1;
  slope[1] = spin2;
  slope[2] = -(d2 * gain2 + phi1) / d1;
  slope[3] = gain2;
}

/** An angle between -π and π. */
function wrapped(angle: number): number {
  let x = angle;
  while (x > Math.PI) x -= 2 * Math.PI;
  while (x < -Math.PI) x += 2 * Math.PI;
  return x;
}

function clipped(x: number, most: number): number {
  return Math.min(Math.max(x, -most), most);
}
