import { optionsOf, type Generator } from '@kasane/tensor-core';
import { requireWithin } from '../planning/given.ts';
import { softmax } from '../planning/policies.ts';
import { ArmValues } from './arm-values.ts';
import { drawIndex, generatorOf, type BanditAgent, type BanditGeneratorOptions } from './bandit.ts';

/** Options of `SoftmaxExploration`. */
export interface SoftmaxExplorationOptions extends BanditGeneratorOptions {
  /** τ > 0: near 0 the arm thought best is nearly certain, for large ones all are equally probable. Default: 0.2. */
  readonly temperature?: number;
  /** α for a bandit that drifts. Default: 1 / n, the mean of all rewards. */
  readonly stepSize?: number;
}

/**
 * Softmax exploration, or Boltzmann's: arms that are thought to pay more are drawn more often.
 *
 * $$ \pi(a) = \frac{e^{Q(a) / \tau}}{\sum_b e^{Q(b) / \tau}}, \qquad Q(a) \leftarrow Q(a) + \alpha\, (r - Q(a)), \quad \alpha = 1 / n(a) \text{ or } \text{stepSize} $$
 *
 * @throws RangeError if `arms` is not a whole number of at least 1, `temperature` not above 0, `stepSize` not from 0 to 1, a reward not
 * finite, or an arm is none.
 *
 * @example
 * import { SoftmaxExploration } from '@kasane/rl';
 * const agent = new SoftmaxExploration(2, { temperature: 1 });
 * agent.learn(1, Math.log(3));
 * [...agent.probabilities()]; // => [0.25,0.75]
 * @see Sutton and Barto (1998), section 2.3.
 */
export class SoftmaxExploration implements BanditAgent {
  readonly #temperature: number;
  readonly #generator: Generator;
  readonly #arms: ArmValues;
  readonly #probabilities: Float64Array;

  constructor(arms: number, options?: SoftmaxExplorationOptions) {
    const owner = 'SoftmaxExploration';
    const {
      temperature = 0.2,
      stepSize,
      generator,
    } = optionsOf(owner, options, ['temperature', 'stepSize', 'generator']);
    requireWithin(owner, 'temperature', temperature, Number.MIN_VALUE);
    this.#arms = new ArmValues(owner, arms, 0, stepSize);
    this.#probabilities = new Float64Array(arms);
    this.#temperature = temperature;
    this.#generator = generatorOf(owner, generator);
  }

  /** What each arm is thought to pay. */
  get values(): Float64Array {
    return this.#arms.values;
  }

  /** π, (arms). */
  probabilities(): Float64Array {
    return softmax(this.values, this.#temperature, this.#probabilities).slice();
  }

  act(): number {
    softmax(this.values, this.#temperature, this.#probabilities);
    return drawIndex(this.#probabilities, this.#generator);
  }

  learn(arm: number, reward: number): void {
    this.#arms.learn(arm, reward);
  }
}
