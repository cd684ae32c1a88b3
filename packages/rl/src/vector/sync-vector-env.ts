import { optionsOf, requireFunction, requireWhole } from '@kasane/tensor-core';
import type { Env, Info } from '../env.ts';
import { Box } from '../spaces/box.ts';
import { Discrete } from '../spaces/discrete.ts';
import type { Space } from '../spaces/space.ts';
import { requireEnv } from '../wrappers/around.ts';
import { refuseEnded, refuseUnset, requireCount, requireMode } from './given.ts';
import type {
  AutoresetMode,
  Batch,
  VectorEnv,
  VectorReset,
  VectorResetOptions,
  VectorStep,
} from './vector-env.ts';

/** Options of `SyncVectorEnv`. */
export interface SyncVectorEnvOptions {
  /** Default: 'next-step'. */
  readonly autoresetMode?: AutoresetMode;
}

/**
 * Environments of any kind, stepped one after another. `create` makes each of them.
 *
 * As `gymnasium.vector.SyncVectorEnv`, except: `finalObservations` are always there, in all three modes; and what begins anew in
 * 'disabled' mode is told by `reset({ mask })`.
 *
 * @throws TypeError if there is nothing in the list that makes environments.
 * @throws RangeError if there is not an action for each, a mask has another length, or an observation another size than its space.
 * @throws Error if a step is taken before the first reset, or after an end in 'disabled' mode.
 *
 * @example
 * import { CartPole, SyncVectorEnv, TimeLimit } from '@kasane/rl';
 * const envs = new SyncVectorEnv([1, 2].map((limit) => () => new TimeLimit(new CartPole(), limit)), {
 *   autoresetMode: 'same-step',
 * });
 * envs.reset({ seed: 1 });
 * const { observations, truncated } = envs.step([0, 1]);
 * [observations.length, truncated.join()]; // => [8,"1,0"]
 * @category Vector environments
 */
export class SyncVectorEnv<Observation, Action> implements VectorEnv<Observation, Action> {
  readonly envs: readonly Env<Observation, Action>[];
  readonly numEnvs: number;
  readonly autoresetMode: AutoresetMode;
  /** What is seen of each, and the information that came with it. */
  readonly #seen: Observation[] = [];
  readonly #infos: Info[] = [];
  readonly #ended: boolean[] = [];

  constructor(create: readonly (() => Env<Observation, Action>)[], options?: SyncVectorEnvOptions) {
    const { autoresetMode = 'next-step' } = optionsOf('SyncVectorEnv', options, ['autoresetMode']);
    requireMode('SyncVectorEnv', autoresetMode);
    if (!Array.isArray(create) || create.length === 0) {
      requireFunction('SyncVectorEnv', undefined);
    }
    this.envs = create.map((one) => {
      requireFunction('SyncVectorEnv', one);
      return requireEnv('SyncVectorEnv', one());
    });
    this.numEnvs = create.length;
    this.autoresetMode = autoresetMode;
  }

  get singleObservationSpace(): Space<Observation> {
    return this.envs[0]!.observationSpace;
  }

  get singleActionSpace(): Space<Action> {
    return this.envs[0]!.actionSpace;
  }

  reset(given?: VectorResetOptions): VectorReset<Observation> {
    const { seed, options, mask } = optionsOf('SyncVectorEnv', given, ['seed', 'options', 'mask']);
    if (seed !== undefined) requireWhole('SyncVectorEnv', 'seed', seed);
    if (mask !== undefined) requireCount('SyncVectorEnv', 'the mask', mask, this.numEnvs);
    if (mask !== undefined && this.#seen.length === 0) refuseUnset('SyncVectorEnv');
    for (let i = 0; i < this.numEnvs; i++) {
      if (mask !== undefined && !mask[i]) continue;
      this.#restart(i, seed === undefined ? undefined : seed + i, options);
    }
    return { observations: this.#batch(), infos: [...this.#infos] };
  }

  step(given: ArrayLike<Action> | Batch<Action>): VectorStep<Observation> {
    if (this.#seen.length === 0) refuseUnset('SyncVectorEnv');
    const { numEnvs } = this;
    const rewards = new Float64Array(numEnvs);
    const terminated = new Uint8Array(numEnvs);
    const truncated = new Uint8Array(numEnvs);
    const resets = new Uint8Array(numEnvs);
    const actions = this.#actionsOf(given);
    if (this.autoresetMode === 'disabled') {
      const ended = this.#ended.indexOf(true);
      if (ended >= 0) refuseEnded('SyncVectorEnv', ended);
    }
    for (let i = 0; i < numEnvs; i++) {
      if (this.#ended[i]) {
        this.#restart(i);
        resets[i] = 1;
        continue;
      }
      const step = this.envs[i]!.step(actions(i));
      this.#seen[i] = step.observation;
      this.#infos[i] = step.info;
      rewards[i] = step.reward;
      terminated[i] = Number(step.terminated);
      truncated[i] = Number(step.truncated);
      this.#ended[i] = step.terminated || step.truncated;
    }
    const infos = [...this.#infos];
    const finalObservations = this.#batch();
    let observations = finalObservations;
    if (this.autoresetMode === 'same-step' && this.#ended.includes(true)) {
      this.#ended.forEach((ended, i) => {
        if (ended) this.#restart(i);
      });
      observations = this.#batch();
    }
    return { observations, finalObservations, rewards, terminated, truncated, resets, infos };
  }

  close(): void {
    for (const env of this.envs) env.close?.();
  }

  #restart(i: number, seed?: number, options?: Readonly<Record<string, unknown>>): void {
    const start = this.envs[i]!.reset({
      ...(seed === undefined ? {} : { seed }),
      ...(options === undefined ? {} : { options }),
    });
    this.#seen[i] = start.observation;
    this.#infos[i] = start.info;
    this.#ended[i] = false;
  }

  #batch(): Batch<Observation> {
    return batchOf(this.singleObservationSpace, this.#seen);
  }

  /** Gives the action of each environment. */
  #actionsOf(given: ArrayLike<Action> | Batch<Action>): (i: number) => Action {
    const space: Space<unknown> = this.singleActionSpace;
    const list = given as ArrayLike<unknown>;
    const isFlat = space instanceof Box && typeof list?.[0] === 'number';
    const size = isFlat ? space.low.length : 1;
    requireCount('SyncVectorEnv', 'the actions', given, this.numEnvs * size);
    // A row of a single list is an action; otherwise the list has them.
    const rows = isFlat ? Float32Array.from(list as ArrayLike<number>) : undefined;
    return (i) => (rows?.subarray(i * size, (i + 1) * size) ?? list[i]) as Action;
  }
}

/** Values in the form that their space has for many. @internal */
export function batchOf<T>(space: Space<T>, values: readonly T[]): Batch<T> {
  const anySpace: Space<unknown> = space;
  // Which kind of batch it is depends on the space, which the type cannot see.
  if (anySpace instanceof Discrete) {
    return Int32Array.from(values as readonly number[]) as unknown as Batch<T>;
  }
  if (!(anySpace instanceof Box)) return [...values] as unknown as Batch<T>;
  const size = anySpace.low.length;
  const rows = new Float32Array(values.length * size);
  values.forEach((value, i) => {
    const row = value as ArrayLike<number>; // as boxes have
    requireCount('SyncVectorEnv', `what is seen of environment ${i}`, row, size);
    rows.set(row, i * size);
  });
  return rows as unknown as Batch<T>;
}
