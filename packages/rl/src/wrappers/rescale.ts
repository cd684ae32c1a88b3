import type { Env } from '../env.ts';
import { boxOf, rescaling } from './box-of.ts';
import { TransformAction } from './transform-action.ts';
import { TransformObservation } from './transform-observation.ts';

/**
 * Takes actions between two bounds, and stretches them to those of the environment inside. Each bound is a number, or a list with one for each
 * number of an action.
 *
 * $$ a = \text{low} + (\text{high} - \text{low}) \frac{a' - \text{minAction}}{\text{maxAction} - \text{minAction}} $$
 *
 * Beside an infinite bound numbers are only moved, by the other one if that is finite. Same as `gymnasium.wrappers.RescaleAction`.
 *
 * @throws TypeError if the actions are not from a `Box`.
 * @throws RangeError if two bounds are the same, or one is infinite and the other is not.
 *
 * @example
 * import { Pendulum, RescaleAction } from '@kasane/rl';
 * const env = new RescaleAction(new Pendulum(), -1, 1);
 * env.actionSpace.toString(); // => Box(-1, 1, [1])
 * env.reset({ seed: 1 });
 * env.step(Float32Array.of(0.5)).truncated; // => false
 * @category Wrappers
 */
export class RescaleAction<Observation> extends TransformAction<
  Observation,
  Float32Array,
  Float32Array
> {
  constructor(
    env: Env<Observation, Float32Array>,
    minAction: number | ArrayLike<number>,
    maxAction: number | ArrayLike<number>,
  ) {
    const inner = boxOf('RescaleAction', 'actions', Object(env).actionSpace);
    const { box, backward } = rescaling('RescaleAction', inner, minAction, maxAction);
    super(env, backward, box);
  }
}

/**
 * Shows observations stretched to other bounds. Each bound is a number, or a list with one for each number of an observation.
 *
 * $$ o' = \text{minObservation} + (\text{maxObservation} - \text{minObservation}) \frac{o - \text{low}}{\text{high} - \text{low}} $$
 *
 * Beside an infinite bound numbers are only moved, by the other one if that is finite. Same as `gymnasium.wrappers.RescaleObservation`.
 *
 * @throws TypeError if the observations are not from a `Box`.
 * @throws RangeError if two bounds are the same, or one is infinite and the other is not.
 *
 * @example
 * import { MountainCar, RescaleObservation } from '@kasane/rl';
 * const env = new RescaleObservation(new MountainCar(), 0, 1);
 * env.reset({ options: { low: -0.3, high: -0.3 } }).observation.join(); // => 0.5,0.5
 * @category Wrappers
 */
export class RescaleObservation<Action> extends TransformObservation<
  Float32Array,
  Float32Array,
  Action
> {
  constructor(
    env: Env<Float32Array, Action>,
    minObservation: number | ArrayLike<number>,
    maxObservation: number | ArrayLike<number>,
  ) {
    const inner = boxOf('RescaleObservation', 'observations', Object(env).observationSpace);
    const { box, forward } = rescaling('RescaleObservation', inner, minObservation, maxObservation);
    super(env, forward, box);
  }
}
