import { optionsOf, requireWhole } from '@kasane/tensor-core';
import { requireAtLeast } from '../ranges.ts';
import { LRScheduler, type ScheduledGroup, type ScheduledOptimizer } from './scheduler.ts';

/** Options of `PolynomialLR`. */
export interface PolynomialLROptions {
  /** How many epochs it takes to 0. Default 5. */
  readonly totalIters?: number;
  /** The exponent. Default 1. */
  readonly power?: number;
}

/**
 * Lowers the learning rate to 0 along a power of what is left of `totalIters` epochs.
 *
 * $$ \mathrm{lr}_t = \mathrm{lr}_0 \left( 1 - \frac{\min(t, \mathrm{totalIters})}{\mathrm{totalIters}} \right)^{\mathrm{power}} $$
 *
 * Same as `torch.optim.lr_scheduler.PolynomialLR`.
 *
 * @throws RangeError for options out of range.
 *
 * @example
 * import { PolynomialLR, SGD } from '@kasane/optim';
 * import { tensor } from '@kasane/tensor-core';
 * const optimizer = new SGD([tensor([1], { requiresGrad: true })], { lr: 16 });
 * const scheduler = new PolynomialLR(optimizer, { totalIters: 4, power: 2 });
 * const rates = [0, 1, 2, 3, 4, 5].map(() => {
 *   const [lr] = scheduler.getLastLr();
 *   scheduler.step();
 *   return lr!.toFixed(1);
 * });
 * rates.join(' '); // => 16.0 9.0 4.0 1.0 0.0 0.0
 */
export class PolynomialLR extends LRScheduler {
  readonly #totalIters: number;
  readonly #power: number;

  /** Takes the optimizer. */
  constructor(optimizer: ScheduledOptimizer, options: PolynomialLROptions = {}) {
    super(optimizer);
    const { totalIters = 5, power = 1 } = optionsOf('PolynomialLR', options, [
      'totalIters',
      'power',
    ]);
    requireWhole('PolynomialLR', 'totalIters', totalIters, 1);
    requireAtLeast('PolynomialLR', 'power', power, 0);
    this.#totalIters = totalIters;
    this.#power = power;
    this.start();
  }

  protected nextLr({ lr }: ScheduledGroup): number {
    const t = this.lastEpoch;
    const left = this.#totalIters - t;
    // What is left of the epochs, over what was left before.
    return t === 0 || left < 0 ? lr : lr * (left / (left + 1)) ** this.#power;
  }
}
