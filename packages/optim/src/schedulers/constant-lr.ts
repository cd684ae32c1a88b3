import { optionsOf, requireWhole } from '@kasane/tensor-core';
import { requireAbove, requireFraction } from '../ranges.ts';
import { LRScheduler, type ScheduledGroup, type ScheduledOptimizer } from './scheduler.ts';

/** Options of `ConstantLR`. */
export interface ConstantLROptions {
  /** The factor on the learning rate at first, above 0 and at most 1. Default 1/3. */
  readonly factor?: number;
  /** The epoch from which on there is none. Default 5. */
  readonly totalIters?: number;
}

/**
 * Multiplies the learning rate by a factor until epoch `totalIters`.
 *
 * $$ \mathrm{lr}_t = \mathrm{lr}_0 \cdot \mathrm{factor} \text{ for } t < \mathrm{totalIters}, \text{ then } \mathrm{lr}_0 $$
 *
 * Same as `torch.optim.lr_scheduler.ConstantLR`.
 *
 * @throws RangeError for options out of range.
 *
 * @example
 * import { ConstantLR, SGD } from '@kasane/optim';
 * import { tensor } from '@kasane/tensor-core';
 * const optimizer = new SGD([tensor([1], { requiresGrad: true })], { lr: 8 });
 * const scheduler = new ConstantLR(optimizer, { factor: 0.25, totalIters: 2 });
 * const rates = [0, 1, 2, 3].map(() => {
 *   const [lr] = scheduler.getLastLr();
 *   scheduler.step();
 *   return lr;
 * });
 * rates; // => [2,2,8,8]
 */
export class ConstantLR extends LRScheduler {
  readonly #factor: number;
  readonly #totalIters: number;

  /** Takes the optimizer. */
  constructor(optimizer: ScheduledOptimizer, options: ConstantLROptions = {}) {
    super(optimizer);
    const { factor = 1 / 3, totalIters = 5 } = optionsOf('ConstantLR', options, [
      'factor',
      'totalIters',
    ]);
    requireFraction('ConstantLR', 'factor', factor);
    requireAbove('ConstantLR', 'factor', factor, 0); // the rate is computed back from it
    requireWhole('ConstantLR', 'totalIters', totalIters, 1);
    this.#factor = factor;
    this.#totalIters = totalIters;
    this.start();
  }

  protected nextLr({ lr }: ScheduledGroup): number {
    const t = this.lastEpoch;
    return t === 0 ? lr * this.#factor : t === this.#totalIters ? lr / this.#factor : lr;
  }
}
