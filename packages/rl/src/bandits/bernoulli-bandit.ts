import { optionsOf, type Generator } from '@kasane/tensor-core';
import { requireList, requireWithin } from '../planning/given.ts';
import { generatorOf, requireArm, type Bandit, type BanditGeneratorOptions } from './bandit.ts';

/**
 * A bandit whose arms pay 1 with the probabilities `means`, else 0.
 *
 * $$ P(r = 1 \mid a) = \mu_a $$
 *
 * @throws RangeError if there are no arms, a probability is not from 0 to 1, or `pull` gets an arm that there is not.
 *
 * @example
 * import { BernoulliBandit } from '@kasane/rl';
 * const bandit = new BernoulliBandit([0, 1]);
 * [bandit.pull(0), bandit.pull(1)]; // => [0,1]
 */
export class BernoulliBandit implements Bandit {
  readonly arms: number;
  readonly means: Float64Array;
  readonly #generator: Generator;

  constructor(means: ArrayLike<number>, options?: BanditGeneratorOptions) {
    const { generator } = optionsOf('BernoulliBandit', options, ['generator']);
    requireList('BernoulliBandit', 'means', means);
    requireWithin('BernoulliBandit', 'the number of arms', means.length, 1);
    for (let i = 0; i < means.length; i++) {
      requireWithin('BernoulliBandit', `the probability of arm ${i}`, means[i], 0, 1);
    }
    this.#generator = generatorOf('BernoulliBandit', generator);
    this.arms = means.length;
    this.means = Float64Array.from(means);
  }

  pull(arm: number): number {
    requireArm('BernoulliBandit', arm, this.arms);
    return Number(this.#generator.random() < this.means[arm]!);
  }
}
