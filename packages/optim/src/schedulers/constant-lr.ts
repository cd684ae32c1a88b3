import { requireFraction, requireWhole } from '../ranges.ts';
import { LRScheduler, type ScheduledGroup, type ScheduledOptimizer } from './scheduler.ts';

/** Options of `ConstantLR`. */
export interface ConstantLROptions {
  /** The factor on the learning rate, above 0 and at most 1. Default 1/3. */
  readonly factor?: number;
  /** For how many epochs it holds. Default 5. */
  readonly totalIters?: number;
}

/**
 * Multiplies the learning rate by a factor for the first `totalIters` epochs.
 *
 * lr = factor·lr₀ if t < totalIters, else lr₀
 *
 * Same as `torch.optim.lr_scheduler.ConstantLR`. Throws RangeError for options out of range.
 *
 * @example
 * import { ConstantLR, SGD } from '@kasane/optim';
 * import { tensor } from '@kasane/tensor-core';
 * const optimizer = new SGD([tensor([1], { requiresGrad: true })], { lr: 8 });
 * const scheduler = new ConstantLR(optimizer, { factor: 0.5, totalIters: 1 });
 * scheduler.getLastLr(); // => [4]
 * scheduler.step();
 * scheduler.getLastLr(); // => [8]
 */
export class ConstantLR extends LRScheduler {
  readonly #factor: number;
  readonly #totalIters: number;

  /** Takes the optimizer. */
  constructor(optimizer: ScheduledOptimizer, options: ConstantLROptions = {}) {
    super(optimizer);
    const { factor = 1 / 3, totalIters = 5 } = options;
    requireFraction('ConstantLR', 'factor', factor);
    if (factor === 0) {
      throw new RangeError(
        'ConstantLR: factor must be above 0, got 0; the rate could not grow back. Start with a small factor.',
      );
    }
    requireWhole('ConstantLR', 'totalIters', totalIters, 0);
    this.#factor = factor;
    this.#totalIters = totalIters;
    this.start();
  }

  protected nextLr({ lr }: ScheduledGroup): number {
    if (this.lastEpoch === 0) return lr * this.#factor;
    return this.lastEpoch === this.#totalIters ? lr / this.#factor : lr;
  }
}
