import { requireWhole, shown } from '@kasane/tensor-core';
import type { Env } from '../env.ts';
import type { Box } from '../spaces/box.ts';
import { Discrete } from '../spaces/discrete.ts';
import { boxOf } from './box-of.ts';
import { ActionWrapper } from './transform-action.ts';
import { ObservationWrapper } from './transform-observation.ts';

/** The bins along each number of a box. */
interface Grid {
  readonly counts: readonly number[];
  readonly low: Float32Array;
  /** How wide a bin is. */
  readonly widths: Float64Array;
  readonly space: Discrete;
}

/**
 * Cuts the range of each number into `bins` of the same width, and shows the number of the bin that an observation is in: what methods with a
 * table can learn from.
 *
 * `bins` is a number for all, or a list with one for each. The bins are counted as the digits of a number are, the last of them the lowest.
 * Same as `gymnasium.wrappers.DiscretizeObservation`, without its option for lists of numbers.
 *
 * Throws TypeError unless the observations are from a `Box`, RangeError where that has no bounds.
 *
 * @example
 * import { DiscretizeObservation, MountainCar } from '@kasane/rl';
 * const env = new DiscretizeObservation(new MountainCar(), 10);
 * env.observationSpace.n; // => 100
 * env.reset({ options: { low: -0.45, high: -0.45 } }).observation; // => 45
 * @category Wrappers
 */
export class DiscretizeObservation<Action> extends ObservationWrapper<
  Float32Array,
  number,
  Action
> {
  readonly observationSpace: Discrete;
  readonly #grid: Grid;

  constructor(env: Env<Float32Array, Action>, bins: number | readonly number[]) {
    super(env);
    const box = boxOf('DiscretizeObservation', 'observations', env.observationSpace);
    this.#grid = gridOf('DiscretizeObservation', box, bins);
    this.observationSpace = this.#grid.space;
  }

  protected observation(inner: Float32Array): number {
    const { counts, low, widths } = this.#grid;
    let place = 0;
    for (let i = 0; i < counts.length; i++) {
      const bin = Math.floor((inner[i]! - low[i]!) / widths[i]!);
      place = place * counts[i]! + Math.min(Math.max(bin, 0), counts[i]! - 1);
    }
    return place;
  }
}

/**
 * Takes the number of a bin as an action, and gives the environment inside the middle of it.
 *
 * `bins` and their numbers are as those of `DiscretizeObservation`. Same as `gymnasium.wrappers.DiscretizeAction`, without its option for lists
 * of numbers.
 *
 * Throws TypeError unless the actions are from a `Box`, RangeError where that has no bounds.
 *
 * @example
 * import { DiscretizeAction, MountainCarContinuous } from '@kasane/rl';
 * const env = new DiscretizeAction(new MountainCarContinuous(), 2);
 * env.reset({ seed: 1 });
 * env.step(1).reward; // => -0.025
 * @category Wrappers
 */
export class DiscretizeAction<Observation> extends ActionWrapper<
  Observation,
  Float32Array,
  number
> {
  readonly actionSpace: Discrete;
  readonly #grid: Grid;

  constructor(env: Env<Observation, Float32Array>, bins: number | readonly number[]) {
    super(env);
    const box = boxOf('DiscretizeAction', 'actions', env.actionSpace);
    this.#grid = gridOf('DiscretizeAction', box, bins);
    this.actionSpace = this.#grid.space;
  }

  protected action(place: number): Float32Array {
    if (!this.actionSpace.contains(place)) {
      throw new RangeError(
        `DiscretizeAction: an action must be in ${this.actionSpace}, got ${shown(place)}.`,
      );
    }
    const { counts, low, widths } = this.#grid;
    const middle = new Float32Array(counts.length);
    let rest = place;
    for (let i = counts.length - 1; i >= 0; i--) {
      middle[i] = low[i]! + widths[i]! * ((rest % counts[i]!) + 0.5);
      rest = Math.floor(rest / counts[i]!);
    }
    return middle;
  }
}

function gridOf(owner: string, { low, high }: Box, bins: number | readonly number[]): Grid {
  const counts: readonly number[] =
    typeof bins === 'number' ? new Array<number>(low.length).fill(bins) : bins;
  if (!Array.isArray(counts) || counts.length !== low.length) {
    throw new RangeError(
      `${owner}: bins must be a number or a list of ${low.length}, got ${Array.isArray(counts) ? counts.length : shown(bins)}.`,
    );
  }
  const widths = new Float64Array(low.length);
  counts.forEach((count: number, i) => {
    requireWhole(owner, 'the number of bins', count, 1, 2 ** 31);
    widths[i] = (high[i]! - low[i]!) / count;
    if (widths[i]! > 0 && widths[i]! < Infinity) return;
    throw new RangeError(
      `${owner}: bins need two bounds that differ, got ${low[i]} and ${high[i]} at ${i}; clip or rescale first.`,
    );
  });
  const space = new Discrete(counts.reduce((a: number, b: number) => a * b, 1));
  return { counts, low, widths, space };
}
