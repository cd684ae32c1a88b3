import type { Env } from '../env.ts';
import { Box } from '../spaces/box.ts';
import { boxOf } from './box-of.ts';
import { TransformAction } from './transform-action.ts';

/**
 * Takes any numbers as actions, and clips them to the bounds of the environment inside. Same as `gymnasium.wrappers.ClipAction`.
 *
 * $$ a_i = \min(\max(a'_i, \text{low}_i), \text{high}_i) $$
 *
 * @throws TypeError if the actions are not from a `Box`.
 *
 * @example
 * import { ClipAction, MountainCarContinuous } from '@kasane/rl';
 * const env = new ClipAction(new MountainCarContinuous());
 * env.reset({ seed: 1 });
 * env.step(Float32Array.of(2)).reward; // => -0.1
 * @category Wrappers
 */
export class ClipAction<Observation> extends TransformAction<
  Observation,
  Float32Array,
  Float32Array
> {
  constructor(env: Env<Observation, Float32Array>) {
    const { low, high, shape } = boxOf('ClipAction', 'actions', Object(env).actionSpace);
    super(
      env,
      (action) => action.map((x, i) => Math.min(Math.max(x, low[i]!), high[i]!)),
      new Box(-Infinity, Infinity, { shape }),
    );
  }
}
