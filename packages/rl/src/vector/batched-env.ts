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
import { Uniforms } from './uniforms.ts';

/** Options of the batched classic controls. */
export interface BatchedOptions {
  /** Default: 'next-step'. */
  readonly autoresetMode?: AutoresetMode;
  /** After how many steps an episode is cut off; Infinity for never. Default: as `make` does with the newest version. */
  readonly maxEpisodeSteps?: number;
}

/** The same, with undefined for what was not given. */
type Given<T> = { readonly [K in keyof T]: T[K] | undefined };

/**
 * Many environments whose states lie in one array, row by row: what the batched classic controls have in common.
 *
 * All draw from one stream, in the order in which they begin anew. What `reset` takes as options holds for all that begin until the next
 * call of it.
 * @internal
 */
export abstract class BatchedEnv<Action extends number | Float32Array> implements VectorEnv<
  Float32Array,
  Action
> {
  abstract readonly singleObservationSpace: Box;
  abstract readonly singleActionSpace: Space<Action>;
  /** The states of all, row by row. Writing into it moves them. */
  abstract readonly states: Float64Array | Float32Array;
  readonly numEnvs: number;
  readonly autoresetMode: AutoresetMode;
  readonly maxEpisodeSteps: number;
  #uniforms: Uniforms | undefined;
  readonly #ended: Uint8Array;
  readonly #steps: Float64Array;
  readonly #infos: readonly Info[];
  #isRunning = false;

  constructor(numEnvs: number, limit: number, options: Given<BatchedOptions>) {
    const owner = new.target.name;
    const { autoresetMode = 'next-step', maxEpisodeSteps = limit } = options;
    requireWhole(owner, 'numEnvs', numEnvs, 1, 2 ** 24);
    requireMode(owner, autoresetMode);
    if (maxEpisodeSteps !== Infinity) requireWhole(owner, 'maxEpisodeSteps', maxEpisodeSteps, 1);
    this.numEnvs = numEnvs;
    this.autoresetMode = autoresetMode;
    this.maxEpisodeSteps = maxEpisodeSteps;
    this.#ended = new Uint8Array(numEnvs);
    this.#steps = new Float64Array(numEnvs);
    this.#infos = new Array<Info>(numEnvs).fill(noInfo);
  }

  /** Takes the options of a reset. */
  protected abstract prepare(options: Readonly<Record<string, unknown>>): void;
  /** Draws the state of environment i. @internal */
  protected abstract start(i: number, uniforms: Uniforms): void;
  /** Moves all but those that `resets` marks; writes what they are paid, and 1 where one has reached an end. */
  protected abstract move(
    actions: ArrayLike<number>,
    resets: Uint8Array,
    rewards: Float64Array,
    terminated: Uint8Array,
  ): void;
  /** Writes what is seen of all to `out`, row by row. */
  protected abstract observe(out: Float32Array): void;

  reset(given?: VectorResetOptions): VectorReset<Float32Array> {
    const owner = this.constructor.name;
    const { seed, options = {}, mask } = optionsOf(owner, given, ['seed', 'options', 'mask']);
    if (seed !== undefined) requireWhole(owner, 'seed', seed);
    if (mask !== undefined) requireCount(owner, 'the mask', mask, this.numEnvs);
    if (mask !== undefined && !this.#isRunning) refuseUnset(owner);
    this.prepare(options);
    if (seed !== undefined) this.#uniforms = new Uniforms(new Generator(seed));
    this.#uniforms ??= new Uniforms(new Generator(defaultGenerator().below(2 ** 32)));
    for (let i = 0; i < this.numEnvs; i++) {
      if (mask === undefined || mask[i]) this.#restart(i);
    }
    this.#isRunning = true;
    return { observations: this.#observed(), infos: this.#infos };
  }

  step(actions: ArrayLike<Action> | Float32Array | Int32Array): VectorStep<Float32Array> {
    if (!this.#isRunning) refuseUnset(this.constructor.name);
    const list = this.#requireActions(actions);
    const { numEnvs, autoresetMode } = this;
    const ended = this.#ended;
    if (autoresetMode === 'disabled' && ended.includes(1)) {
      refuseEnded(this.constructor.name, ended.indexOf(1));
    }
    // One piece of memory for all: to ask for each costs as much as moving a hundred carts.
    const width = this.singleObservationSpace.low.length;
    const flags = numEnvs * (8 + 4 * width);
    const buffer = new ArrayBuffer(flags + 3 * numEnvs);
    const rewards = new Float64Array(buffer, 0, numEnvs);
    const finalObservations = new Float32Array(buffer, 8 * numEnvs, width * numEnvs);
    const terminated = new Uint8Array(buffer, flags, numEnvs);
    const truncated = new Uint8Array(buffer, flags + numEnvs, numEnvs);
    const resets = new Uint8Array(buffer, flags + 2 * numEnvs, numEnvs);
    resets.set(ended);
    this.move(list, resets, rewards, terminated);
    const ends = this.#count(resets, terminated, truncated);
    this.observe(finalObservations);
    let observations: Float32Array = finalObservations;
    if (autoresetMode === 'same-step' && ends) {
      for (let i = 0; i < numEnvs; i++) if (ended[i] === 1) this.#restart(i);
      observations = this.#observed();
    }
    const infos = this.#infos;
    return { observations, finalObservations, rewards, terminated, truncated, resets, infos };
  }

  close(): void {}

  /** Starts those anew that `resets` marks, and counts the steps of the others; whether one has ended. */
  #count(resets: Uint8Array, terminated: Uint8Array, truncated: Uint8Array): boolean {
    const { maxEpisodeSteps } = this;
    const steps = this.#steps;
    const ended = this.#ended;
    let ends = false;
    for (let i = 0; i < resets.length; i++) {
      if (resets[i] === 1) {
        this.#restart(i);
        continue;
      }
      const count = steps[i]! + 1;
      steps[i] = count;
      if (count >= maxEpisodeSteps) truncated[i] = 1;
      else if (terminated[i] === 0) continue;
      ended[i] = 1;
      ends = true;
    }
    return ends;
  }

  #restart(i: number): void {
    this.start(i, this.#uniforms!); // `reset` has made them
    this.#ended[i] = 0;
    this.#steps[i] = 0;
  }

  #observed(): Float32Array {
    const out = new Float32Array(this.numEnvs * this.singleObservationSpace.low.length);
    this.observe(out);
    return out;
  }

  /** A number for each environment: the actions of these controls have one. */
  #requireActions(actions: ArrayLike<unknown>): ArrayLike<number> {
    requireCount(this.constructor.name, 'the actions', actions, this.numEnvs);
    const space: Space<unknown> = this.singleActionSpace;
    const n = space instanceof Discrete ? space.n : 0;
    if (actions instanceof Int32Array && n > 0) {
      let i = 0;
      while (i < actions.length && actions[i]! >= 0 && actions[i]! < n) i++;
      return i === actions.length ? actions : this.#refuse(actions[i], i);
    }
    const isRows = typeof actions[0] === 'object';
    const list = isRows
      ? Array.from(actions, (row) => (row as ArrayLike<number> | null)?.[0])
      : actions;
    for (let i = 0; i < list.length; i++) {
      const action = list[i];
      const fits =
        typeof action === 'number' &&
        (n > 0 ? action >= 0 && action < n && action % 1 === 0 : Number.isFinite(action));
      if (!fits) this.#refuse(action, i);
    }
    return list as ArrayLike<number>; // the loop has looked
  }

  #refuse(action: unknown, i: number): never {
    const space: Space<unknown> = this.singleActionSpace;
    throw new RangeError(
      `${this.constructor.name}: an action must be ${space instanceof Discrete ? `in ${space}` : 'a finite number'}, got ${shown(action)} for environment ${i}.`,
    );
  }
}
