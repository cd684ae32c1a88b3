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
 * A car in a valley, too weak to drive up the hill on its right: push left (0), not at all (1), or right (2).
 *
 * Observations are position and velocity. Every step pays -1. An episode ends at 0.5; `make('MountainCar-v0')` cuts it after 200 steps.
 * Starts are drawn from [-0.6, -0.4] at rest; `reset({ options: { low, high } })` changes that.
 *
 * Same as `MountainCarEnv` of Gymnasium. Writing into `state` moves the car.
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
 * `MountainCar` with a force from -1 to 1 instead of three pushes.
 *
 * A step pays -0.1 force², of the force as it is given: a force beyond 1 pushes as 1 does and costs more. The goal, at 0.45, pays 100.
 * `make('MountainCarContinuous-v0')` cuts an episode after 999 steps.
 *
 * Same as `Continuous_MountainCarEnv` of Gymnasium, which keeps its state in float32. Writing into `state` moves the car.
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
