import { optionsOf, requireWhole, type Generator } from '@kasane/tensor-core';
import { requireFinite, requireWithin } from '../planning/given.ts';
import {
  drawArgmax,
  generatorOf,
  requireArm,
  type BanditAgent,
  type BanditGeneratorOptions,
} from './bandit.ts';
import { drawBeta } from './draw-beta.ts';

/**
 * Thompson sampling for rewards from 0 to 1: draws what each arm may pay from what is believed of it after S successes and F failures, and
 * takes the arm with the largest draw. A reward between 0 and 1 counts for both in part.
 *
 * $$ a = \arg\max_b \theta_b, \quad \theta_b \sim \operatorname{Beta}(1 + S_b, 1 + F_b), \qquad S_a \leftarrow S_a + r, \quad F_a \leftarrow F_a + 1 - r $$
 *
 * @throws RangeError if `arms` is not a whole number of at least 1, a reward is not from 0 to 1, or an arm is none.
 *
 * @example
 * import { ThompsonSampling } from '@kasane/rl';
 * const agent = new ThompsonSampling(2);
 * for (let i = 0; i < 500; i++) agent.learn(0, 0);
 * for (let i = 0; i < 500; i++) agent.learn(1, 1);
 * agent.act(); // => 1
 * @see Thompson (1933), https://doi.org/10.1093/biomet/25.3-4.285; Chapelle and Li (2011), An Empirical Evaluation of Thompson Sampling.
 */
export class ThompsonSampling implements BanditAgent {
  /** The first parameter of each arm's Beta distribution. */
  readonly alpha: Float64Array;
  /** The second. */
  readonly beta: Float64Array;
  readonly #generator: Generator;
  readonly #draws: Float64Array;

  constructor(arms: number, options?: BanditGeneratorOptions) {
    const { generator } = optionsOf('ThompsonSampling', options, ['generator']);
    requireWhole('ThompsonSampling', 'arms', arms, 1);
    this.alpha = new Float64Array(arms).fill(1);
    this.beta = new Float64Array(arms).fill(1);
    this.#draws = new Float64Array(arms);
    this.#generator = generatorOf('ThompsonSampling', generator);
  }

  act(): number {
    for (let arm = 0; arm < this.#draws.length; arm++) {
      this.#draws[arm] = drawBeta(this.alpha[arm]!, this.beta[arm]!, this.#generator);
    }
    return drawArgmax(this.#draws, this.#generator);
  }

  learn(arm: number, reward: number): void {
    requireArm('ThompsonSampling', arm, this.alpha.length);
    requireWithin('ThompsonSampling', 'the reward', reward, 0, 1);
    this.alpha[arm]! += reward;
    this.beta[arm]! += 1 - reward;
  }
}

/** Options of `GaussianThompsonSampling`. */
export interface GaussianThompsonSamplingOptions extends BanditGeneratorOptions {
  /** The standard deviation of what an arm pays. Default: 1. */
  readonly std?: number;
  /** How far the means of arms lie from 0, as a standard deviation. Default: 1. */
  readonly priorStd?: number;
}

/**
 * Thompson sampling for normally distributed rewards of a known deviation: what is believed of an arm's mean after n rewards is normal,
 * too.
 *
 * $$ a = \arg\max_b \theta_b, \quad \theta_b \sim N(m_b, 1 / \tau_b), \qquad \tau = \frac{1}{\text{priorStd}^2} + \frac{n}{\text{std}^2}, \quad m = \frac{1}{\tau} \sum \frac{r}{\text{std}^2} $$
 *
 * @throws RangeError if `arms` is not a whole number of at least 1, `std` or `priorStd` not above 0, a reward not finite, or an arm is
 * none.
 *
 * @example
 * import { GaussianThompsonSampling } from '@kasane/rl';
 * const agent = new GaussianThompsonSampling(2, { std: 0.01 });
 * agent.learn(0, -1);
 * agent.learn(1, 9);
 * agent.act(); // => 1
 * @see Russo and others (2018), A Tutorial on Thompson Sampling, https://doi.org/10.1561/2200000070
 */
export class GaussianThompsonSampling implements BanditAgent {
  readonly #precision: Float64Array;
  readonly #weighted: Float64Array; // Σ rewards / std²
  readonly #weight: number; // 1 / std²
  readonly #generator: Generator;
  readonly #draws: Float64Array;

  constructor(arms: number, options?: GaussianThompsonSamplingOptions) {
    const owner = 'GaussianThompsonSampling';
    const {
      std = 1,
      priorStd = 1,
      generator,
    } = optionsOf(owner, options, ['std', 'priorStd', 'generator']);
    requireWhole(owner, 'arms', arms, 1);
    requireWithin(owner, 'std', std, 1e-100);
    requireWithin(owner, 'priorStd', priorStd, 1e-100);
    this.#precision = new Float64Array(arms).fill(1 / priorStd ** 2);
    this.#weighted = new Float64Array(arms);
    this.#weight = 1 / std ** 2;
    this.#draws = new Float64Array(arms);
    this.#generator = generatorOf(owner, generator);
  }

  act(): number {
    for (let arm = 0; arm < this.#draws.length; arm++) {
      const precision = this.#precision[arm]!;
      const mean = this.#weighted[arm]! / precision;
      this.#draws[arm] = mean + this.#generator.normal() / Math.sqrt(precision);
    }
    return drawArgmax(this.#draws, this.#generator);
  }

  learn(arm: number, reward: number): void {
    requireArm('GaussianThompsonSampling', arm, this.#draws.length);
    requireFinite('GaussianThompsonSampling', 'the reward', reward);
    this.#precision[arm]! += this.#weight;
    this.#weighted[arm]! += this.#weight * reward;
  }
}
