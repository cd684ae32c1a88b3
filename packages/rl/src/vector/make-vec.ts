import { requireWhole, shown } from '@kasane/tensor-core';
import { findSpec, make, type MakeOptions, type Registered } from '../environments/registry.ts';
import { SyncVectorEnv } from './sync-vector-env.ts';
import type { AutoresetMode, VectorEnv } from './vector-env.ts';

/** What `makeVec` itself takes beside the options of the environment. */
export interface MakeVecOptions extends MakeOptions {
  /** Default: 'next-step'. */
  readonly autoresetMode?: AutoresetMode;
  /**
   * 'batched' moves the states of all in one loop, which is many times as fast and which the classic controls have; 'sync' steps one
   * environment after another. Default: 'batched' where there is one.
   */
  readonly vectorizationMode?: 'batched' | 'sync';
}

/**
 * Makes `numEnvs` environments of an id that step together, with the limit of steps that goes with it.
 *
 * The options are those of `MakeVecOptions` and of the environment. As `gymnasium.make_vec`, except that it takes the batched environment
 * wherever there is one.
 *
 * @throws RangeError if there is no such id, with the one that was probably meant, `numEnvs` is not a whole number of at least 1, an option
 * is out of range, or 'batched' is asked for and there is none.
 *
 * @example
 * import { makeVec } from '@kasane/rl';
 * const envs = makeVec('CartPole-v1', 16, { autoresetMode: 'same-step' });
 * envs.reset({ seed: 1 }).observations.length; // => 64
 * makeVec('FrozenLake-v1', 2, { isSlippery: false }).reset().observations.join(); // => 0,0
 * @category Vector environments
 */
export function makeVec<Id extends keyof Registered>(
  id: Id,
  numEnvs: number,
  options?: MakeVecOptions & Registered[Id][2],
): VectorEnv<Registered[Id][0], Registered[Id][1]>;
export function makeVec(
  id: string,
  numEnvs: number,
  options?: MakeVecOptions & Readonly<Record<string, unknown>>,
): VectorEnv<unknown, unknown>;
export function makeVec(
  id: string,
  numEnvs: number,
  options?: MakeVecOptions & Readonly<Record<string, unknown>>,
): VectorEnv<unknown, unknown> {
  const { createVector, maxEpisodeSteps: usual = Infinity } = findSpec('makeVec', id);
  requireWhole('makeVec', 'numEnvs', numEnvs, 1, 2 ** 24);
  if (options !== undefined && (Object(options) !== options || Array.isArray(options))) {
    throw new TypeError(`makeVec: options must be an object, got ${shown(options)}.`);
  }
  const {
    autoresetMode = 'next-step',
    vectorizationMode,
    maxEpisodeSteps = usual,
    ...own
  } = options ?? {};
  if (vectorizationMode !== undefined && !['batched', 'sync'].includes(vectorizationMode)) {
    throw new RangeError(
      `makeVec: vectorizationMode must be 'batched' or 'sync', got ${shown(vectorizationMode)}.`,
    );
  }
  if (vectorizationMode === 'batched' && createVector === undefined) {
    throw new RangeError(`makeVec: there is no batched ${id}; leave vectorizationMode out.`);
  }
  if (vectorizationMode !== 'sync' && createVector !== undefined) {
    // Which kinds these are stands in `Registered`.
    const create = createVector as unknown as (
      n: number,
      o: unknown,
    ) => VectorEnv<unknown, unknown>;
    return create(numEnvs, { autoresetMode, maxEpisodeSteps, ...own });
  }
  const one = () => make(id, { maxEpisodeSteps, ...own });
  return new SyncVectorEnv(new Array<typeof one>(numEnvs).fill(one), { autoresetMode });
}
