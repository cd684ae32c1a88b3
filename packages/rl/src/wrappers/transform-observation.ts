import { requireFunction } from '@kasane/tensor-core';
import type { Env, Reset, ResetOptions, Step } from '../env.ts';
import type { Space } from '../spaces/space.ts';
import { requireSpace } from '../spaces/tuple.ts';
import { Around } from './around.ts';

/**
 * A wrapper that shows something else than what the environment inside shows; a subclass has `observation`, which makes it, and its space.
 *
 * As `gymnasium.ObservationWrapper`.
 *
 * @example
 * import { Discrete, FrozenLake, ObservationWrapper } from '@kasane/rl';
 * class Column extends ObservationWrapper<number, number, number> {
 *   readonly observationSpace = new Discrete(4);
 *   observation(s: number) {
 *     return s % 4;
 *   }
 * }
 * const env = new Column(new FrozenLake({ isSlippery: false }));
 * env.reset().observation; // => 0
 * env.step(2).observation; // => 1
 * @category Wrappers
 */
export abstract class ObservationWrapper<Inner, Observation, Action>
  extends Around<Inner, Action>
  implements Env<Observation, Action>
{
  abstract readonly observationSpace: Space<Observation>;

  /** What is shown for an observation of the environment inside. */
  protected abstract observation(inner: Inner): Observation;

  get actionSpace(): Space<Action> {
    return this.env.actionSpace;
  }

  get keys(): Readonly<Record<string, Action>> | undefined {
    return this.env.keys;
  }

  reset(options?: ResetOptions): Reset<Observation> {
    const { observation, info } = this.env.reset(options);
    return { observation: this.observation(observation), info };
  }

  step(action: Action): Step<Observation> {
    const step = this.env.step(action);
    return { ...step, observation: this.observation(step.observation) };
  }
}

/**
 * Shows what a function makes of the observations, in a space of its own. Same as `gymnasium.wrappers.TransformObservation`.
 *
 * $$ o' = f(o) $$
 *
 * @example
 * import { Box, CartPole, TransformObservation } from '@kasane/rl';
 * // Positions alone: what moves how fast has to be found out.
 * const blind = new TransformObservation(
 *   new CartPole(),
 *   (seen) => Float32Array.of(seen[0]!, seen[2]!),
 *   new Box(-5, 5, { shape: [2] }),
 * );
 * blind.reset({ seed: 1 }).observation.length; // => 2
 * @category Wrappers
 */
export class TransformObservation<Inner, Observation, Action> extends ObservationWrapper<
  Inner,
  Observation,
  Action
> {
  readonly observationSpace: Space<Observation>;
  readonly #change: (observation: Inner) => Observation;

  constructor(
    env: Env<Inner, Action>,
    change: (observation: Inner) => Observation,
    observationSpace: Space<Observation>,
  ) {
    super(env);
    requireFunction('TransformObservation', change);
    requireSpace('TransformObservation', observationSpace);
    this.#change = change;
    this.observationSpace = observationSpace;
  }

  protected observation(inner: Inner): Observation {
    return this.#change(inner);
  }
}
