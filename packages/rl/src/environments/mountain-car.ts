import { optionsOf } from '@kasane/tensor-core';
import type { Reset, Step } from '../env.ts';
import { Box } from '../spaces/box.ts';
import { Discrete } from '../spaces/discrete.ts';
import { drawMountainCar } from './drawing/controls.ts';
import { textOf, type Picture, type PictureOptions } from './drawing/picture.ts';
import { requireFinite } from '../planning/given.ts';
import { boundsOf, requireNumbers } from './reset-options.ts';
import { noInfo, SeededEnv } from './seeded-env.ts';

/** Options of `MountainCar` and `MountainCarContinuous`. */
export interface MountainCarOptions {
  /** How fast the car must be at the goal. Default: 0. */
  readonly goalVelocity?: number;
}

const minPosition = -1.2;
const maxPosition = 0.6;
const maxSpeed = 0.07;
const gravity = 0.0025;

/** Where the road of `MountainCar` ends well. @internal */
export const goalPosition = 0.5;
/** Where that of `MountainCarContinuous` does. @internal */
export const continuousGoal = 0.45;

/**
 * A car in a valley, too weak to drive up the hill on its right: push left, not at all, or right.
 *
 * $$ v \leftarrow \operatorname{clip}(v + 0.001\, (a - 1) - 0.0025 \cos 3x, -0.07, 0.07), \quad x \leftarrow \operatorname{clip}(x + v, -1.2, 0.6) $$
 *
 * | part         | what |
 * | ------------ | ---- |
 * | observations | `Box` of 2: position x from -1.2 to 0.6, velocity v from -0.07 to 0.07 |
 * | actions      | `Discrete(3)`: a push to the left (0), none (1), to the right (2) |
 * | reward       | -1 for each step |
 * | start        | a position from [-0.6, -0.4], at rest; `reset({ options: { low, high } })` changes that |
 * | terminated   | once x ≥ 0.5 and v ≥ `goalVelocity` |
 * | truncated    | `make('MountainCar-v0')` cuts after 200 steps; a mean return of -110 counts as solved |
 *
 * The left end is a wall, at which the velocity becomes 0.
 *
 * Same as `MountainCarEnv` of Gymnasium 1.4, except: a step after the end throws; a seed draws other starts; and there are `picture` and a
 * `render` in characters in place of a `render_mode`. Writing into `state` moves the car.
 *
 * @throws Error if a step is taken before the first reset or after the end.
 * @throws RangeError if an action is not in `actionSpace`, `goalVelocity` is not finite, or `low` and `high` are not finite, in this order.
 *
 * @example
 * import { MountainCar } from '@kasane/rl';
 * const env = new MountainCar();
 * env.reset({ options: { low: -0.5, high: -0.5 } });
 * env.step(2).observation[1]!.toFixed(6); // => 0.000823
 * @see https://www.cl.cam.ac.uk/techreports/UCAM-CL-TR-209.pdf
 * @category Environments
 */
export class MountainCar extends SeededEnv {
  readonly observationSpace: Box = road();
  readonly actionSpace: Discrete = new Discrete(3);
  readonly keys: Readonly<Record<string, number>> = { '': 1, ArrowLeft: 0, ArrowRight: 2 };
  /** Position and velocity. */
  readonly state: Float64Array = new Float64Array(2);
  readonly #goalVelocity: number;

  constructor(options?: MountainCarOptions) {
    super();
    this.#goalVelocity = goalVelocityOf('MountainCar', options);
  }

  protected begin(options: Readonly<Record<string, unknown>>): Reset<Float32Array> {
    const [low, high] = boundsOf('MountainCar', options, -0.6, -0.4);
    this.state[0] = low + (high - low) * this.generator.random();
    this.state[1] = 0;
    return { observation: new Float32Array(this.state), info: noInfo };
  }

  protected advance(action: number): Step<Float32Array> {
    const { state } = this;
    stepMountainCar(state, 0, (action - 1) * 0.001);
    const observation = new Float32Array(2);
    observation[0] = state[0]!;
    observation[1] = state[1]!;
    const terminated = state[0]! >= goalPosition && state[1]! >= this.#goalVelocity;
    return { observation, reward: -1, terminated, truncated: false, info: noInfo };
  }

  /** What it looks like as pixels. */
  picture(options?: PictureOptions): Picture {
    return drawMountainCar(this.state, goalPosition, options);
  }

  /** What it looks like in characters. */
  render(): string {
    return textOf(this.picture({ width: 60 }));
  }
}

/**
 * `MountainCar` with a force instead of three pushes.
 *
 * $$ v \leftarrow \operatorname{clip}(v + 0.0015 \operatorname{clip}(a, -1, 1) - 0.0025 \cos 3x, -0.07, 0.07), \quad x \leftarrow \operatorname{clip}(x + v, -1.2, 0.6) $$
 *
 * $$ r = 100 \cdot 1[\text{goal}] - 0.1\, a^2 $$
 *
 * | part         | what |
 * | ------------ | ---- |
 * | observations | `Box` of 2: position x from -1.2 to 0.6, velocity v from -0.07 to 0.07 |
 * | actions      | `Box` of 1: a force a from -1 to 1; one beyond pushes as 1 does, and costs more |
 * | reward       | -0.1 a² for each step, of the force as it is given, and 100 for the one that reaches the goal |
 * | start        | a position from [-0.6, -0.4], at rest; `reset({ options: { low, high } })` changes that |
 * | terminated   | once x ≥ 0.45 and v ≥ `goalVelocity` |
 * | truncated    | `make('MountainCarContinuous-v0')` cuts after 999 steps; a mean return of 90 counts as solved |
 *
 * Same as `Continuous_MountainCarEnv` of Gymnasium 1.4, which keeps its state in float32, too, except: a step after the end throws; a seed
 * draws other starts; and there are `picture` and a `render` in characters in place of a `render_mode`. Writing into `state` moves the car.
 *
 * @throws Error if a step is taken before the first reset or after the end.
 * @throws RangeError if an action is not one finite number, `goalVelocity` is not finite, or `low` and `high` are not finite, in this
 * order.
 *
 * @example
 * import { MountainCarContinuous } from '@kasane/rl';
 * const env = new MountainCarContinuous();
 * env.reset({ seed: 1 });
 * env.step(Float32Array.of(2)).reward; // => -0.4
 * @category Environments
 */
export class MountainCarContinuous extends SeededEnv<Float32Array, Float32Array> {
  readonly observationSpace: Box = road();
  readonly actionSpace: Box = new Box([-1], [1]);
  readonly keys: Readonly<Record<string, Float32Array>> = {
    '': Float32Array.of(0),
    ArrowLeft: Float32Array.of(-1),
    ArrowRight: Float32Array.of(1),
  };
  /** Position and velocity. */
  readonly state: Float32Array = new Float32Array(2);
  readonly #goalVelocity: number;

  constructor(options?: MountainCarOptions) {
    super();
    this.#goalVelocity = goalVelocityOf('MountainCarContinuous', options);
  }

  /** Forces beyond the space are clipped. */
  protected override requireAction(action: Float32Array): void {
    requireNumbers('MountainCarContinuous', action, 1);
  }

  protected begin(options: Readonly<Record<string, unknown>>): Reset<Float32Array> {
    const [low, high] = boundsOf('MountainCarContinuous', options, -0.6, -0.4);
    this.state[0] = low + (high - low) * this.generator.random();
    this.state[1] = 0;
    return { observation: this.state.slice(), info: noInfo };
  }

  protected advance(action: Float32Array): Step<Float32Array> {
    const { state } = this;
    const force = action[0]!;
    stepMountainCar(state, 0, Math.min(Math.max(force, -1), 1) * 0.0015);
    const terminated = state[0]! >= continuousGoal && state[1]! >= this.#goalVelocity;
    const reward = (terminated ? 100 : 0) - force * force * 0.1;
    return { observation: state.slice(), reward, terminated, truncated: false, info: noInfo };
  }

  /** What it looks like as pixels. */
  picture(options?: PictureOptions): Picture {
    return drawMountainCar(this.state, continuousGoal, options);
  }

  /** What it looks like in characters. */
  render(): string {
    return textOf(this.picture({ width: 60 }));
  }
}

function road(): Box {
  return new Box([minPosition, -maxSpeed], [maxPosition, maxSpeed]);
}

function goalVelocityOf(owner: string, options: MountainCarOptions | undefined): number {
  const { goalVelocity = 0 } = optionsOf(owner, options, ['goalVelocity']);
  requireFinite(owner, 'goalVelocity', goalVelocity);
  return goalVelocity;
}

/** Moves the car whose two numbers begin at `at`. @internal */
export function stepMountainCar(
  state: Float64Array | Float32Array,
  at: number,
  push: number,
): void {
  const wanted = state[at + 1]! + push - gravity * Math.cos(3 * state[at]!);
  const velocity = Math.min(Math.max(wanted, -maxSpeed), maxSpeed);
  const position = Math.min(Math.max(state[at]! + velocity, minPosition), maxPosition);
  state[at] = position;
  // The left end of the road is a wall.
  state[at + 1] = position === minPosition && velocity < 0 ? 0 : velocity;
}
