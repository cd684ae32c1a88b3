import { requireWhole, optionsOf } from '@kasane/tensor-core';
import { requireAbove, requireFraction } from '../ranges.ts';
import { LRScheduler, type ScheduledGroup, type ScheduledOptimizer } from './scheduler.ts';

/** Options of `LinearLR`. */
export interface LinearLROptions {
  /** The factor on the learning rate at epoch 0, above 0 and at most 1. Default 1/3. */
  readonly startFactor?: number;
  /** The factor from epoch `totalIters` on, from 0 to 1. Default 1. */
  readonly endFactor?: number;
  /** How many epochs it takes from one to the other. Default 5. */
  readonly totalIters?: number;
}

/**
 * Moves a factor on the learning rate along a line: a warm-up, when it ends at 1. Put another schedule after it with
 * `SequentialLR`.
 *
 * $$ \mathrm{lr}_t = \mathrm{lr}_0 \left( \mathrm{start} + (\mathrm{end} - \mathrm{start}) \frac{\min(t, \mathrm{totalIters})}{\mathrm{totalIters}} \right) $$
 *
 * Same as `torch.optim.lr_scheduler.LinearLR`.
 *
 * @throws RangeError for options out of range.
 *
 * @example
 * import { LinearLR, SGD } from '@kasane/optim';
 * import { tensor } from '@kasane/tensor-core';
 * const optimizer = new SGD([tensor([1], { requiresGrad: true })], { lr: 8 });
 * const scheduler = new LinearLR(optimizer, { startFactor: 0.25, totalIters: 3 });
 * const rates = [0, 1, 2, 3, 4].map(() => {
 *   const [lr] = scheduler.getLastLr();
 *   scheduler.step();
 *   return lr;
 * });
 * rates; // => [2,4,6,8,8]
 */
export class LinearLR extends LRScheduler {
  readonly #start: number;
  readonly #end: number;
  readonly #totalIters: number;

  /** Takes the optimizer. */
  constructor(optimizer: ScheduledOptimizer, options: LinearLROptions = {}) {
    super(optimizer);
    const names = ['startFactor', 'endFactor', 'totalIters'] as const;
    const given = optionsOf('LinearLR', options, names);
    const { startFactor = 1 / 3, endFactor = 1, totalIters = 5 } = given;
    requireFraction('LinearLR', 'startFactor', startFactor);
    requireAbove('LinearLR', 'startFactor', startFactor, 0); // each rate is computed from the one before
    requireFraction('LinearLR', 'endFactor', endFactor);
    requireWhole('LinearLR', 'totalIters', totalIters, 1);
    this.#start = startFactor;
    this.#end = endFactor;
    this.#totalIters = totalIters;
    this.start();
  }

  protected nextLr({ lr }: ScheduledGroup): number {
    const t = this.lastEpoch;
    if (t === 0) return lr * this.#start;
    if (t > this.#totalIters) return lr;
    // The factor of epoch t over that of epoch t - 1.
    const slope = this.#end - this.#start;
    return lr * (1 + slope / (this.#totalIters * this.#start + (t - 1) * slope));
  }
}
