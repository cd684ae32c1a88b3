import { optionsOf, requireWhole } from '@kasane/tensor-core';
import { perGroup, requireAtLeast } from '../ranges.ts';
import { LRScheduler, type ScheduledGroup, type ScheduledOptimizer } from './scheduler.ts';

/** Options of `SWALR`. */
export interface SWALROptions {
  /** How many epochs it takes to the final rate. Default 10. */
  readonly annealEpochs?: number;
  /** The shape of the way there. Default 'cos'. */
  readonly annealStrategy?: 'cos' | 'linear';
}

/**
 * Moves the learning rate from where it is to a fixed one, at which `AveragedModel` of `@kasane/nn/averaging` averages
 * the weights.
 *
 * $$ \mathrm{lr}_t = \alpha \, \mathrm{swaLr} + (1 - \alpha) \, \mathrm{lr}_0, \quad \alpha = \tfrac12 (1 - \cos(\pi t / T)) \text{ or } t / T $$
 *
 * T is `annealEpochs`, and α stays 1 after it. Make it with the others, and step it in place of them from where averaging
 * begins. Same as `torch.optim.swa_utils.SWALR`.
 *
 * @throws RangeError for options out of range and for a list of rates that misses groups, also those added later.
 *
 * @example
 * import { SGD, SWALR } from '@kasane/optim';
 * import { tensor } from '@kasane/tensor-core';
 * const optimizer = new SGD([tensor([1], { requiresGrad: true })], { lr: 1 });
 * const scheduler = new SWALR(optimizer, 5, { annealEpochs: 4, annealStrategy: 'linear' });
 * const rates = [0, 1, 2, 3, 4, 5].map(() => {
 *   const [lr] = scheduler.getLastLr();
 *   scheduler.step();
 *   return lr!.toFixed(1);
 * });
 * rates.join(' '); // => 1.0 2.0 3.0 4.0 5.0 5.0
 *
 * @see Izmailov et al. (2018), Averaging Weights Leads to Wider Optima and Better Generalization.
 */
export class SWALR extends LRScheduler {
  readonly #swaLr: number | readonly number[];
  readonly #annealEpochs: number;
  readonly #cosine: boolean;

  /** Takes the optimizer and the final rate, for all groups or for each. */
  constructor(
    optimizer: ScheduledOptimizer,
    swaLr: number | readonly number[],
    options: SWALROptions = {},
  ) {
    super(optimizer);
    const { annealEpochs = 10, annealStrategy = 'cos' } = optionsOf('SWALR', options, [
      'annealEpochs',
      'annealStrategy',
    ]);
    requireWhole('SWALR', 'annealEpochs', annealEpochs);
    perGroup('SWALR', 'swaLr', swaLr, optimizer).forEach((lr, i) =>
      requireAtLeast('SWALR', `swaLr[${i}]`, lr, 0),
    );
    if (annealStrategy !== 'cos' && annealStrategy !== 'linear') {
      throw new RangeError(
        `SWALR: annealStrategy must be 'cos' or 'linear', got '${String(annealStrategy)}'.`,
      );
    }
    this.#swaLr = swaLr;
    this.#annealEpochs = annealEpochs;
    this.#cosine = annealStrategy === 'cos';
    this.start();
  }

  protected nextLr({ lr }: ScheduledGroup, _: number, index: number): number {
    const target = perGroup('SWALR', 'swaLr', this.#swaLr, this.optimizer)[index]!;
    const epochs = this.#annealEpochs;
    const t = epochs === 0 ? 1 : this.lastEpoch;
    if (t >= Math.max(epochs, 1)) return target;
    // What is left of the way, over what was left before: others may change the rate between.
    return target + ((lr - target) * this.#left(t)) / this.#left(t - 1);
  }

  /** 1 - α after so many epochs. */
  #left(t: number): number {
    const part = Math.max(t, 0) / this.#annealEpochs;
    return this.#cosine ? (1 + Math.cos(Math.PI * part)) / 2 : 1 - part;
  }
}
