import { perGroup } from '../ranges.ts';
import type { LRFactor } from './lambda-lr.ts';
import { LRScheduler, type ScheduledGroup, type ScheduledOptimizer } from './scheduler.ts';

/**
 * Multiplies the learning rate of the epoch before by a function of the epoch, one for all groups or one for each.
 *
 * $$ \mathrm{lr}_t = \mathrm{lr}_{t-1} \, f(t) $$
 *
 * Same as `torch.optim.lr_scheduler.MultiplicativeLR`.
 *
 * @throws RangeError if there are not as many functions as groups, also when groups are added later, and if a rate would not be
 * finite.
 *
 * @example
 * import { MultiplicativeLR, SGD } from '@kasane/optim';
 * import { tensor } from '@kasane/tensor-core';
 * const optimizer = new SGD([tensor([1], { requiresGrad: true })], { lr: 8 });
 * const scheduler = new MultiplicativeLR(optimizer, (epoch) => 1 / (1 + epoch));
 * scheduler.step();
 * scheduler.step();
 * scheduler.getLastLr()[0]!.toFixed(4); // => 1.3333
 */
export class MultiplicativeLR extends LRScheduler {
  readonly #factor: LRFactor | readonly LRFactor[];

  /** Takes the optimizer and the factor of each epoch from 1 on. */
  constructor(optimizer: ScheduledOptimizer, factor: LRFactor | readonly LRFactor[]) {
    super(optimizer);
    this.#factor = factor;
    this.start();
  }

  protected nextLr({ lr }: ScheduledGroup, _: number, index: number): number {
    const factors = perGroup('MultiplicativeLR', 'function', this.#factor, this.optimizer);
    return this.lastEpoch === 0 ? lr : lr * factors[index]!(this.lastEpoch);
  }
}
