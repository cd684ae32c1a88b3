import type { Env } from '../env.ts';
import type { Box } from '../spaces/box.ts';
import { flattener } from '../spaces/flatten.ts';
import { requireEnv } from './around.ts';
import { TransformObservation } from './transform-observation.ts';

/**
 * Shows observations of any kind as numbers in a row, as `flatten` makes them: a state's number becomes zeros and a one, which networks can
 * learn from.
 *
 * Same as `gymnasium.wrappers.FlattenObservation`.
 *
 * @throws TypeError if the space is of a kind that `flatten` does not know.
 *
 * @example
 * import { FlattenObservation, FrozenLake } from '@kasane/rl';
 * const env = new FlattenObservation(new FrozenLake());
 * env.observationSpace.shape; // => [16]
 * env.reset({ seed: 1 }).observation.indexOf(1); // => 0
 * @category Wrappers
 */
export class FlattenObservation<Inner, Action> extends TransformObservation<
  Inner,
  Float32Array,
  Action
> {
  declare readonly observationSpace: Box;

  constructor(env: Env<Inner, Action>) {
    const { observationSpace } = requireEnv('FlattenObservation', env);
    const { space, flatten } = flattener('FlattenObservation', observationSpace);
    super(env, flatten, space);
  }
}
