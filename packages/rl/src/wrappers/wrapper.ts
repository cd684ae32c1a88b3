import type { Env, Reset, ResetOptions, Step } from '../env.ts';
import type { Space } from '../spaces/space.ts';
import { Around, requireEnv } from './around.ts';

/**
 * An environment around another, `env`, that passes everything on; subclasses change what they are for.
 *
 * As `gymnasium.Wrapper`, for those that leave the kinds of observations and actions as they are.
 *
 * @example
 * import { CartPole, Wrapper } from '@kasane/rl';
 * class HalfPay extends Wrapper<Float32Array, number> {
 *   override step(action: number) {
 *     const step = super.step(action);
 *     return { ...step, reward: step.reward / 2 };
 *   }
 * }
 * const env = new HalfPay(new CartPole());
 * env.reset();
 * env.step(0).reward; // => 0.5
 * @category Wrappers
 */
export class Wrapper<Observation, Action>
  extends Around<Observation, Action>
  implements Env<Observation, Action>
{
  get observationSpace(): Space<Observation> {
    return this.env.observationSpace;
  }

  get actionSpace(): Space<Action> {
    return this.env.actionSpace;
  }

  get keys(): Readonly<Record<string, Action>> | undefined {
    return this.env.keys;
  }

  reset(options?: ResetOptions): Reset<Observation> {
    return this.env.reset(options);
  }

  step(action: Action): Step<Observation> {
    return this.env.step(action);
  }
}

/**
 * The environment inside all wrappers.
 *
 * Gymnasium has it as the property `unwrapped` of an environment.
 *
 * @example
 * import { CartPole, make, unwrapped } from '@kasane/rl';
 * unwrapped(make('CartPole-v1')) instanceof CartPole; // => true
 * @category Wrappers
 */
export function unwrapped(env: Env<unknown, unknown>): Env<unknown, unknown> {
  let inner = requireEnv('unwrapped', env);
  while ('env' in inner) inner = inner.env as Env<unknown, unknown>; // what wrappers call it
  return inner;
}
