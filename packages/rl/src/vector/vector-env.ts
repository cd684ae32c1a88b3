import type { Info } from '../env.ts';
import type { Space } from '../spaces/space.ts';

/**
 * When an environment that has ended begins anew: in the step after, whose action it does not see ('next-step'); in the step that ended it,
 * whose observation is then the new episode's ('same-step'); or when `reset` is called ('disabled').
 */
export type AutoresetMode = 'next-step' | 'same-step' | 'disabled';

/** Values of all environments: numbers one after another, lists row by row in a single one, others in an array. */
export type Batch<T> = T extends Float32Array
  ? Float32Array
  : T extends number
    ? Int32Array
    : readonly T[];

/** Options of `VectorEnv.reset`. */
export interface VectorResetOptions {
  /** Environment i is seeded with `seed + i`, or all together where they share a generator. */
  readonly seed?: number;
  /** What the environments take. */
  readonly options?: Readonly<Record<string, unknown>>;
  /** 1 for those that begin anew, 0 for those that go on. Default: all begin anew. */
  readonly mask?: ArrayLike<number>;
}

/** How episodes begin. */
export interface VectorReset<Observation> {
  readonly observations: Batch<Observation>;
  readonly infos: readonly Info[];
}

/** What the actions brought; everything has an entry for each environment. */
export interface VectorStep<Observation> {
  /** What to act on next: of the new episode where one began in this step. */
  readonly observations: Batch<Observation>;
  /** What the actions led to: the last of the old episode where a new one began in this very step. */
  readonly finalObservations: Batch<Observation>;
  readonly rewards: Float64Array;
  readonly terminated: Uint8Array;
  readonly truncated: Uint8Array;
  /** 1 where the step was nothing but a reset ('next-step'): not an experience to learn from. */
  readonly resets: Uint8Array;
  /** Of what the actions led to. */
  readonly infos: readonly Info[];
}

/** Several environments of a kind that step together. As `gymnasium.vector.VectorEnv`. */
export interface VectorEnv<Observation = Float32Array, Action = number> {
  readonly numEnvs: number;
  readonly autoresetMode: AutoresetMode;
  /** Of each of the environments. */
  readonly singleObservationSpace: Space<Observation>;
  /** Of each of the environments. */
  readonly singleActionSpace: Space<Action>;
  /** Begins an episode in each, or in those of a mask. */
  reset(options?: VectorResetOptions): VectorReset<Observation>;
  /** Takes an action for each: numbers in a list, lists of numbers row by row in a single one, others in an array. */
  step(actions: ArrayLike<Action> | Batch<Action>): VectorStep<Observation>;
  /** Lets go of what they hold. */
  close(): void;
}
