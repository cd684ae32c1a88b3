import { requireFunction } from '@kasane/tensor-core';
import type { Env, Reset, ResetOptions, Step } from '../env.ts';
import type { Space } from '../spaces/space.ts';
import { requireSpace } from '../spaces/tuple.ts';
import { Around } from './around.ts';

/**
 * A wrapper that takes other actions than the environment inside; a subclass has `action`, which makes an action for that one, and the space
 * of its own.
 *
 * As `gymnasium.ActionWrapper`.
 *
 * @example
 * import { ActionWrapper, Discrete, Pendulum } from '@kasane/rl';
 * class ThreeTorques extends ActionWrapper<Float32Array, Float32Array, number> {
 *   readonly actionSpace = new Discrete(3);
 *   action(choice: number) {
 *     return Float32Array.of(2 * (choice - 1));
 *   }
 * }
 * const env = new ThreeTorques(new Pendulum());
 * env.reset({ seed: 1 });
 * env.step(2).observation.length; // => 3
 * @category Wrappers
 */
export abstract class ActionWrapper<Observation, Inner, Action>
  extends Around<Observation, Inner>
  implements Env<Observation, Action>
{
  abstract readonly actionSpace: Space<Action>;

  /** What the environment inside is given for an action. */
  protected abstract action(action: Action): Inner;

  get observationSpace(): Space<Observation> {
    return this.env.observationSpace;
  }

  reset(options?: ResetOptions): Reset<Observation> {
    return this.env.reset(options);
  }

  step(action: Action): Step<Observation> {
    return this.env.step(this.action(action));
  }
}

/**
 * Gives the environment inside what a function makes of the actions, which are from a space of their own. Same as
 * `gymnasium.wrappers.TransformAction`.
 *
 * $$ a = f(a') $$
 *
 * @example
 * import { Discrete, MountainCar, TransformAction } from '@kasane/rl';
 * // Without standing still: 0 and 1 for left and right.
 * const env = new TransformAction(new MountainCar(), (action: number) => 2 * action, new Discrete(2));
 * env.reset({ seed: 1 });
 * env.step(1).reward; // => -1
 * @category Wrappers
 */
export class TransformAction<Observation, Inner, Action> extends ActionWrapper<
  Observation,
  Inner,
  Action
> {
  readonly actionSpace: Space<Action>;
  readonly #change: (action: Action) => Inner;

  constructor(
    env: Env<Observation, Inner>,
    change: (action: Action) => Inner,
    actionSpace: Space<Action>,
  ) {
    super(env);
    requireFunction('TransformAction', change);
    requireSpace('TransformAction', actionSpace);
    this.#change = change;
    this.actionSpace = actionSpace;
  }

  protected action(action: Action): Inner {
    return this.#change(action);
  }
}
