import {
  defaultGenerator,
  optionsOf,
  requireFunction,
  requireThat,
  requireWhole,
  shown,
  type Generator,
} from '@kasane/tensor-core';
import type { Env } from './env.ts';
import { Turns } from '@kasane/tensor-core/turns';

/** Options of `bootstrapInterval`. */
export interface BootstrapOptions {
  /** How often the interval holds the truth. Default 0.95. */
  readonly confidence?: number;
  /** Samples that are drawn. Default 2000. */
  readonly resamples?: number;
  /** Where they are drawn from. Default: the generator that `manualSeed` seeds. */
  readonly generator?: Generator;
}

/** A mean, and between which bounds it probably is. */
export interface Interval {
  readonly mean: number;
  readonly low: number;
  readonly high: number;
}

/**
 * The mean of numbers, and a confidence interval: means of as many numbers, drawn from them with replacement, between
 * the quantiles that leave out as much on both sides. Asks nothing of how the numbers are distributed; of fewer than
 * about ten it is too narrow.
 *
 * $$ \bar x^* = \frac1n \sum_i x_{j_i}, \; j_i \text{ any of } 1, \dots, n, \qquad \bigl[\, q_{(1 - c) / 2},\; q_{(1 + c) / 2} \,\bigr] \text{ of these means} $$
 *
 * @throws RangeError if there are no numbers, `confidence` c is not between 0 and 1, or `resamples` not a whole number of at least 1.
 *
 * @example
 * import { bootstrapInterval } from '@kasane/rl';
 * import { Generator } from '@kasane/tensor-core';
 * const returns = Array.from({ length: 100 }, (_, i) => i % 10);
 * const { mean, low, high } = bootstrapInterval(returns, { generator: new Generator(1) });
 * [mean, low.toFixed(1), high.toFixed(1)]; // => [4.5,"3.9","5.1"]
 *
 * @see Efron (1979), Bootstrap Methods: Another Look at the Jackknife.
 */
export function bootstrapInterval(values: ArrayLike<number>, options?: BootstrapOptions): Interval {
  const { confidence = 0.95, resamples = 2000, generator = defaultGenerator() } = optionsOf('bootstrapInterval', options, ['confidence', 'resamples', 'generator']); // prettier-ignore
  const inside = confidence > 0 && confidence < 1;
  requireThat(inside, 'bootstrapInterval', 'confidence', confidence, 'between 0 and 1');
  requireWhole('bootstrapInterval', 'resamples', resamples, 1);
  if (typeof values !== 'object' || !(values?.length > 0)) {
    throw new RangeError(`bootstrapInterval: needs numbers, at least one, got ${shown(values)}.`);
  }
  const n = values.length;
  let sum = 0;
  for (let i = 0; i < n; i++) sum += values[i]!;
  const means = new Float64Array(resamples);
  for (let k = 0; k < resamples; k++) {
    let drawn = 0;
    for (let i = 0; i < n; i++) drawn += values[Math.floor(generator.random() * n)]!;
    means[k] = drawn / n;
  }
  means.sort();
  const outside = (1 - confidence) / 2;
  return { mean: sum / n, low: quantile(means, outside), high: quantile(means, 1 - outside) };
}

/** In a straight line between the two numbers beside it. */
function quantile(sorted: Float64Array, q: number): number {
  const at = q * (sorted.length - 1);
  const below = Math.floor(at);
  const above = Math.min(below + 1, sorted.length - 1);
  return sorted[below]! + (at - below) * (sorted[above]! - sorted[below]!);
}

/** Options of `evaluatePolicy`. */
export interface EvaluatePolicyOptions extends BootstrapOptions {
  /** Default 100. */
  readonly episodes?: number;
  /** The environment's, at the first reset. Default: it goes on with what it draws from. */
  readonly seed?: number;
  /** Told after every episode. */
  readonly onProgress?: (report: { readonly episodes: number; readonly total: number }) => void;
  /** Ends the evaluation between two steps, with its reason. */
  readonly signal?: AbortSignal;
}

/** How a policy did. */
export interface PolicyEvaluation extends Interval {
  /** The standard deviation of the returns, as of a sample. NaN of one. */
  readonly std: number;
  /** Undiscounted, of every episode. */
  readonly returns: Float64Array;
  /** Steps of every episode. */
  readonly lengths: Float64Array;
}

/**
 * Lets a policy act for a number of episodes: the mean return, with a confidence interval of it.
 *
 * $$ \bar G = \frac1n \sum_i G_i, \quad G_i = \sum_t r_t, \qquad \text{std}^2 = \frac{1}{n - 1} \sum_i (G_i - \bar G)^2 $$
 *
 * As `evaluate_policy` of Stable-Baselines3, with an interval, of 100 episodes where that one has 10, and with the deviation of a sample
 * where that one divides by n. An environment whose episodes never end needs a limit of time, or a signal.
 *
 * @throws RangeError if a reward is not finite, `episodes` is not a whole number of at least 1, or an option of `bootstrapInterval` is out
 * of range.
 *
 * @example
 * import { CartPole, evaluatePolicy } from '@kasane/rl';
 * import { Generator } from '@kasane/tensor-core';
 * const towardsFall = ([, , angle]: Float32Array) => (angle! > 0 ? 1 : 0);
 * const { mean, low, high } = await evaluatePolicy(towardsFall, new CartPole(), {
 *   seed: 1,
 *   generator: new Generator(1),
 * });
 * low < mean && mean < high && mean > 30; // => true
 */
export async function evaluatePolicy<Observation, Action>(
  policy: (observation: Observation) => Action,
  env: Env<Observation, Action>,
  options?: EvaluatePolicyOptions,
): Promise<PolicyEvaluation> {
  const { episodes = 100, seed, onProgress, signal, ...bootstrap } = optionsOf('evaluatePolicy', options, ['episodes', 'seed', 'onProgress', 'signal', 'confidence', 'resamples', 'generator']); // prettier-ignore
  requireFunction('evaluatePolicy', policy);
  if (typeof env?.reset !== 'function' || typeof env.step !== 'function') {
    throw new TypeError(`evaluatePolicy: needs an environment, with reset and step, got ${shown(env)}.`); // prettier-ignore
  }
  requireWhole('evaluatePolicy', 'episodes', episodes, 1);
  const turns = new Turns(signal);
  const returns = new Float64Array(episodes);
  const lengths = new Float64Array(episodes);
  for (let i = 0; i < episodes; i++) {
    let { observation } = i === 0 && seed !== undefined ? env.reset({ seed }) : env.reset();
    for (let ended = false; !ended;) {
      if (turns.due) await turns.give();
      const step = env.step(policy(observation));
      if (!Number.isFinite(step.reward)) {
        throw new RangeError(`evaluatePolicy: rewards must be finite numbers, got ${shown(step.reward)} in episode ${i}.`); // prettier-ignore
      }
      returns[i]! += step.reward;
      lengths[i]!++;
      observation = step.observation;
      ended = step.terminated || step.truncated;
    }
    onProgress?.({ episodes: i + 1, total: episodes });
  }
  const interval = bootstrapInterval(returns, bootstrap);
  let squares = 0;
  for (const value of returns) squares += (value - interval.mean) ** 2;
  return { ...interval, std: Math.sqrt(squares / (episodes - 1)), returns, lengths };
}
