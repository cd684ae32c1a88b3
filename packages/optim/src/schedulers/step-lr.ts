import { requireWhole, optionsOf } from '@kasane/tensor-core';
import { requireAtLeast } from '../ranges.ts';
import { LRScheduler, type ScheduledGroup, type ScheduledOptimizer } from './scheduler.ts';

/**
 * Multiplies the learning rate by γ every `stepSize` epochs.
 *
 * $$ \mathrm{lr}_t = \mathrm{lr}_0 \, \gamma^{\lfloor t / \mathrm{stepSize} \rfloor} $$
 *
 * Same as `torch.optim.lr_scheduler.StepLR`.
 *
 * @throws RangeError unless `stepSize` is a whole number above 0 and `gamma` ≥ 0 (default 0.1).
 *
 * @example
 * import { SGD, StepLR } from '@kasane/optim';
 * import { tensor } from '@kasane/tensor-core';
 * const optimizer = new SGD([tensor([1], { requiresGrad: true })], { lr: 8 });
 * const scheduler = new StepLR(optimizer, 2, { gamma: 0.5 });
 * const rates = [0, 1, 2, 3, 4].map(() => {
 *   const [lr] = scheduler.getLastLr();
 *   scheduler.step();
 *   return lr;
 * });
 * rates; // => [8,8,4,4,2]
 */
export class StepLR extends LRScheduler {
  readonly #stepSize: number;
  readonly #gamma: number;

  /** Takes the optimizer and the number of epochs between reductions. */
  constructor(
    optimizer: ScheduledOptimizer,
    stepSize: number,
    options: { readonly gamma?: number } = {},
  ) {
    super(optimizer);
    const { gamma = 0.1 } = optionsOf('StepLR', options, ['gamma']);
    requireWhole('StepLR', 'stepSize', stepSize, 1);
    requireAtLeast('StepLR', 'gamma', gamma, 0);
    this.#stepSize = stepSize;
    this.#gamma = gamma;
    this.start();
  }

  protected nextLr({ lr }: ScheduledGroup): number {
    const { lastEpoch } = this;
    return lastEpoch === 0 || lastEpoch % this.#stepSize !== 0 ? lr : lr * this.#gamma;
  }
}
