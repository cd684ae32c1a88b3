import { optionsOf, requireWhole, type Generator } from '@kasane/tensor-core';
import { requireFinite, requireWithin } from '../planning/given.ts';
import { softmax } from '../planning/policies.ts';
import {
  drawIndex,
  generatorOf,
  requireArm,
  type BanditAgent,
  type BanditGeneratorOptions,
} from './bandit.ts';

/** Options of `GradientBandit`. */
export interface GradientBanditOptions extends BanditGeneratorOptions {
  /** The rate α of the preferences. Default: 0.1. */
  readonly lr?: number;
  /** Whether rewards are compared with their mean. Default: true. */
  readonly baseline?: boolean;
}

/**
 * The gradient bandit learns preferences h instead of values, by steps along the gradient of the expected reward.
 *
 * $$ \pi = \operatorname{softmax}(h), \qquad h_b \leftarrow h_b + \alpha\, (r - \bar r)\, (1[b = a] - \pi_b) $$
 *
 * The baseline $\bar r$ is the mean of all rewards, the current one included; without it, it is 0.
 *
 * @throws RangeError if `arms` is not a whole number of at least 1, `lr` is below 0, a reward is not finite, or an arm is none.
 *
 * @example
 * import { GradientBandit } from '@kasane/rl';
 * const agent = new GradientBandit(2, { lr: 0.5, baseline: false });
 * agent.learn(0, 1); // h = (0.25, -0.25)
 * agent.preferences[0]; // => 0.25
 * @see Sutton and Barto (2018), section 2.8.
 */
export class GradientBandit implements BanditAgent {
  /** h, (arms). */
  readonly preferences: Float64Array;
  readonly #lr: number;
  readonly #baseline: boolean;
  readonly #generator: Generator;
  readonly #probabilities: Float64Array;
  #mean = 0;
  #count = 0;

  constructor(arms: number, options?: GradientBanditOptions) {
    const {
      lr = 0.1,
      baseline = true,
      generator,
    } = optionsOf('GradientBandit', options, ['lr', 'baseline', 'generator']);
    requireWhole('GradientBandit', 'arms', arms, 1);
    requireWithin('GradientBandit', 'lr', lr, 0);
    this.preferences = new Float64Array(arms);
    this.#probabilities = new Float64Array(arms);
    this.#lr = lr;
    this.#baseline = baseline;
    this.#generator = generatorOf('GradientBandit', generator);
  }

  /** π, (arms). */
  probabilities(): Float64Array {
    return softmax(this.preferences, 1, this.#probabilities).slice();
  }

  act(): number {
    return drawIndex(softmax(this.preferences, 1, this.#probabilities), this.#generator);
  }

  learn(arm: number, reward: number): void {
    requireArm('GradientBandit', arm, this.preferences.length);
    requireFinite('GradientBandit', 'the reward', reward);
    this.#mean += (reward - this.#mean) / ++this.#count;
    const step = this.#lr * (reward - (this.#baseline ? this.#mean : 0));
    const pi = softmax(this.preferences, 1, this.#probabilities);
    for (let b = 0; b < pi.length; b++) this.preferences[b]! += step * (Number(b === arm) - pi[b]!);
  }
}
