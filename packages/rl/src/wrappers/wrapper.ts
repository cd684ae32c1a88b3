import { shown } from '@kasane/tensor-core';
import type { Env, Reset, ResetOptions, Step } from '../env.ts';
import type { Space } from '../spaces/space.ts';

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
export class Wrapper<Observation, Action> implements Env<Observation, Action> {
  readonly env: Env<Observation, Action>;
  declare render?: () => string;

  constructor(env: Env<Observation, Action>) {
    this.env = requireEnv(new.target.name, env);
    if (env.render !== undefined) this.render = () => env.render!();
  }

  get observationSpace(): Space<Observation> {
    return this.env.observationSpace;
  }

  get actionSpace(): Space<Action> {
    return this.env.actionSpace;
  }

  reset(options?: ResetOptions): Reset<Observation> {
    return this.env.reset(options);
  }

  step(action: Action): Step<Observation> {
    return this.env.step(action);
  }

  close(): void {
    this.env.close?.();
  }
}

/** The environment itself, or TypeError for what has not its members. @internal */
export function requireEnv<E>(owner: string, env: E): E {
  const { reset, step, observationSpace, actionSpace } = Object(env);
  const lacks =
    typeof reset !== 'function'
      ? 'reset'
      : typeof step !== 'function'
        ? 'step'
        : Object(observationSpace) !== observationSpace
          ? 'observationSpace'
          : Object(actionSpace) !== actionSpace
            ? 'actionSpace'
            : undefined;
  if (lacks === undefined) return env;
  throw new TypeError(
    `${owner}: needs an environment, an object with reset, step, observationSpace and actionSpace, got ${shown(env)} without ${lacks}.`,
  );
}

/**
 * The environment inside all wrappers.
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
