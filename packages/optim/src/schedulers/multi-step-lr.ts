import { requireWhole, optionsOf } from '@kasane/tensor-core';
import { requireAtLeast, requireList } from '../ranges.ts';
import { LRScheduler, type ScheduledGroup, type ScheduledOptimizer } from './scheduler.ts';

/**
 * Multiplies the learning rate by γ at each milestone; a milestone given twice counts twice.
 *
 * $$ \mathrm{lr}_t = \mathrm{lr}_0 \, \gamma^{|\lbrace m : m \le t \rbrace|} $$
 *
 * Same as `torch.optim.lr_scheduler.MultiStepLR`.
 *
 * @throws RangeError unless milestones are whole numbers ≥ 0 and `gamma` ≥ 0 (default 0.1).
 *
 * @example
 * import { MultiStepLR, SGD } from '@kasane/optim';
 * import { tensor } from '@kasane/tensor-core';
 * const optimizer = new SGD([tensor([1], { requiresGrad: true })], { lr: 8 });
 * const scheduler = new MultiStepLR(optimizer, [1, 3], { gamma: 0.5 });
 * const rates = [0, 1, 2, 3, 4].map(() => {
 *   const [lr] = scheduler.getLastLr();
 *   scheduler.step();
 *   return lr;
 * });
 * rates; // => [8,4,4,2,2]
 */
export class MultiStepLR extends LRScheduler {
  readonly #milestones: readonly number[];
  readonly #gamma: number;

  /** Takes the optimizer and the epochs of the reductions. */
  constructor(
    optimizer: ScheduledOptimizer,
    milestones: readonly number[],
    options: { readonly gamma?: number } = {},
  ) {
    super(optimizer);
    const { gamma = 0.1 } = optionsOf('MultiStepLR', options, ['gamma']);
    requireList('MultiStepLR', 'milestones', milestones);
    milestones.forEach((m, i) => requireWhole('MultiStepLR', `milestones[${i}]`, m));
    requireAtLeast('MultiStepLR', 'gamma', gamma, 0);
    this.#milestones = [...milestones];
    this.#gamma = gamma;
    this.start();
  }

  protected nextLr({ lr }: ScheduledGroup): number {
    const times = this.#milestones.filter((m) => m === this.lastEpoch).length;
    return times === 0 ? lr : lr * this.#gamma ** times;
  }
}
