import { shown } from '@kasane/tensor-core';
import type { Env } from '../env.ts';
import type { Picture, PictureOptions } from '../environments/drawing/picture.ts';

/** What all wrappers have: the environment inside, and what is passed on to it. @internal */
export abstract class Around<Observation, Action> {
  readonly env: Env<Observation, Action>;
  /** What the environment looks like in characters. */
  declare render?: () => string;
  /** What the environment looks like as pixels. */
  declare picture?: (options?: PictureOptions) => Picture;

  constructor(env: Env<Observation, Action>) {
    this.env = requireEnv(new.target.name, env);
    if (env.render !== undefined) this.render = () => env.render!();
    if (env.picture !== undefined) this.picture = (options) => env.picture!(options);
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
