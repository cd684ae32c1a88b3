import { requireAtLeast } from '../ranges.ts';
import { LRScheduler, type ScheduledGroup, type ScheduledOptimizer } from './scheduler.ts';

/**
 * Multiplies the learning rate by γ at every epoch.
 *
 * $$ \mathrm{lr}_t = \mathrm{lr}_0 \, \gamma^t $$
 *
 * Same as `torch.optim.lr_scheduler.ExponentialLR`.
 *
 * @throws RangeError unless `gamma` ≥ 0.
 *
 * @example
 * import { ExponentialLR, SGD } from '@kasane/optim';
 * import { tensor } from '@kasane/tensor-core';
 * const optimizer = new SGD([tensor([1], { requiresGrad: true })], { lr: 8 });
 * const scheduler = new ExponentialLR(optimizer, 0.5);
 * scheduler.step();
 * scheduler.step();
 * scheduler.getLastLr(); // => [2]
 */
export class ExponentialLR extends LRScheduler {
  readonly #gamma: number;

  /** Takes the optimizer and the factor. */
  constructor(optimizer: ScheduledOptimizer, gamma: number) {
    super(optimizer);
    requireAtLeast('ExponentialLR', 'gamma', gamma, 0);
    this.#gamma = gamma;
    this.start();
  }

  protected nextLr({ lr }: ScheduledGroup): number {
    return this.lastEpoch === 0 ? lr : lr * this.#gamma;
  }
}
