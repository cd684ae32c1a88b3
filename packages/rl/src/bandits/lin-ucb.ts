import { optionsOf, requireWhole, type Generator } from '@kasane/tensor-core';
import { requireFinite, requireList, requireWithin } from '../planning/given.ts';
import { drawArgmax, generatorOf, requireArm, type BanditGeneratorOptions } from './bandit.ts';
import type { ContextualAgent } from './contextual-bandit.ts';

/** Options of `LinUCB`. */
export interface LinUCBOptions extends BanditGeneratorOptions {
  /** How much an arm gains by being little known in such a context. Default: 1. */
  readonly alpha?: number;
}

/**
 * LinUCB with disjoint models: for each arm a ridge regression of rewards on contexts x, and the arm with the largest upper bound.
 *
 * $$ a = \arg\max_b \; \theta_b \cdot x + \alpha \sqrt{x^\top A_b^{-1} x}, \qquad A_b = I + \sum x x^\top, \quad \theta_b = A_b^{-1} \sum r\, x $$
 *
 * A⁻¹ is kept instead of A, and follows each context by Sherman and Morrison's formula.
 *
 * @throws RangeError if `arms` or `features` is not a whole number of at least 1, `alpha` is below 0, a number is not finite, or an arm is
 * none.
 * @throws {@link ShapeError} if a context has not `features` numbers.
 *
 * @example
 * import { LinUCB } from '@kasane/rl';
 * const agent = new LinUCB(2, 1, { alpha: 0 });
 * agent.learn([1], 1, 6); // θ = 6 / (1 + 1)
 * agent.weights(1)[0]; // => 3
 * agent.act([1]); // => 1
 * @see Li and others (2010), A Contextual-Bandit Approach to Personalized News Article Recommendation, https://arxiv.org/abs/1003.0146
 */
export class LinUCB implements ContextualAgent {
  readonly #alpha: number;
  readonly #features: number;
  readonly #generator: Generator;
  readonly #inverses: readonly Float64Array[]; // A⁻¹ of each arm, (features * features)
  readonly #sums: readonly Float64Array[]; // Σ reward x
  readonly #bounds: Float64Array;
  readonly #product: Float64Array; // A⁻¹ x

  constructor(arms: number, features: number, options?: LinUCBOptions) {
    const { alpha = 1, generator } = optionsOf('LinUCB', options, ['alpha', 'generator']);
    requireWhole('LinUCB', 'arms', arms, 1);
    requireWhole('LinUCB', 'features', features, 1);
    requireWithin('LinUCB', 'alpha', alpha, 0);
    this.#alpha = alpha;
    this.#features = features;
    this.#generator = generatorOf('LinUCB', generator);
    this.#inverses = Array.from({ length: arms }, () => {
      const identity = new Float64Array(features * features);
      for (let i = 0; i < features; i++) identity[i * features + i] = 1;
      return identity;
    });
    this.#sums = Array.from({ length: arms }, () => new Float64Array(features));
    this.#bounds = new Float64Array(arms);
    this.#product = new Float64Array(features);
  }

  /** θ of an arm, (features). */
  weights(arm: number): Float64Array {
    requireArm('LinUCB', arm, this.#sums.length);
    return this.#times(arm, this.#sums[arm]!).slice();
  }

  act(context: ArrayLike<number>): number {
    requireList('LinUCB', 'the context', context, this.#features);
    for (let arm = 0; arm < this.#bounds.length; arm++) {
      const product = this.#times(arm, context);
      // θ · x is (A⁻¹ x) · Σ reward x, for A is symmetric.
      const spread = Math.sqrt(Math.max(0, dot(product, context)));
      this.#bounds[arm] = dot(product, this.#sums[arm]!) + this.#alpha * spread;
    }
    return drawArgmax(this.#bounds, this.#generator);
  }

  learn(context: ArrayLike<number>, arm: number, reward: number): void {
    requireList('LinUCB', 'the context', context, this.#features);
    requireArm('LinUCB', arm, this.#sums.length);
    requireFinite('LinUCB', 'the reward', reward);
    // (A + x xᵀ)⁻¹ = A⁻¹ - A⁻¹ x (A⁻¹ x)ᵀ / (1 + x · A⁻¹ x)
    const product = this.#times(arm, context);
    const scale = 1 / (1 + dot(product, context));
    const n = this.#features;
    for (let i = 0; i < n; i++) {
      for (let j = 0; j < n; j++) this.#inverses[arm]![i * n + j]! -= scale * product[i]! * product[j]!; // prettier-ignore
      this.#sums[arm]![i]! += reward * context[i]!;
    }
  }

  /** A⁻¹ x of an arm. */
  #times(arm: number, x: ArrayLike<number>): Float64Array {
    const n = this.#features;
    const inverse = this.#inverses[arm]!;
    for (let i = 0; i < n; i++) {
      let sum = 0;
      for (let j = 0; j < n; j++) sum += inverse[i * n + j]! * x[j]!;
      this.#product[i] = sum;
    }
    return this.#product;
  }
}

function dot(a: ArrayLike<number>, b: ArrayLike<number>): number {
  let sum = 0;
  for (let i = 0; i < a.length; i++) sum += a[i]! * b[i]!;
  return sum;
}
