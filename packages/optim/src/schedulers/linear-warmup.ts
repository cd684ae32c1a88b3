import { optionsOf, requireWhole } from '@kasane/tensor-core';
import { LRScheduler, type ScheduledGroup, type ScheduledOptimizer } from './scheduler.ts';

/** Options of `LinearWarmup`. */
export interface LinearWarmupOptions {
  /** The number of steps in all: after the warm-up the rate falls to 0 there. Without it, it stays. */
  readonly totalSteps?: number;
  /** The shape of the fall. Default 'linear'. */
  readonly decay?: 'linear' | 'cosine';
}

/**
 * Raises the learning rate from 0 along a line in so many steps; then it stays, or falls to 0 along a line or half a
 * cosine wave. Step it after every batch.
 *
 * $$ \mathrm{lr}_t = \mathrm{lr}_0 \, t / \mathrm{warmupSteps}, \text{ then } \mathrm{lr}_0 (1 - p) \text{ or } \tfrac12 \mathrm{lr}_0 (1 + \cos \pi p) $$
 *
 * with p the part of the other steps that is over, 0 without `totalSteps`. As transformers'
 * `get_constant_schedule_with_warmup`, and with `totalSteps` `get_linear_schedule_with_warmup` or
 * `get_cosine_schedule_with_warmup`. For any other schedule after a warm-up, put it after `LinearLR` with `SequentialLR`.
 *
 * @throws RangeError for options out of range.
 *
 * @example
 * import { LinearWarmup, SGD } from '@kasane/optim';
 * import { tensor } from '@kasane/tensor-core';
 * const optimizer = new SGD([tensor([1], { requiresGrad: true })], { lr: 4 });
 * const scheduler = new LinearWarmup(optimizer, 2, { totalSteps: 6 });
 * const rates = [0, 1, 2, 3, 4, 5, 6].map(() => {
 *   const [lr] = scheduler.getLastLr();
 *   scheduler.step();
 *   return lr;
 * });
 * rates; // => [0,2,4,3,2,1,0]
 */
export class LinearWarmup extends LRScheduler {
  readonly #warmupSteps: number;
  readonly #totalSteps: number;
  readonly #cosine: boolean;

  /** Takes the optimizer and the number of steps up. */
  constructor(
    optimizer: ScheduledOptimizer,
    warmupSteps: number,
    options: LinearWarmupOptions = {},
  ) {
    super(optimizer);
    const { totalSteps, decay = 'linear' } = optionsOf('LinearWarmup', options, [
      'totalSteps',
      'decay',
    ]);
    requireWhole('LinearWarmup', 'warmupSteps', warmupSteps);
    if (totalSteps !== undefined) {
      requireWhole('LinearWarmup', 'totalSteps', totalSteps, warmupSteps);
    }
    if (decay !== 'linear' && decay !== 'cosine') {
      throw new RangeError(
        `LinearWarmup: decay must be 'linear' or 'cosine', got '${String(decay)}'.`,
      );
    }
    this.#warmupSteps = warmupSteps;
    this.#totalSteps = totalSteps ?? Infinity;
    this.#cosine = decay === 'cosine';
    this.start();
  }

  protected nextLr(_: ScheduledGroup, baseLr: number): number {
    const t = this.lastEpoch;
    const warm = this.#warmupSteps;
    if (t < warm) return (baseLr * t) / warm;
    const part = Math.min((t - warm) / Math.max(this.#totalSteps - warm, 1), 1);
    return baseLr * (this.#cosine ? (1 + Math.cos(Math.PI * part)) / 2 : 1 - part);
  }
}
