import { perGroup } from '../ranges.ts';
import { LRScheduler, type ScheduledGroup, type ScheduledOptimizer } from './scheduler.ts';

/** A factor on the learning rate, by epoch. */
export type LRFactor = (epoch: number) => number;

/**
 * Multiplies the learning rate by a function of the epoch, one for all groups or one for each.
 *
 * $$ \mathrm{lr}_t = \mathrm{lr}_0 \, f(t) $$
 *
 * Same as `torch.optim.lr_scheduler.LambdaLR`.
 *
 * @throws RangeError if there are not as many functions as groups, also when groups are added later, and if a rate would not be
 * finite.
 *
 * @example
 * import { LambdaLR, SGD } from '@kasane/optim';
 * import { tensor } from '@kasane/tensor-core';
 * const optimizer = new SGD([tensor([1], { requiresGrad: true })], { lr: 8 });
 * const scheduler = new LambdaLR(optimizer, (epoch) => 1 / (1 + epoch));
 * scheduler.step();
 * scheduler.getLastLr(); // => [4]
 */
export class LambdaLR extends LRScheduler {
  readonly #factor: LRFactor | readonly LRFactor[];

  /** Takes the optimizer and the factor of each epoch. */
  constructor(optimizer: ScheduledOptimizer, factor: LRFactor | readonly LRFactor[]) {
    super(optimizer);
    this.#factor = factor;
    this.start();
  }

  protected nextLr(_: ScheduledGroup, baseLr: number, index: number): number {
    return (
      baseLr *
      perGroup('LambdaLR', 'function', this.#factor, this.optimizer)[index]!(this.lastEpoch)
    );
  }
}
