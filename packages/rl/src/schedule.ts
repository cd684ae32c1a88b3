import { requireThat, shown } from '@kasane/tensor-core';

/** A number, or one that changes: a function of how much of the training is done, from 0 to 1. */
export type Schedule = number | ((progress: number) => number);

/**
 * In a straight line from `start` to `end`, which is reached when `endFraction` of the training is done, and kept.
 *
 * $$ y = \text{start} + (\text{end} - \text{start}) \min(1, \text{progress} / \text{endFraction}) $$
 *
 * Same as `get_linear_fn` of Stable-Baselines3, except that `progress` is what is done, not what remains.
 *
 * @throws RangeError if `start` or `end` is not finite, or `endFraction` not above 0 and at most 1.
 *
 * @example
 * import { linearSchedule } from '@kasane/rl';
 * const epsilon = linearSchedule(1, 0.5, 0.2);
 * [0, 0.1, 0.2, 1].map(epsilon); // => [1,0.75,0.5,0.5]
 */
export function linearSchedule(
  start: number,
  end: number = 0,
  endFraction: number = 1,
): (progress: number) => number {
  requireThat(Number.isFinite(start), 'linearSchedule', 'start', start, 'a finite number');
  requireThat(Number.isFinite(end), 'linearSchedule', 'end', end, 'a finite number');
  const inside = endFraction > 0 && endFraction <= 1;
  requireThat(inside, 'linearSchedule', 'endFraction', endFraction, 'above 0 and at most 1');
  return (progress) => start + (end - start) * Math.min(1, progress / endFraction);
}

/**
 * From `start` to `end` by the same factor in each part of the training.
 *
 * $$ y = \text{start} \cdot (\text{end} / \text{start})^{\text{progress}} $$
 *
 * @throws RangeError if `start` or `end` is not above 0.
 *
 * @example
 * import { exponentialSchedule } from '@kasane/rl';
 * [0, 0.5, 1].map(exponentialSchedule(1, 0.01)).map((v) => v.toFixed(2)); // => ["1.00","0.10","0.01"]
 */
export function exponentialSchedule(start: number, end: number): (progress: number) => number {
  requireThat(start > 0, 'exponentialSchedule', 'start', start, 'above 0');
  requireThat(end > 0, 'exponentialSchedule', 'end', end, 'above 0');
  return (progress) => start * (end / start) ** progress;
}

/** What a schedule says at a point of the training. Throws unless it is a number or gives one. @internal */
export function scheduled(owner: string, what: string, value: Schedule, progress: number): number {
  const now: unknown = typeof value === 'function' ? value(progress) : value;
  if (typeof now === 'number' && Number.isFinite(now)) return now;
  throw new RangeError(
    `${owner}: ${what} must be a finite number, or a function of the progress that gives one, got ${shown(now)}.`,
  );
}
