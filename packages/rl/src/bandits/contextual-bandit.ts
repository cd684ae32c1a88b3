import { optionsOf, requireWhole, shown, type Generator } from '@kasane/tensor-core';
import { requireTable, requireWithin } from '../planning/given.ts';
import { generatorOf, requireArm, type BanditGeneratorOptions } from './bandit.ts';

/** A bandit that shows something before each pull, on which depends what the arms pay. */
export interface ContextualBandit {
  readonly arms: number;
  /** Numbers of a context. */
  readonly features: number;
  /** What each arm pays on average in the context that was shown last: for whoever measures. */
  readonly means: ArrayLike<number>;
  /** The next context, (features). */
  observe(): Float64Array;
  /** Pulls an arm in the context that was shown last, and returns what it pays. */
  pull(arm: number): number;
}

/** Who plays a contextual bandit. */
export interface ContextualAgent {
  /** The arm to pull in a context. */
  act(context: ArrayLike<number>): number;
  /** Learns what an arm paid in a context. */
  learn(context: ArrayLike<number>, arm: number, reward: number): void;
}

/** Options of `LinearBandit`. */
export interface LinearBanditOptions extends BanditGeneratorOptions {
  /** The standard deviation of what an arm pays. Default: 0.1. */
  readonly std?: number;
}

/**
 * A contextual bandit whose arms pay in proportion to what the context shows of them.
 *
 * $$ r = w_a \cdot x + \text{std} \cdot \epsilon, \quad x \sim N(0, I), \; \epsilon \sim N(0, 1) $$
 *
 * `weights` are (arms, features), contexts (features).
 *
 * @throws {@link ShapeError} if an arm has more or fewer weights than the first.
 * @throws RangeError if there are no arms or features, a weight is not finite, `std` is below 0, or `pull` gets an arm that there is not.
 *
 * @example
 * import { LinearBandit } from '@kasane/rl';
 * const bandit = new LinearBandit([[1, 0], [0, 1]], { std: 0 });
 * const context = bandit.observe();
 * bandit.pull(1) === context[1]; // => true
 */
export class LinearBandit implements ContextualBandit {
  readonly arms: number;
  readonly features: number;
  readonly means: Float64Array;
  readonly #weights: readonly ArrayLike<number>[];
  readonly #std: number;
  readonly #generator: Generator;

  constructor(weights: readonly ArrayLike<number>[], options?: LinearBanditOptions) {
    const { std = 0.1, generator } = optionsOf('LinearBandit', options, ['std', 'generator']);
    requireTable('LinearBandit', 'weights', weights);
    requireWithin('LinearBandit', 'the number of arms', weights.length, 1);
    requireWithin('LinearBandit', 'the number of features', weights[0]!.length, 1);
    requireWithin('LinearBandit', 'std', std, 0);
    this.arms = weights.length;
    this.features = weights[0]!.length;
    this.means = new Float64Array(this.arms);
    this.#weights = weights.map((row) => Float64Array.from(row));
    this.#std = std;
    this.#generator = generatorOf('LinearBandit', generator);
  }

  observe(): Float64Array {
    const context = Float64Array.from({ length: this.features }, () => this.#generator.normal());
    this.#weights.forEach((row, arm) => {
      this.means[arm] = context.reduce((sum, x, i) => sum + x * row[i]!, 0);
    });
    return context;
  }

  /** Before the first `observe` every arm pays 0 on average. */
  pull(arm: number): number {
    requireArm('LinearBandit', arm, this.arms);
    return this.means[arm]! + this.#std * this.#generator.normal();
  }
}

/**
 * Lets an agent play a contextual bandit for so many steps; returns the regret of each, (steps).
 *
 * $$ \text{regret}_t = \max_b \mu_b(x_t) - \mu_{a_t}(x_t) $$
 *
 * @throws RangeError if `steps` is not a whole number of at least 0, and what bandit and agent throw.
 *
 * @example
 * import { LinearBandit, LinUCB, playContextualBandit } from '@kasane/rl';
 * import { Generator } from '@kasane/tensor-core';
 * const bandit = new LinearBandit([[1, 0], [0, 1]], { generator: new Generator(1) });
 * const regrets = playContextualBandit(bandit, new LinUCB(2, 2), 500);
 * regrets.slice(-100).reduce((a, b) => a + b) < 1; // => true
 */
export function playContextualBandit(
  bandit: ContextualBandit,
  agent: ContextualAgent,
  steps: number,
): Float64Array {
  const owner = 'playContextualBandit';
  if (typeof bandit?.observe !== 'function' || typeof bandit.pull !== 'function') {
    throw new TypeError(`${owner}: needs a bandit with observe and pull, got ${shown(bandit)}.`);
  }
  if (typeof agent?.act !== 'function' || typeof agent.learn !== 'function') {
    throw new TypeError(`${owner}: needs an agent with act and learn, got ${shown(agent)}.`);
  }
  requireWhole(owner, 'steps', steps);
  return Float64Array.from({ length: steps }, () => {
    const context = bandit.observe();
    const arm = agent.act(context);
    let best = -Infinity;
    for (let i = 0; i < bandit.arms; i++) best = Math.max(best, bandit.means[i]!);
    const regret = best - bandit.means[arm]!;
    agent.learn(context, arm, bandit.pull(arm));
    return regret;
  });
}
