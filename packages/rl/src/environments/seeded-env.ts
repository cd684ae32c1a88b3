import { defaultGenerator, Generator, optionsOf, requireWhole, shown } from '@kasane/tensor-core';
import type { Env, Info, Reset, ResetOptions, Step } from '../env.ts';
import type { Space } from '../spaces/space.ts';

/** The info of those that tell nothing. @internal */
export const noInfo: Info = Object.freeze({});

/**
 * What an environment of one's own may extend: it keeps the generator, and the rules for when to step.
 *
 * A subclass has the two spaces, and `begin` and `advance` for what its `reset` and `step` do. Until it is seeded it draws from a seed
 * that comes from `defaultGenerator()`. Extending it is a choice: any object with the members of `Env` is an environment.
 *
 * Gymnasium's `Env` leaves those to the environment, and its `np_random` is the `generator` here.
 *
 * @throws Error if a step is taken before the first reset or after the end.
 * @throws RangeError if an action is not in `actionSpace`, or a seed is not a whole number of at least 0.
 *
 * @example
 * import { Discrete, SeededEnv } from '@kasane/rl';
 * class Coin extends SeededEnv<number, number> {
 *   readonly observationSpace = new Discrete(1);
 *   readonly actionSpace = new Discrete(2);
 *   begin() {
 *     return { observation: 0, info: {} };
 *   }
 *   advance(guess: number) {
 *     const reward = Number(guess === this.generator.below(2));
 *     return { observation: 0, reward, terminated: true, truncated: false, info: {} };
 *   }
 * }
 * const coin = new Coin();
 * coin.reset({ seed: 1 });
 * coin.step(1).terminated; // => true
 * coin.step(1); // => throws Error
 * @category Environments
 */
export abstract class SeededEnv<Observation = Float32Array, Action = number> implements Env<
  Observation,
  Action
> {
  abstract readonly observationSpace: Space<Observation>;
  abstract readonly actionSpace: Space<Action>;
  /** What everything random is drawn from. */
  protected generator: Generator = unseeded;
  #phase: 'new' | 'running' | 'over' = 'new';

  /** Starts an episode; the options are the environment's own. */
  protected abstract begin(options: Readonly<Record<string, unknown>>): Reset<Observation>;
  /** What an action of the space brings. */
  protected abstract advance(action: Action): Step<Observation>;

  /** Throws unless an action can be taken. Environments that take more than their space names put a wider rule here. */
  protected requireAction(action: Action): void {
    if (this.actionSpace.contains(action)) return;
    throw new RangeError(
      `${this.constructor.name}: an action must be in ${this.actionSpace}, got ${shown(action)}.`,
    );
  }

  reset(given?: ResetOptions): Reset<Observation> {
    const owner = this.constructor.name;
    const { seed, options = {} } = optionsOf(owner, given, ['seed', 'options']);
    if (seed !== undefined) {
      requireWhole(owner, 'seed', seed);
      this.generator = new Generator(seed);
    } else if (this.generator === unseeded) {
      this.generator = new Generator(defaultGenerator().below(2 ** 32));
    }
    if (Object(options) !== options) {
      throw new TypeError(`${owner}: options must be an object, got ${shown(options)}.`);
    }
    const start = this.begin(options);
    this.#phase = 'running';
    return start;
  }

  step(action: Action): Step<Observation> {
    if (this.#phase !== 'running') throw this.#refusal();
    this.requireAction(action);
    const step = this.advance(action);
    if (step.terminated || step.truncated) this.#phase = 'over';
    return step;
  }

  #refusal(): Error {
    const owner = this.constructor.name;
    return new Error(
      this.#phase === 'new'
        ? `${owner}: step was called before the first reset; call reset().`
        : `${owner}: step was called after the end of the episode; call reset().`,
    );
  }
}

// Stands for none; nothing is drawn from it.
const unseeded = new Generator(0);
