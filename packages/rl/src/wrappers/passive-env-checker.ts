import { DataError, shown } from '@kasane/tensor-core';
import type { Env, Reset, ResetOptions, Step } from '../env.ts';
import { Box } from '../spaces/box.ts';
import type { Space } from '../spaces/space.ts';
import { Wrapper } from './wrapper.ts';

/**
 * Looks at all that goes into an environment and comes out of it, and throws for what does not hold.
 *
 * An action has to be in its space, and so has an observation; a reward has to be a finite number, `terminated` and `truncated` truth
 * values, `info` an object; and a step comes after a reset and before the end.
 *
 * As `gymnasium.wrappers.PassiveEnvChecker`, except that it looks at every step, not at the first alone, and does not warn but throw. `make`
 * does not put it around an environment: those here have tests.
 *
 * @throws RangeError if an action is not in its space.
 * @throws {@link DataError} if what the environment gave does not hold, with what that is.
 * @throws Error if a step is taken before the first reset or after the end.
 *
 * @example
 * import { CartPole, PassiveEnvChecker, TransformReward } from '@kasane/rl';
 * const env = new PassiveEnvChecker(new TransformReward(new CartPole(), (reward) => Math.log(reward - 1)));
 * env.reset({ seed: 1 });
 * env.step(0); // => throws DataError
 * @category Wrappers
 */
export class PassiveEnvChecker<Observation, Action> extends Wrapper<Observation, Action> {
  #phase: 'new' | 'running' | 'over' = 'new';

  override reset(options?: ResetOptions): Reset<Observation> {
    const start = this.env.reset(options);
    checkReset('PassiveEnvChecker', this.env, start);
    this.#phase = 'running';
    return start;
  }

  override step(action: Action): Step<Observation> {
    if (this.#phase !== 'running') {
      const when =
        this.#phase === 'new' ? 'before the first reset' : 'after the end of the episode';
      throw new Error(`PassiveEnvChecker: step was called ${when}; call reset().`);
    }
    if (!this.env.actionSpace.contains(action)) {
      throw new RangeError(
        `PassiveEnvChecker: an action must be in ${this.env.actionSpace}, got ${listed(action)}.`,
      );
    }
    const step = this.env.step(action);
    checkStep('PassiveEnvChecker', this.env, step);
    if (step.terminated || step.truncated) this.#phase = 'over';
    return step;
  }
}

/** Throws DataError unless this is how an episode of the environment may begin. @internal */
export function checkReset<O, A>(owner: string, env: Env<O, A>, start: Reset<O>): void {
  if (Object(start) !== start) {
    throw new DataError(`${owner}: reset must return { observation, info }, got ${shown(start)}.`);
  }
  requireIn(owner, 'the observation of reset', env.observationSpace, start.observation);
  requireInfo(owner, 'reset', start.info);
}

/** Throws DataError unless this is what an action may bring. @internal */
export function checkStep<O, A>(owner: string, env: Env<O, A>, step: Step<O>): void {
  if (Object(step) !== step) {
    throw new DataError(
      `${owner}: step must return { observation, reward, terminated, truncated, info }, got ${shown(step)}.`,
    );
  }
  requireIn(owner, 'the observation of step', env.observationSpace, step.observation);
  if (!Number.isFinite(step.reward)) {
    throw new DataError(`${owner}: a reward must be a finite number, got ${shown(step.reward)}.`);
  }
  for (const name of ['terminated', 'truncated'] as const) {
    if (typeof step[name] === 'boolean') continue;
    throw new DataError(`${owner}: ${name} must be true or false, got ${shown(step[name])}.`);
  }
  requireInfo(owner, 'step', step.info);
}

function requireInfo(owner: string, method: string, info: unknown): void {
  if (Object(info) === info && typeof info === 'object') return;
  throw new DataError(`${owner}: the info of ${method} must be an object, got ${shown(info)}.`);
}

function requireIn(owner: string, what: string, space: Space<unknown>, value: unknown): void {
  if (space.contains(value)) return;
  throw new DataError(`${owner}: ${what} must be in ${space}, got ${mismatch(space, value)}.`);
}

/** What of a value does not fit: for a box, the first number that is out of it. */
function mismatch(space: Space<unknown>, value: unknown): string {
  if (!(space instanceof Box) || typeof value !== 'object' || value === null) return listed(value);
  if (!(value instanceof Float32Array))
    return `a ${value.constructor?.name ?? 'value'} that is no Float32Array`;
  if (value.length !== space.low.length) return `${value.length} numbers`;
  const i = value.findIndex((x, k) => !(x >= space.low[k]! && x <= space.high[k]!));
  return `${value[i]} at ${i}`;
}

function listed(value: unknown): string {
  if (!Array.isArray(value) && !ArrayBuffer.isView(value)) return shown(value);
  return `[${Array.from(value as ArrayLike<unknown>, shown).join(', ')}]`; // a list, as the line above saw
}
