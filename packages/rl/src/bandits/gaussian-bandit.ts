import { optionsOf, requireWhole, type Generator } from '@kasane/tensor-core';
import { requireList, requireWithin } from '../planning/given.ts';
import { generatorOf, requireArm, type Bandit, type BanditGeneratorOptions } from './bandit.ts';

/** Options of `GaussianBandit`. */
export interface GaussianBanditOptions extends BanditGeneratorOptions {
  /** The standard deviation of what an arm pays. Default: 1. */
  readonly std?: number;
  /** By how much each mean walks with every pull, as the standard deviation of its step. Default: 0, a stationary bandit. */
  readonly drift?: number;
}

/**
 * A bandit whose arms pay normally distributed rewards, and whose means may drift: after each pull every one of them moves.
 *
 * $$ r \sim N(\mu_a, \text{std}^2), \qquad \mu_b \leftarrow \mu_b + N(0, \text{drift}^2) \text{ for all } b $$
 *
 * @throws RangeError if there are no arms, a mean is not finite, `std` or `drift` is below 0, or `pull` gets an arm that there is not.
 *
 * @example
 * import { GaussianBandit } from '@kasane/rl';
 * import { Generator } from '@kasane/tensor-core';
 * const bandit = new GaussianBandit([0, 1], { std: 0 });
 * bandit.pull(1); // => 1
 * GaussianBandit.draw(10, { generator: new Generator(1) }).arms; // => 10
 * @see Sutton and Barto (2018), section 2.3 and exercise 2.5.
 */
export class GaussianBandit implements Bandit {
  readonly arms: number;
  readonly means: Float64Array;
  readonly #std: number;
  readonly #drift: number;
  readonly #generator: Generator;

  constructor(means: ArrayLike<number>, options?: GaussianBanditOptions) {
    const {
      std = 1,
      drift = 0,
      generator,
    } = optionsOf('GaussianBandit', options, ['std', 'drift', 'generator']);
    requireList('GaussianBandit', 'means', means);
    requireWithin('GaussianBandit', 'the number of arms', means.length, 1);
    requireWithin('GaussianBandit', 'std', std, 0);
    requireWithin('GaussianBandit', 'drift', drift, 0);
    this.#generator = generatorOf('GaussianBandit', generator);
    this.arms = means.length;
    this.means = Float64Array.from(means);
    this.#std = std;
    this.#drift = drift;
  }

  /** One of the ten-armed testbed, or of so many arms: its means are drawn from N(0, 1). */
  static draw(arms: number, options?: GaussianBanditOptions): GaussianBandit {
    requireWhole('GaussianBandit.draw', 'arms', arms, 1);
    const bandit = new GaussianBandit(new Float64Array(arms), options);
    for (let arm = 0; arm < bandit.arms; arm++) bandit.means[arm] = bandit.#generator.normal();
    return bandit;
  }

  pull(arm: number): number {
    requireArm('GaussianBandit', arm, this.arms);
    const reward = this.means[arm]! + this.#std * this.#generator.normal();
    if (this.#drift > 0) {
      for (let i = 0; i < this.arms; i++) this.means[i]! += this.#drift * this.#generator.normal();
    }
    return reward;
  }
}
