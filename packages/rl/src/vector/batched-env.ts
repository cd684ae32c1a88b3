import { defaultGenerator, Generator, optionsOf, requireWhole, shown } from '@kasane/tensor-core';
import type { Info } from '../env.ts';
import { noInfo } from '../environments/seeded-env.ts';
import type { Box } from '../spaces/box.ts';
import { Discrete } from '../spaces/discrete.ts';
import type { Space } from '../spaces/space.ts';
import { refuseEnded, refuseUnset, requireCount, requireMode } from './given.ts';
import type {
  AutoresetMode,
  VectorEnv,
  VectorReset,
  VectorResetOptions,
  VectorStep,
} from './vector-env.ts';

/** Options of the batched classic controls. */
export interface BatchedOptions {
  /** Default: 'next-step'. */
  readonly autoresetMode?: AutoresetMode;
  /** After how many steps an episode is cut off. Default: that of the newest version of the environment. */
  readonly maxEpisodeSteps?: number;
}

/**
 * Many environments whose states lie in one array, row by row: what the batched classic controls have in common.
 *
 * All draw from one generator, in the order in which they begin anew.
 * @internal
 */
export abstract class BatchedEnv<Action extends number | Float32Array> implements VectorEnv<
  Float32Array,
  Action
> {
  abstract readonly singleObservationSpace: Box;
  abstract readonly singleActionSpace: Space<Action>;
  readonly numEnvs: number;
  readonly autoresetMode: AutoresetMode;
  readonly maxEpisodeSteps: number;
  /** The states of all, row by row. Writing into it moves them. */
  readonly states: Float64Array;
  protected generator: Generator | undefined;
  readonly #ended: Uint8Array;
  readonly #steps: Float64Array;
  readonly #infos: readonly Info[];
  #isRunning = false;

  constructor(numEnvs: number, stateSize: number, limit: number, options?: BatchedOptions) {
    const owner = new.target.name;
    const { autoresetMode = 'next-step', maxEpisodeSteps = limit } = optionsOf(owner, options, [
      'autoresetMode',
      'maxEpisodeSteps',
    ]);
    requireWhole(owner, 'numEnvs', numEnvs, 1, 2 ** 24);
    requireMode(owner, autoresetMode);
    if (maxEpisodeSteps !== Infinity) requireWhole(owner, 'maxEpisodeSteps', maxEpisodeSteps, 1);
    this.numEnvs = numEnvs;
    this.autoresetMode = autoresetMode;
    this.maxEpisodeSteps = maxEpisodeSteps;
    this.states = new Float64Array(numEnvs * stateSize);
    this.#ended = new Uint8Array(numEnvs);
    this.#steps = new Float64Array(numEnvs);
    this.#infos = new Array<Info>(numEnvs).fill(noInfo);
  }

  /** Draws the state of environment i. */
  protected abstract start(i: number, generator: Generator): void;
  /** Moves environment i and returns the reward; `hasEnded` is asked after it. */
  protected abstract move(i: number, action: number): number;
  /** Whether environment i has reached an end. */
  protected abstract hasEnded(i: number): boolean;
  /** Writes what is seen of environment i to `out`, row by row. */
  protected abstract observe(i: number, out: Float32Array): void;

  reset(given?: VectorResetOptions): VectorReset<Float32Array> {
    const owner = this.constructor.name;
    const { seed, options, mask } = optionsOf(owner, given, ['seed', 'options', 'mask']);
    if (options !== undefined) {
      optionsOf<{ none?: never }, ['none']>(owner, options, ['none']);
    }
    if (seed !== undefined) {
      requireWhole(owner, 'seed', seed);
      this.generator = new Generator(seed);
    }
    if (mask !== undefined) requireCount(owner, 'the mask', mask, this.numEnvs);
    if (mask !== undefined && !this.#isRunning) refuseUnset(owner);
    this.generator ??= new Generator(defaultGenerator().below(2 ** 32));
    const observations = new Float32Array(this.numEnvs * this.singleObservationSpace.low.length);
    for (let i = 0; i < this.numEnvs; i++) {
      if (mask === undefined || mask[i]) this.#restart(i);
      this.observe(i, observations);
    }
    this.#isRunning = true;
    return { observations, infos: this.#infos };
  }

  step(actions: ArrayLike<Action> | Float32Array | Int32Array): VectorStep<Float32Array> {
    if (!this.#isRunning) refuseUnset(this.constructor.name);
    const list = this.#requireActions(actions);
    const { numEnvs, autoresetMode, maxEpisodeSteps } = this;
    const steps = this.#steps;
    const isDisabled = autoresetMode === 'disabled';
    const ended = this.#ended;
    if (isDisabled && ended.includes(1)) refuseEnded(this.constructor.name, ended.indexOf(1));
    const finalObservations = new Float32Array(numEnvs * this.singleObservationSpace.low.length);
    const rewards = new Float64Array(numEnvs);
    const terminated = new Uint8Array(numEnvs);
    const truncated = new Uint8Array(numEnvs);
    const resets = new Uint8Array(numEnvs);
    let ends = 0;
    for (let i = 0; i < numEnvs; i++) {
      if (ended[i] === 1) {
        this.#restart(i);
        resets[i] = 1;
      } else {
        rewards[i] = this.move(i, list[i]!);
        const count = steps[i]! + 1;
        steps[i] = count;
        const isOver = this.hasEnded(i);
        if (isOver) terminated[i] = 1;
        if (count >= maxEpisodeSteps) truncated[i] = 1;
        if (isOver || count >= maxEpisodeSteps) {
          ended[i] = 1;
          ends++;
        }
      }
      this.observe(i, finalObservations);
    }
    let observations = finalObservations;
    if (autoresetMode === 'same-step' && ends > 0) {
      observations = finalObservations.slice();
      for (let i = 0; i < numEnvs; i++) {
        if (ended[i] === 0) continue;
        this.#restart(i);
        this.observe(i, observations);
      }
    }
    const infos = this.#infos;
    return { observations, finalObservations, rewards, terminated, truncated, resets, infos };
  }

  close(): void {}

  #restart(i: number): void {
    this.start(i, this.generator!); // `reset` has made one
    this.#ended[i] = 0;
    this.#steps[i] = 0;
  }

  /** A number for each environment: the actions of these controls have one. */
  #requireActions(actions: ArrayLike<unknown>): ArrayLike<number> {
    requireCount(this.constructor.name, 'the actions', actions, this.numEnvs);
    const space: Space<unknown> = this.singleActionSpace;
    const isRows = typeof actions[0] === 'object';
    const list = isRows
      ? Array.from(actions, (row) => (row as ArrayLike<number> | null)?.[0])
      : actions;
    const n = space instanceof Discrete ? space.n : 0;
    for (let i = 0; i < list.length; i++) {
      const action = list[i];
      const fits =
        typeof action === 'number' &&
        (n > 0 ? action >= 0 && action < n && action % 1 === 0 : Number.isFinite(action));
      if (fits) continue;
      throw new RangeError(
        `${this.constructor.name}: an action must be ${n > 0 ? `in ${space}` : 'a finite number'}, got ${shown(action)} for environment ${i}.`,
      );
    }
    return list as ArrayLike<number>; // the loop has looked
  }
}
