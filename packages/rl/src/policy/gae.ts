import { optionsOf, requireThat, requireWhole, shown } from '@kasane/tensor-core';

/** Numbers of `steps` steps in `envs` environments, step after step: of environment e at step t at t · envs + e. */
export interface GaeInput {
  readonly rewards: ArrayLike<number>;
  /** V(s), where the step began. */
  readonly values: ArrayLike<number>;
  /** V(s′), where it led: after the last step of an episode this is its final observation, not the next reset's. */
  readonly nextValues: ArrayLike<number>;
  /** 1 where the task has ended. */
  readonly terminated: ArrayLike<number>;
  /** 1 where the episode was cut off. */
  readonly truncated: ArrayLike<number>;
}

/** Options of `gae`. */
export interface GaeOptions {
  /** Discount of a step. Default 0.99. */
  readonly gamma?: number;
  /** λ: 0 looks one step ahead, 1 to the end of the episode. Default 0.95. */
  readonly lambda?: number;
  /** How many environments. Default 1. */
  readonly envs?: number;
}

/** What `gae` gives. */
export interface Advantages {
  /** How much better than V(s) it went. */
  readonly advantages: Float32Array;
  /** Advantages + values: what V(s) should have been. */
  readonly returns: Float32Array;
}

/**
 * Generalized advantage estimation: temporal differences summed with weights (γλ)ⁱ until the episode ends.
 *
 * $$ \delta_t = r_t + \gamma (1 - \text{terminated}_t) V(s_{t+1}) - V(s_t), \quad A_t = \delta_t + \gamma \lambda (1 - \text{ended}_t) A_{t+1} $$
 *
 * Truncated episodes bootstrap with V of their final observation, terminated ones do not.
 *
 * @throws RangeError if gamma or lambda is not from 0 to 1, or the arrays are not equally long, whole steps of all environments.
 *
 * @example
 * import { gae } from '@kasane/rl';
 * const cut = { rewards: [1, 1], values: [0, 0], nextValues: [0, 10] };
 * const { advantages } = gae(
 *   { ...cut, terminated: [0, 0], truncated: [0, 1] },
 *   { gamma: 0.5, lambda: 1 },
 * );
 * [...advantages]; // => [4,6]
 * const ended = gae({ ...cut, terminated: [0, 1], truncated: [0, 0] }, { gamma: 0.5, lambda: 1 });
 * [...ended.advantages]; // => [1.5,1]
 *
 * @see Schulman et al. (2016), High-Dimensional Continuous Control Using Generalized Advantage Estimation.
 */
export function gae(transitions: GaeInput, options?: GaeOptions): Advantages {
  const { gamma = 0.99, lambda = 0.95, envs = 1 } = optionsOf('gae', options, ['gamma', 'lambda', 'envs']); // prettier-ignore
  requireThat(gamma >= 0 && gamma <= 1, 'gae', 'gamma', gamma, 'from 0 to 1');
  requireThat(lambda >= 0 && lambda <= 1, 'gae', 'lambda', lambda, 'from 0 to 1');
  requireWhole('gae', 'envs', envs, 1);
  const { rewards, values, nextValues, terminated, truncated } = checked(transitions, envs);
  const count = rewards.length;
  const advantages = new Float32Array(count);
  const returns = new Float32Array(count);
  for (let e = 0; e < envs; e++) {
    let advantage = 0;
    for (let i = count - envs + e; i >= 0; i -= envs) {
      const rest = terminated[i]! > 0 ? 0 : gamma * nextValues[i]!;
      const goesOn = terminated[i]! > 0 || truncated[i]! > 0 ? 0 : gamma * lambda;
      advantage = rewards[i]! + rest - values[i]! + goesOn * advantage;
      advantages[i] = advantage;
      returns[i] = advantage + values[i]!;
    }
  }
  return { advantages, returns };
}

const NAMES = ['rewards', 'values', 'nextValues', 'terminated', 'truncated'] as const;

function checked(transitions: GaeInput, envs: number): GaeInput {
  const given = Object(transitions) as Partial<Record<string, ArrayLike<number>>>; // null has none
  const count = given['rewards']?.length;
  for (const name of NAMES) {
    const length: unknown = given[name]?.length;
    if (typeof length !== 'number' || typeof given[name] !== 'object') {
      throw new TypeError(`gae: ${name} must be an array of numbers, got ${shown(given[name])}.`);
    }
    if (length === count) continue;
    throw new RangeError(
      `gae: ${name} must be as long as rewards, ${count} numbers, got ${length}.`,
    );
  }
  if (count! % envs > 0) {
    throw new RangeError(`gae: ${count} steps do not divide among ${envs} environments.`);
  }
  return transitions;
}

/**
 * What followed each step: rewards, discounted, until the episode ended; `rest` is the value of what came after the last.
 *
 * $$ G_t = r_t + \gamma\, G_{t+1}, \quad G_T = \text{rest} $$
 *
 * @throws RangeError if gamma is not from 0 to 1, or `rest` is not finite.
 *
 * @example
 * import { discountedReturns } from '@kasane/rl';
 * [...discountedReturns([1, 0, 2], 0.5)]; // => [1.5,1,2]
 */
export function discountedReturns(
  rewards: ArrayLike<number>,
  gamma: number,
  rest: number = 0,
): Float32Array {
  if (typeof rewards !== 'object' || typeof rewards?.length !== 'number') {
    throw new TypeError(
      `discountedReturns: rewards must be an array of numbers, got ${shown(rewards)}.`,
    );
  }
  requireThat(gamma >= 0 && gamma <= 1, 'discountedReturns', 'gamma', gamma, 'from 0 to 1');
  requireThat(Number.isFinite(rest), 'discountedReturns', 'rest', rest, 'a finite number');
  const returns = new Float32Array(rewards.length);
  let sum = rest;
  for (let i = rewards.length - 1; i >= 0; i--) {
    sum = rewards[i]! + gamma * sum;
    returns[i] = sum;
  }
  return returns;
}
