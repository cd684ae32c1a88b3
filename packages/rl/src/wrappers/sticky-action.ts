import { defaultGenerator, Generator, optionsOf, requireWhole, shown } from '@kasane/tensor-core';
import type { Env, Reset, ResetOptions, Step } from '../env.ts';
import { requireShare } from './box-of.ts';
import { Wrapper } from './wrapper.ts';

/** Options of `StickyAction`. */
export interface StickyActionOptions {
  /** For how many steps an action that sticks is repeated, or the least and the most of them. Default: 1. */
  readonly repeatActionDuration?: number | readonly [least: number, most: number];
}

/**
 * At times repeats the action before instead of the one it is given, with the probability p, `repeatActionProbability`: what is learned
 * must then bear delays.
 *
 * $$ a'_t = a'_{t-1} \text{ with probability } p, \text{ else } a_t $$
 *
 * Same as `gymnasium.wrappers.StickyAction`; it draws from the seed of `reset`, from a stream of its own.
 *
 * @throws RangeError if the probability is not at least 0 and below 1, or `repeatActionDuration` not a whole number of at least 1, or two
 * of them in order.
 *
 * @example
 * import { FrozenLake, StickyAction } from '@kasane/rl';
 * const env = new StickyAction(new FrozenLake({ isSlippery: false }), 0.25);
 * env.reset({ seed: 1 });
 * env.step(1).observation; // => 4
 * @see https://arxiv.org/abs/1709.06009
 * @category Wrappers
 */
export class StickyAction<Observation, Action> extends Wrapper<Observation, Action> {
  readonly #probability: number;
  readonly #least: number;
  readonly #most: number;
  #generator: Generator | undefined;
  #last: Action | undefined;
  /** How many steps the last action still sticks. */
  #left = 0;

  constructor(
    env: Env<Observation, Action>,
    repeatActionProbability: number,
    options?: StickyActionOptions,
  ) {
    super(env);
    const { repeatActionDuration: duration = 1 } = optionsOf('StickyAction', options, [
      'repeatActionDuration',
    ]);
    requireShare(
      'StickyAction',
      'repeatActionProbability',
      repeatActionProbability,
      'at least 0 and below 1',
    );
    const range: readonly number[] = typeof duration === 'number' ? [duration, duration] : duration;
    if (!Array.isArray(range) || range.length !== 2) {
      throw new RangeError(
        `StickyAction: repeatActionDuration must be a number or [least, most], got ${shown(duration)}.`,
      );
    }
    requireWhole('StickyAction', 'repeatActionDuration', range[0]!, 1);
    requireWhole('StickyAction', 'the most of repeatActionDuration', range[1]!, range[0]!);
    this.#probability = repeatActionProbability;
    this.#least = range[0]!;
    this.#most = range[1]!;
  }

  override reset(options?: ResetOptions): Reset<Observation> {
    const start = this.env.reset(options);
    const seed = options?.seed;
    if (seed !== undefined) this.#generator = new Generator(seed).fork('StickyAction');
    this.#generator ??= new Generator(defaultGenerator().below(2 ** 32));
    this.#last = undefined;
    this.#left = 0;
    return start;
  }

  override step(action: Action): Step<Observation> {
    const generator = this.#generator;
    if (
      this.#left === 0 &&
      this.#last !== undefined &&
      generator !== undefined &&
      generator.random() < this.#probability
    ) {
      this.#left = this.#least + generator.below(this.#most - this.#least + 1);
    }
    let taken = action;
    if (this.#left > 0) {
      this.#left -= 1;
      taken = this.#last!; // it sticks, so there was one
    }
    this.#last = taken;
    return this.env.step(taken);
  }
}
