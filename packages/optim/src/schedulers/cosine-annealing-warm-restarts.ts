import { optionsOf, requireWhole } from '@kasane/tensor-core';
import { requireAtLeast } from '../ranges.ts';
import { LRScheduler, type ScheduledGroup, type ScheduledOptimizer } from './scheduler.ts';

/** Options of `CosineAnnealingWarmRestarts`. */
export interface CosineAnnealingWarmRestartsOptions {
  /** How much longer each cycle is than the one before, a whole number above 0. Default 1. */
  readonly tMult?: number;
  /** The lowest rate. Default 0. */
  readonly etaMin?: number;
}

/**
 * Lowers the learning rate along half a cosine wave in `t0` epochs, begins again from the top, and so on; each cycle is
 * `tMult` times as long as the one before.
 *
 * $$ \mathrm{lr} = \eta + \tfrac12 (\mathrm{lr}_0 - \eta) \left(1 + \cos(\pi t / T)\right), \quad \eta = \mathrm{etaMin} $$
 *
 * t epochs after the last restart, in a cycle of T. Same as `torch.optim.lr_scheduler.CosineAnnealingWarmRestarts`, except that
 * `step` takes no fraction of an epoch: to step after every batch, count `t0` in batches.
 *
 * @throws RangeError for options out of range.
 *
 * @example
 * import { CosineAnnealingWarmRestarts, SGD } from '@kasane/optim';
 * import { tensor } from '@kasane/tensor-core';
 * const optimizer = new SGD([tensor([1], { requiresGrad: true })], { lr: 1 });
 * const scheduler = new CosineAnnealingWarmRestarts(optimizer, 2, { tMult: 2 });
 * const rates = [0, 1, 2, 3, 4, 5, 6].map(() => {
 *   const [lr] = scheduler.getLastLr();
 *   scheduler.step();
 *   return lr!.toFixed(2);
 * });
 * rates.join(' '); // => 1.00 0.50 1.00 0.85 0.50 0.15 1.00
 *
 * @see Loshchilov and Hutter (2017), SGDR: Stochastic Gradient Descent with Warm Restarts.
 */
export class CosineAnnealingWarmRestarts extends LRScheduler {
  readonly #t0: number;
  readonly #tMult: number;
  readonly #etaMin: number;

  /** Takes the optimizer and the number of epochs in the first cycle. */
  constructor(
    optimizer: ScheduledOptimizer,
    t0: number,
    options: CosineAnnealingWarmRestartsOptions = {},
  ) {
    super(optimizer);
    const { tMult = 1, etaMin = 0 } = optionsOf('CosineAnnealingWarmRestarts', options, [
      'tMult',
      'etaMin',
    ]);
    requireWhole('CosineAnnealingWarmRestarts', 't0', t0, 1);
    requireWhole('CosineAnnealingWarmRestarts', 'tMult', tMult, 1);
    requireAtLeast('CosineAnnealingWarmRestarts', 'etaMin', etaMin, 0);
    this.#t0 = t0;
    this.#tMult = tMult;
    this.#etaMin = etaMin;
    this.start();
  }

  protected nextLr(_: ScheduledGroup, baseLr: number): number {
    let cycle = this.#t0;
    let t = this.#tMult === 1 ? this.lastEpoch % cycle : this.lastEpoch;
    for (; t >= cycle; cycle *= this.#tMult) t -= cycle;
    return this.#etaMin + ((baseLr - this.#etaMin) * (1 + Math.cos((Math.PI * t) / cycle))) / 2;
  }
}
