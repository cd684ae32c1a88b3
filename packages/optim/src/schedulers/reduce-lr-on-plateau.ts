import { requireWhole } from '@kasane/tensor-core';
import {
  perGroup,
  requireAtLeast,
  requireCount,
  requireDecayRate,
  withDefaults,
} from '../ranges.ts';
import { lastRates, type ScheduledOptimizer } from './scheduler.ts';

/** Options of `ReduceLROnPlateau`. */
export interface ReduceLROnPlateauOptions {
  /** Whether the metric should fall or rise. Default 'min'. */
  readonly mode?: 'min' | 'max';
  /** What the learning rate is multiplied by, at least 0 and below 1. Default 0.1. */
  readonly factor?: number;
  /** How many epochs without improvement are tolerated. Default 10. */
  readonly patience?: number;
  /** The least change that counts as improvement. Default 1e-4. */
  readonly threshold?: number;
  /** Whether the threshold is a part of the best value or a difference to it. Default 'rel'. */
  readonly thresholdMode?: 'rel' | 'abs';
  /** How many epochs to wait after a reduction before counting again. Default 0. */
  readonly cooldown?: number;
  /** The lowest rate, for all groups, also those added later, or for each. Default 0. */
  readonly minLr?: number | readonly number[];
  /** A reduction by no more than this is not made. Default 1e-8. */
  readonly eps?: number;
}

/** What `ReduceLROnPlateau.stateDict` gives: plain JSON; `best` is null before the first step. */
export interface PlateauStateDict {
  readonly lastEpoch: number;
  readonly best: number | null;
  readonly badEpochs: number;
  readonly cooldown: number;
  readonly lastLr: readonly number[];
}

/**
 * Lowers the learning rate when a metric has stopped improving.
 *
 * $$ \mathrm{lr} \leftarrow \max(\mathrm{factor} \cdot \mathrm{lr}, \mathrm{minLr}) \text{ after more than patience epochs in a row without metric} < \mathrm{best} \, (1 - \mathrm{threshold}) $$
 *
 * With mode `'max'` it must be above best · (1 + threshold), with `'abs'` the threshold is a difference. Same as
 * `torch.optim.lr_scheduler.ReduceLROnPlateau`. NaN never counts as an improvement.
 *
 * @throws RangeError for options out of range, and for a list `minLr` that misses groups added later.
 *
 * @example
 * import { ReduceLROnPlateau, SGD } from '@kasane/optim';
 * import { tensor } from '@kasane/tensor-core';
 * const optimizer = new SGD([tensor([1], { requiresGrad: true })], { lr: 8 });
 * const scheduler = new ReduceLROnPlateau(optimizer, { factor: 0.5, patience: 1 });
 * const rates = [3, 2, 2, 2, 1].map((loss) => {
 *   scheduler.step(loss);
 *   return scheduler.getLastLr()[0];
 * });
 * rates; // => [8,8,8,4,4]
 */
export class ReduceLROnPlateau {
  /** The optimizer whose rates are lowered. */
  readonly optimizer: ScheduledOptimizer;
  readonly #options: Required<ReduceLROnPlateauOptions>;
  #seen: { -readonly [K in keyof PlateauStateDict]: PlateauStateDict[K] };

  /** Takes the optimizer. */
  constructor(optimizer: ScheduledOptimizer, options: ReduceLROnPlateauOptions = {}) {
    const defaults = {
      mode: 'min' as const,
      factor: 0.1,
      patience: 10,
      threshold: 1e-4,
      thresholdMode: 'rel' as const,
      cooldown: 0,
      minLr: 0,
      eps: 1e-8,
    };
    const settings = withDefaults<Required<ReduceLROnPlateauOptions>>(
      'ReduceLROnPlateau',
      defaults,
      options,
    );
    const { factor, patience, cooldown, minLr, eps, threshold } = settings;
    requireDecayRate('ReduceLROnPlateau', 'factor', factor);
    requireWhole('ReduceLROnPlateau', 'patience', patience);
    requireWhole('ReduceLROnPlateau', 'cooldown', cooldown);
    requireAtLeast('ReduceLROnPlateau', 'eps', eps, 0);
    requireAtLeast('ReduceLROnPlateau', 'threshold', threshold, 0);
    const minLrs = perGroup('ReduceLROnPlateau', 'minLr', minLr, optimizer);
    minLrs.forEach((lr, i) => requireAtLeast('ReduceLROnPlateau', `minLr[${i}]`, lr, 0));
    this.optimizer = optimizer;
    this.#options = settings;
    this.#seen = { lastEpoch: 0, best: null, badEpochs: 0, cooldown: 0, lastLr: [] };
  }

  /** The number of steps taken. */
  get lastEpoch(): number {
    return this.#seen.lastEpoch;
  }

  /** Takes the metric of one epoch, such as the validation loss. */
  step(metric: number): void {
    const seen = this.#seen;
    const { mode, threshold, thresholdMode, patience, cooldown, factor, eps, minLr } =
      this.#options;
    const sign = mode === 'min' ? -1 : 1;
    const best = seen.best ?? -sign * Infinity;
    const bound = thresholdMode === 'rel' ? best * (1 + sign * threshold) : best + sign * threshold;
    seen.lastEpoch++;
    seen.badEpochs++;
    if (sign * metric > sign * bound) {
      seen.best = metric;
      seen.badEpochs = 0;
    }
    if (seen.cooldown > 0) {
      seen.cooldown--;
      seen.badEpochs = 0;
    }
    if (seen.badEpochs > patience) {
      const lowest = perGroup('ReduceLROnPlateau', 'minLr', minLr, this.optimizer);
      this.optimizer.paramGroups.forEach((group, i) => {
        const lr = Math.max(group.lr * factor, lowest[i]!);
        if (group.lr - lr > eps) group.lr = lr;
      });
      seen.cooldown = cooldown;
      seen.badEpochs = 0;
    }
    seen.lastLr = lastRates(this.optimizer, []);
  }

  /** The rates after the last step, one per group; of a group added since, the one it has. */
  getLastLr(): readonly number[] {
    return lastRates(this.optimizer, this.#seen.lastLr);
  }

  /** What it has seen, as JSON. The options are not part of it: build the same scheduler to load. */
  stateDict(): PlateauStateDict {
    return { ...this.#seen, lastLr: this.getLastLr() };
  }

  /**
   * Takes up where `stateDict` was called. The rates themselves come with the optimizer's state.
   *
   * @throws {@link CheckpointError} if the groups differ.
   */
  loadStateDict(state: PlateauStateDict): void {
    requireCount(
      'ReduceLROnPlateau',
      'groups',
      state?.lastLr?.length,
      this.optimizer.paramGroups.length,
    );
    this.#seen = { ...state };
  }
}
