import { optionsOf, type Generator } from '@kasane/tensor-core';
import { requireWithin } from '../planning/given.ts';
import { ArmValues } from './arm-values.ts';
import {
  drawArgmax,
  generatorOf,
  type BanditAgent,
  type BanditGeneratorOptions,
} from './bandit.ts';

/** Options of `UCB1`. */
export interface UCB1Options extends BanditGeneratorOptions {
  /** How much an arm gains by being little known. Default: √2, for rewards from 0 to 1. */
  readonly c?: number;
  /** α for a bandit that drifts. Default: 1 / n, the mean of all rewards. */
  readonly stepSize?: number;
}

/**
 * UCB1: every arm once, then the one with the largest upper confidence bound, after t pulls, n(b) of them of arm b.
 *
 * $$ a = \arg\max_b \; Q(b) + c \sqrt{\frac{\ln t}{n(b)}} $$
 *
 * @throws RangeError if `arms` is not a whole number of at least 1, `c` is below 0, `stepSize` not from 0 to 1, a reward not finite, or an
 * arm is none.
 *
 * @example
 * import { UCB1 } from '@kasane/rl';
 * const agent = new UCB1(2);
 * agent.learn(0, 1);
 * agent.act(); // => 1
 * @see Auer, Cesa-Bianchi and Fischer (2002), https://doi.org/10.1023/A:1013689704352
 */
export class UCB1 implements BanditAgent {
  readonly #c: number;
  readonly #generator: Generator;
  readonly #arms: ArmValues;
  readonly #bounds: Float64Array;
  #pulls = 0;

  constructor(arms: number, options?: UCB1Options) {
    const {
      c = Math.SQRT2,
      stepSize,
      generator,
    } = optionsOf('UCB1', options, ['c', 'stepSize', 'generator']);
    requireWithin('UCB1', 'c', c, 0);
    this.#arms = new ArmValues('UCB1', arms, 0, stepSize);
    this.#bounds = new Float64Array(arms);
    this.#c = c;
    this.#generator = generatorOf('UCB1', generator);
  }

  /** What each arm is thought to pay. */
  get values(): Float64Array {
    return this.#arms.values;
  }

  act(): number {
    const { values, counts } = this.#arms;
    const log = Math.log(this.#pulls);
    for (let arm = 0; arm < values.length; arm++) {
      const n = counts[arm]!;
      this.#bounds[arm] = n === 0 ? Infinity : values[arm]! + this.#c * Math.sqrt(log / n);
    }
    return drawArgmax(this.#bounds, this.#generator);
  }

  learn(arm: number, reward: number): void {
    this.#arms.learn(arm, reward);
    this.#pulls++;
  }
}
