import { optionsOf } from '@kasane/tensor-core';
import { noActions, type StateActionTable } from './bellman.ts';
import { requireTable, requireWithin } from './given.ts';

/** Options of `greedyPolicy`. */
export interface GreedyPolicyOptions {
  /** By how much values may differ and still count as the same. Default: 1e-9. */
  readonly tolerance?: number;
}

/**
 * The best action of each state by Q (S, A): the first of those with the largest value.
 *
 * $$ a(s) = \arg\max_a Q(s, a) $$
 *
 * @throws {@link ShapeError} if rows have different lengths, or there is no action.
 * @throws RangeError if a value is not finite.
 *
 * @example
 * import { greedyActions } from '@kasane/rl';
 * [...greedyActions([[1, 2], [3, 3]])]; // => [1,0]
 */
export function greedyActions(Q: StateActionTable): Int32Array {
  requireTable('greedyActions', 'Q', Q);
  return Int32Array.from(Q, (row) => {
    if (row.length === 0) throw noActions('greedyActions');
    return argmax(row);
  });
}

/**
 * The greedy policy of Q (S, A): all the actions with the largest value are equally probable.
 *
 * $$ \pi(s, a) = \frac{g(s, a)}{\sum_b g(s, b)}, \quad g(s, a) = 1\bigl[\max_b Q(s, b) - Q(s, a) \le \text{tolerance}\bigr] $$
 *
 * @throws {@link ShapeError} if rows have different lengths, or there is no action.
 * @throws RangeError if a value is not finite, or the tolerance is below 0.
 *
 * @example
 * import { greedyPolicy } from '@kasane/rl';
 * greedyPolicy([[1, 2], [3, 3]]).map((row) => [...row]); // => [[0,1],[0.5,0.5]]
 */
export function greedyPolicy(Q: StateActionTable, options?: GreedyPolicyOptions): Float64Array[] {
  const { tolerance = 1e-9 } = optionsOf('greedyPolicy', options, ['tolerance']);
  requireWithin('greedyPolicy', 'tolerance', tolerance, 0);
  requireTable('greedyPolicy', 'Q', Q);
  return Q.map((row) => {
    if (row.length === 0) throw noActions('greedyPolicy');
    const best = row[argmax(row)]!;
    const among = Float64Array.from(row, (q) => Number(best - q <= tolerance));
    const count = among.reduce((sum, one) => sum + one, 0);
    return among.map((one) => one / count);
  });
}

/** Options of `softmaxPolicy`. */
export interface SoftmaxPolicyOptions {
  /** τ > 0: near 0 the best action is nearly certain, for large ones all are equally probable. Default: 1. */
  readonly temperature?: number;
}

/**
 * The softmax policy of preferences h (S, A), at a temperature τ. All actions keep a probability.
 *
 * $$ \pi(s, a) = \frac{e^{h(s, a) / \tau}}{\sum_b e^{h(s, b) / \tau}} $$
 *
 * @throws RangeError if the temperature is not above 0, or a preference is not finite.
 * @throws {@link ShapeError} if rows have different lengths.
 *
 * @example
 * import { softmaxPolicy } from '@kasane/rl';
 * softmaxPolicy([[0, Math.log(3)]]).map((row) => [...row]); // => [[0.25,0.75]]
 */
export function softmaxPolicy(
  preferences: StateActionTable,
  options?: SoftmaxPolicyOptions,
): Float64Array[] {
  const { temperature = 1 } = optionsOf('softmaxPolicy', options, ['temperature']);
  requireWithin('softmaxPolicy', 'temperature', temperature, Number.MIN_VALUE);
  requireTable('softmaxPolicy', 'preferences', preferences);
  return preferences.map((row) => softmax(row, temperature, new Float64Array(row.length)));
}

/** exp(x / τ) / Σ exp(x / τ), written into `out`. */
export function softmax(
  x: ArrayLike<number>,
  temperature: number,
  out: Float64Array,
): Float64Array {
  let most = -Infinity;
  for (let i = 0; i < x.length; i++) most = Math.max(most, x[i]!);
  let sum = 0;
  for (let i = 0; i < x.length; i++) sum += out[i] = Math.exp((x[i]! - most) / temperature);
  for (let i = 0; i < x.length; i++) out[i]! /= sum;
  return out;
}

/** Where the largest number stands: the first of those. */
export function argmax(row: ArrayLike<number>): number {
  let best = 0;
  for (let i = 1; i < row.length; i++) if (row[i]! > row[best]!) best = i;
  return best;
}
