import { DataError, Generator, optionsOf, requireWhole, shown } from '@kasane/tensor-core';
import type { Env, Reset, Step } from '../env.ts';
import { Box } from '../spaces/box.ts';
import type { Space } from '../spaces/space.ts';
import { requireSpace } from '../spaces/tuple.ts';
import { requireEnv } from '../wrappers/around.ts';
import { checkReset, checkStep } from '../wrappers/passive-env-checker.ts';

/** Options of `checkEnv`. */
export interface CheckEnvOptions {
  /** How many steps it takes. Default: 1000. */
  readonly steps?: number;
  /** What the environment and the actions are seeded with. Default: 0. */
  readonly seed?: number;
}

/**
 * Tries out an environment with drawn actions, and throws a sentence for the first thing that is not as agents expect it:
 *
 * - its spaces: they draw what they contain, the same from the same seed, and a box of actions has two bounds that differ
 * - what `reset` and `step` return: observations in their space, finite rewards, truth values, an object as info
 * - seeding: `reset({ seed })` gives the same start, and the same actions then bring the same
 * - an observation does not change afterwards, as one does that is written into again
 * - a step after the end throws
 *
 * Same purpose as `gymnasium.utils.env_checker.check_env`, except: what is a warning there is an error here; it takes many steps, not one; and
 * observations without bounds are fine. It leaves the environment in the middle of an episode.
 *
 * @throws {@link DataError} if something is not as agents expect it, with what that is.
 * @throws TypeError if it is no environment, or its spaces are none.
 * @throws RangeError if `steps` or `seed` is not a whole number.
 *
 * @example
 * import { CartPole, checkEnv, make } from '@kasane/rl';
 * checkEnv(make('CartPole-v1')); // says nothing
 * const { observationSpace, actionSpace } = new CartPole();
 * const start = { observation: Float32Array.of(9, 0, 0, 0), info: {} };
 * checkEnv({
 *   observationSpace,
 *   actionSpace,
 *   reset: () => start,
 *   step: () => ({ ...start, reward: 0, terminated: false, truncated: false }),
 * }); // => throws DataError
 * @category Environments
 */
export function checkEnv<Observation, Action>(
  env: Env<Observation, Action>,
  options?: CheckEnvOptions,
): void {
  const { steps = 1000, seed = 0 } = optionsOf('checkEnv', options, ['steps', 'seed']);
  requireEnv('checkEnv', env);
  requireWhole('checkEnv', 'steps', steps, 1);
  requireWhole('checkEnv', 'seed', seed);
  checkSpace('observationSpace', env.observationSpace, seed);
  checkSpace('actionSpace', env.actionSpace, seed);
  requireBounded(env.actionSpace);
  const first = checkStart(env, seed, undefined);
  checkStart(env, seed, first);
  const run = play(env, steps, seed, undefined);
  play(env, steps, seed, run);
}

/** Where two bounds are the same or none there is nothing to choose, or no draw is uniform. */
function requireBounded(space: unknown): void {
  if (!(space instanceof Box)) return;
  const i = space.low.findIndex(
    (low, k) => !(space.high[k]! - low > 0 && space.high[k]! - low < Infinity),
  );
  if (i < 0) return;
  throw new DataError(
    `checkEnv: actions must have two bounds that differ, got ${space.low[i]} and ${space.high[i]} at ${i}; rescale or clip them.`,
  );
}

function checkSpace(what: string, space: Space<unknown>, seed: number): void {
  requireSpace('checkEnv', space);
  const [one, other] = [new Generator(seed), new Generator(seed)];
  for (let i = 0; i < 20; i++) {
    const value = space.sample({ generator: one });
    if (!space.contains(value)) {
      throw new DataError(
        `checkEnv: ${what} must contain what it draws, got ${shown(value)} from ${space}.`,
      );
    }
    if (!isSame(value, space.sample({ generator: other }))) {
      throw new DataError(
        `checkEnv: ${what} must draw the same from the same generator, got two values from ${space}.`,
      );
    }
  }
}

/** Resets with a seed and looks whether that starts as it did before. */
function checkStart<O, A>(env: Env<O, A>, seed: number, before: O | undefined): O {
  const start: Reset<O> = env.reset({ seed });
  checkReset('checkEnv', env, start);
  if (before !== undefined && !isSame(before, start.observation)) {
    throw new DataError(
      `checkEnv: reset({ seed: ${seed} }) must give the same observation each time, got two that differ; draw from what the seed makes.`,
    );
  }
  return structuredClone(start.observation);
}

/** Plays with drawn actions, and looks whether that goes as it did before. */
function play<O, A>(
  env: Env<O, A>,
  steps: number,
  seed: number,
  before: readonly Step<O>[] | undefined,
): Step<O>[] {
  const generator = new Generator(seed);
  let last = env.reset({ seed }).observation;
  const taken: Step<O>[] = [];
  for (let i = 0; i < steps; i++) {
    const copy = structuredClone(last);
    const action = env.actionSpace.sample({ generator });
    const step = env.step(action);
    checkStep('checkEnv', env, step);
    if (!isSame(copy, last)) {
      throw new DataError(
        `checkEnv: an observation must not change afterwards, got one that step ${i} wrote into; return a new one each time.`,
      );
    }
    const { observation, reward, terminated, truncated } = step;
    const once = before?.[i];
    if (
      once !== undefined &&
      !(
        isSame(once.observation, observation) &&
        once.reward === reward &&
        once.terminated === terminated &&
        once.truncated === truncated
      )
    ) {
      throw new DataError(
        `checkEnv: the same actions after reset({ seed: ${seed} }) must bring the same, got another step ${i}; draw from what the seed makes.`,
      );
    }
    taken.push({ ...step, observation: structuredClone(observation) });
    last = observation;
    if (terminated || truncated) {
      requireEnd(env, action);
      last = env.reset().observation;
    }
  }
  return taken;
}

function requireEnd<A>(env: Env<unknown, A>, action: A): void {
  try {
    env.step(action);
  } catch {
    return;
  }
  throw new DataError(
    'checkEnv: a step after the end of an episode must throw, got one that did not; extend SeededEnv, or remember the end.',
  );
}

/** Whether two values of a space are the same: numbers, texts, and lists and objects of them. */
function isSame(one: unknown, other: unknown): boolean {
  if (Object.is(one, other)) return true;
  if (Object(one) !== one || Object(other) !== other) return false;
  const [a, b] = [one as Record<string, unknown>, other as Record<string, unknown>]; // objects, as said above
  const names = Object.keys(a);
  return names.length === Object.keys(b).length && names.every((name) => isSame(a[name], b[name]));
}
