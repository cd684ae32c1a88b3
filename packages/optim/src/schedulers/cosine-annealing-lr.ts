import { requireWhole, optionsOf } from '@kasane/tensor-core';
import { requireAtLeast } from '../ranges.ts';
import { LRScheduler, type ScheduledGroup, type ScheduledOptimizer } from './scheduler.ts';

/**
 * Lowers the learning rate along half a cosine wave from its start to `etaMin` in `tMax` epochs, and goes on along the
 * wave.
 *
 * $$ \mathrm{lr}_t = \eta + \tfrac12 (\mathrm{lr}_0 - \eta) \left(1 + \cos(\pi t / T)\right), \quad \eta = \mathrm{etaMin}, \; T = \mathrm{tMax} $$
 *
 * Same as `torch.optim.lr_scheduler.CosineAnnealingLR`.
 *
 * @throws RangeError unless `tMax` is a whole number above 0 and `etaMin` ≥ 0 (default 0).
 *
 * @example
 * import { CosineAnnealingLR, SGD } from '@kasane/optim';
 * import { tensor } from '@kasane/tensor-core';
 * const optimizer = new SGD([tensor([1], { requiresGrad: true })], { lr: 1 });
 * const scheduler = new CosineAnnealingLR(optimizer, 4);
 * const rates = [0, 1, 2, 3, 4].map(() => {
 *   const [lr] = scheduler.getLastLr();
 *   scheduler.step();
 *   return lr!.toFixed(3);
 * });
 * rates.join(' '); // => 1.000 0.854 0.500 0.146 0.000
 *
 * @see Loshchilov and Hutter (2017), SGDR: Stochastic Gradient Descent with Warm Restarts.
 */
export class CosineAnnealingLR extends LRScheduler {
  readonly #tMax: number;
  readonly #etaMin: number;

  /** Takes the optimizer and the number of epochs down to the lowest rate. */
  constructor(
    optimizer: ScheduledOptimizer,
    tMax: number,
    options: { readonly etaMin?: number } = {},
  ) {
    super(optimizer);
    const { etaMin = 0 } = optionsOf('CosineAnnealingLR', options, ['etaMin']);
    requireWhole('CosineAnnealingLR', 'tMax', tMax, 1);
    requireAtLeast('CosineAnnealingLR', 'etaMin', etaMin, 0);
    this.#tMax = tMax;
    this.#etaMin = etaMin;
    this.start();
  }

  protected nextLr({ lr }: ScheduledGroup, baseLr: number): number {
    const t = this.lastEpoch;
    const T = this.#tMax;
    const low = this.#etaMin;
    if (t === 0) return lr;
    // Right after the lowest point the ratio below would divide by zero.
    if ((t - 1 - T) % (2 * T) === 0) {
      return lr + ((baseLr - low) * (1 - Math.cos(Math.PI / T))) / 2;
    }
    const ratio = (1 + Math.cos((Math.PI * t) / T)) / (1 + Math.cos((Math.PI * (t - 1)) / T));
    return ratio * (lr - low) + low;
  }
}
