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
 * $$ b_i = \operatorname{clip}\Bigl(\Bigl\lfloor \frac{x_i - \text{low}_i}{w_i} \Bigr\rfloor, 0, n_i - 1\Bigr), \quad w_i = \frac{\text{high}_i - \text{low}_i}{n_i}, \qquad o' = \sum_i b_i \prod_{j > i} n_j $$
 *
 * `bins` is a number for all, or a list with one for each. The number of a bin has the $b_i$ as digits, the last of them the lowest. Same
 * as `gymnasium.wrappers.DiscretizeObservation`, without its option for lists of numbers.
 *
 * @throws TypeError if the observations are not from a `Box`.
 * @throws RangeError if that has no bounds or two that are the same, or `bins` is not whole numbers of at least 1, as many as the box has.
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
 * $$ a_i = \text{low}_i + w_i (b_i + \tfrac12), \quad w_i = \frac{\text{high}_i - \text{low}_i}{n_i} $$
 *
 * `bins` and their numbers are as those of `DiscretizeObservation`. Same as `gymnasium.wrappers.DiscretizeAction`, without its option for lists
 * of numbers.
 *
 * @throws TypeError if the actions are not from a `Box`.
 * @throws RangeError if that has no bounds or two that are the same, `bins` is not whole numbers of at least 1, as many as the box has, or
 * an action is none of the bins.
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
