import { DataError, requireWhole, shown } from '@kasane/tensor-core';
import type { Env } from '../env.ts';
import { argmax } from '../planning/policies.ts';
import type { Discrete } from '../spaces/index.ts';
import {
  controlOf,
  EpisodeLoop,
  type ControlOptions,
  type EpisodeRecords,
} from '../tabular/learner.ts';
import type { BinaryFeatures } from './tile-coder.ts';

/** What `semiGradientSarsa` has learned. */
export interface LinearControlResult<Observation> extends EpisodeRecords {
  /** A weight for each feature, of each action, (A, features). */
  readonly weights: Float64Array[];
  /** Q(s, a) of all actions, (A). */
  values(observation: Observation): Float64Array;
  /** The best action: the first of those. */
  act(observation: Observation): number;
}

/**
 * Semi-gradient SARSA with values that are linear in features, such as those of a `TileCoder`. The features that s has are i ∈ s.
 *
 * $$ Q(s, a) = \sum_{i \in s} w_{a, i}, \qquad w_{a, i} \leftarrow w_{a, i} + \frac{\alpha}{\text{active}} \bigl[r + \gamma\, Q(s', a') - Q(s, a)\bigr] \text{ for each } i \in s $$
 *
 * α is what it is for a table: how far a value goes to its target; the features that are active share it. After the end of an episode nothing comes; where it
 * is only cut off, the value of the next state and action counts.
 *
 * @throws RangeError if `episodes` or `maxSteps` is not a whole number, `gamma`, `alpha` or `epsilon` not from 0 to 1, or the values grow
 * beyond all bounds.
 * @throws {@link DataError} if a reward is not finite, or a feature is none of those there are.
 *
 * @example
 * import { MountainCar, semiGradientSarsa, TileCoder } from '@kasane/rl';
 * import { Generator } from '@kasane/tensor-core';
 * const env = new MountainCar();
 * const coder = new TileCoder(env.observationSpace.low, env.observationSpace.high);
 * const options = { episodes: 50, gamma: 1, alpha: 0.5, epsilon: 0, generator: new Generator(1) };
 * const { lengths, values } = await semiGradientSarsa(env, coder, options);
 * lengths.at(-1)! < 300; // => true
 * const [slow, fast] = [0.01, 0.06].map((velocity) => Math.max(...values([0.2, velocity])));
 * fast! > slow!; // => true
 * @see Sutton and Barto (2018), section 10.1.
 */
export async function semiGradientSarsa<Observation>(
  env: Env<Observation, number> & { readonly actionSpace: Pick<Discrete, 'n'> },
  features: BinaryFeatures<Observation>,
  options: ControlOptions,
): Promise<LinearControlResult<Observation>> {
  const owner = 'semiGradientSarsa';
  const { alpha, epsilon, initial } = controlOf(owner, options);
  requireFeatures(owner, features);
  const episodes = new EpisodeLoop<Observation>(owner, env, options);
  const { gamma, numActions } = episodes;
  const { active } = features;
  const weights = Array.from({ length: numActions }, () =>
    new Float64Array(features.size).fill(initial / active),
  );
  const valuesOf = (tiles: Int32Array, values: Float64Array): Float64Array => {
    for (let a = 0; a < numActions; a++) {
      const own = weights[a]!;
      let sum = 0;
      for (let i = 0; i < active; i++) sum += own[tiles[i]!]!;
      values[a] = sum;
    }
    return values;
  };
  let tiles = new Int32Array(active);
  let nextTiles = new Int32Array(active);
  let values = new Float64Array(numActions);
  let nextValues = new Float64Array(numActions);
  for await (const start of episodes.starts()) {
    const rate = episodes.at('alpha', alpha) / active;
    const explore = episodes.at('epsilon', epsilon);
    features.encode(start, tiles);
    let a = episodes.epsilonGreedy(valuesOf(tiles, values), explore);
    while (!episodes.over) {
      const { observation: next, reward, terminated } = episodes.step(a);
      if (episodes.due) await episodes.give();
      features.encode(next, nextTiles);
      const nextAction = episodes.epsilonGreedy(valuesOf(nextTiles, nextValues), explore);
      const target = reward + (terminated ? 0 : gamma * nextValues[nextAction]!);
      const error = target - valuesOf(tiles, values)[a]!;
      if (!Number.isFinite(error)) throw noFeatures(owner, tiles, features.size);
      const own = weights[a]!;
      for (let i = 0; i < active; i++) own[tiles[i]!]! += rate * error;
      [tiles, nextTiles] = [nextTiles, tiles];
      [values, nextValues] = [nextValues, values];
      a = nextAction;
    }
  }
  const read = (observation: Observation): Float64Array =>
    valuesOf(features.encode(observation), new Float64Array(numActions));
  return {
    weights,
    values: read,
    act: (observation) => argmax(read(observation)),
    ...episodes.records(),
  };
}

/** Throws unless there are features to learn of. */
function requireFeatures(owner: string, features: unknown): void {
  const given = Object(features) as Partial<BinaryFeatures<unknown>>; // null has none
  const { size = Number.NaN, active = Number.NaN, encode } = given;
  if (typeof encode !== 'function') {
    throw new TypeError(
      `${owner}: needs features with encode, such as a TileCoder, got ${shown(features)}.`,
    );
  }
  requireWhole(owner, 'the number of features', size, 1);
  requireWhole(owner, 'the number of active features', active, 1, size);
}

/** The error where values are not finite: of a feature that there is not, or of values that grew beyond all bounds. */
function noFeatures(owner: string, tiles: Int32Array, size: number): Error {
  const strange = tiles.find((tile) => !(tile >= 0 && tile < size));
  return strange === undefined
    ? new RangeError(`${owner}: the values are not finite any more. Use a smaller alpha.`)
    : new DataError(`${owner}: encode must give numbers from 0 to ${size - 1}, got ${strange}.`);
}
