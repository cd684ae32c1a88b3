import { optionsOf, type Generator } from '@kasane/tensor-core';
import { requireWithin } from '../planning/given.ts';
import { ArmValues } from './arm-values.ts';
import {
  drawArgmax,
  generatorOf,
  type BanditAgent,
  type BanditGeneratorOptions,
} from './bandit.ts';

/** Options of `EpsilonGreedy`. */
export interface EpsilonGreedyOptions extends BanditGeneratorOptions {
  /** The probability of any arm at all, drawn. Default: 0.1. */
  readonly epsilon?: number;
  /** α for a bandit that drifts. Default: 1 / n, the mean of all rewards. */
  readonly stepSize?: number;
  /** What every arm is thought to pay at first; much makes curious. Default: 0. */
  readonly initial?: number;
}

/**
 * ε-greedy: with probability ε any arm, else the one that paid most on average. With 0 it never explores, with 1 it does nothing else.
 *
 * $$ a = \arg\max_b Q(b) \text{ with probability } 1 - \epsilon $$
 *
 * $$ Q(a) \leftarrow Q(a) + \alpha\, (r - Q(a)), \quad \alpha = 1 / n(a) \text{ or } \text{stepSize} $$
 *
 * Of several that paid most one is drawn.
 *
 * @throws RangeError if `arms` is not a whole number of at least 1, `epsilon` or `stepSize` not from 0 to 1, `initial` or a reward not
 * finite, or an arm is none.
 *
 * @example
 * import { EpsilonGreedy } from '@kasane/rl';
 * const agent = new EpsilonGreedy(2, { epsilon: 0 });
 * agent.learn(1, 5);
 * agent.act(); // => 1
 * @see Sutton and Barto (2018), section 2.4.
 */
export class EpsilonGreedy implements BanditAgent {
  readonly #epsilon: number;
  readonly #generator: Generator;
  readonly #arms: ArmValues;

  constructor(arms: number, options?: EpsilonGreedyOptions) {
    const {
      epsilon = 0.1,
      stepSize,
      initial,
      generator,
    } = optionsOf('EpsilonGreedy', options, ['epsilon', 'stepSize', 'initial', 'generator']);
    requireWithin('EpsilonGreedy', 'epsilon', epsilon, 0, 1);
    this.#arms = new ArmValues('EpsilonGreedy', arms, initial, stepSize);
    this.#epsilon = epsilon;
    this.#generator = generatorOf('EpsilonGreedy', generator);
  }

  /** What each arm is thought to pay. */
  get values(): Float64Array {
    return this.#arms.values;
  }

  act(): number {
    return this.#generator.random() < this.#epsilon
      ? this.#generator.below(this.values.length)
      : drawArgmax(this.values, this.#generator);
  }

  learn(arm: number, reward: number): void {
    this.#arms.learn(arm, reward);
  }
}
