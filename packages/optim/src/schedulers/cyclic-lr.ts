import { optionsOf, requireWhole } from '@kasane/tensor-core';
import { perGroup, requireAtLeast, requireDecayRate } from '../ranges.ts';
import {
  LRScheduler,
  requireMomentum,
  setMomentum,
  type ScheduledGroup,
  type ScheduledOptimizer,
} from './scheduler.ts';

/** Options of `CyclicLR`. */
export interface CyclicLROptions {
  /** The number of steps up. Default 2,000. */
  readonly stepSizeUp?: number;
  /** The number of steps down. Default: as many as up. */
  readonly stepSizeDown?: number;
  /**
   * How the height changes: not at all, halved with every cycle, or by `gamma` with every step. Default
   * 'triangular'.
   */
  readonly mode?: 'triangular' | 'triangular2' | 'expRange';
  /** The factor of each step, for 'expRange'. Default 1. */
  readonly gamma?: number;
  /** The height by the number of the cycle, from 1, or of the step, from 0; in place of `mode`. */
  readonly scaleFn?: (count: number) => number;
  /** What `scaleFn` is given. Default 'cycle'. */
  readonly scaleMode?: 'cycle' | 'iterations';
  /** Move the momentum (or β₁) against the rate. Default true. */
  readonly cycleMomentum?: boolean;
  /** The momentum at the highest rate. Default 0.8. */
  readonly baseMomentum?: number;
  /** The momentum at the lowest rate. Default 0.9. */
  readonly maxMomentum?: number;
}

/**
 * The learning rate goes up and down in straight lines between `baseLr` and `maxLr`, while the momentum does the
 * opposite. Step it after every batch.
 *
 * $$ \mathrm{lr}_t = \mathrm{baseLr} + h_t s \, (\mathrm{maxLr} - \mathrm{baseLr}), \quad \mu_t = \mathrm{maxMomentum} - h_t s \, (\mathrm{maxMomentum} - \mathrm{baseMomentum}) $$
 *
 * where h goes from 0 to 1 and back in each cycle, and s is 1, $0.5^{\mathrm{cycle} - 1}$ or $\gamma^t$ by the mode. Same as
 * `torch.optim.lr_scheduler.CyclicLR`, with one pair of momenta for all groups.
 *
 * @throws RangeError for options out of range, for an optimizer without momentum or betas (unless `cycleMomentum` is false),
 * and for lists of rates that miss groups, also those added later.
 *
 * @example
 * import { CyclicLR, SGD } from '@kasane/optim';
 * import { tensor } from '@kasane/tensor-core';
 * const optimizer = new SGD([tensor([1], { requiresGrad: true })], { momentum: 0.9 });
 * const scheduler = new CyclicLR(optimizer, 1, 5, { stepSizeUp: 2, mode: 'triangular2' });
 * const rates = [0, 1, 2, 3, 4, 5, 6].map(() => {
 *   const [lr] = scheduler.getLastLr();
 *   scheduler.step();
 *   return lr;
 * });
 * rates; // => [1,3,5,3,1,2,3]
 *
 * @see Smith (2017), Cyclical Learning Rates for Training Neural Networks.
 */
export class CyclicLR extends LRScheduler {
  readonly #lowest: number | readonly number[];
  readonly #highest: number | readonly number[];
  readonly #up: number;
  readonly #total: number;
  readonly #scale: (cycle: number, step: number) => number;
  readonly #momenta: readonly [low: number, high: number] | null;

  /** Takes the optimizer, and the lowest and highest rate, for all groups or for each. */
  constructor(
    optimizer: ScheduledOptimizer,
    baseLr: number | readonly number[],
    maxLr: number | readonly number[],
    options: CyclicLROptions = {},
  ) {
    const {
      stepSizeUp: up = 2000,
      stepSizeDown: down = up,
      mode = 'triangular',
      gamma = 1,
      scaleFn = modes[mode],
      scaleMode = 'cycle',
      cycleMomentum = true,
      baseMomentum = 0.8,
      maxMomentum = 0.9,
    } = optionsOf('CyclicLR', options, [
      'stepSizeUp',
      'stepSizeDown',
      'mode',
      'gamma',
      'scaleFn',
      'scaleMode',
      'cycleMomentum',
      'baseMomentum',
      'maxMomentum',
    ]);
    requireWhole('CyclicLR', 'stepSizeUp', up, 1);
    requireWhole('CyclicLR', 'stepSizeDown', down, 1);
    requireAtLeast('CyclicLR', 'gamma', gamma, 0);
    requireDecayRate('CyclicLR', 'baseMomentum', baseMomentum);
    requireDecayRate('CyclicLR', 'maxMomentum', maxMomentum);
    if (scaleFn === undefined && mode !== 'expRange') {
      throw new RangeError(
        `CyclicLR: mode must be 'triangular', 'triangular2' or 'expRange', got '${String(mode)}'.`,
      );
    }
    if (cycleMomentum) requireMomentum('CyclicLR', optimizer);
    for (const [name, rates] of Object.entries({ baseLr, maxLr })) {
      perGroup('CyclicLR', name, rates, optimizer).forEach((lr, i) =>
        requireAtLeast('CyclicLR', `${name}[${i}]`, lr, 0),
      );
    }
    // The cycle defines the rates from the first step on, so its lowest is the base rate.
    perGroup('CyclicLR', 'baseLr', baseLr, optimizer).forEach((lr, i) => {
      optimizer.paramGroups[i]!.initialLr = lr;
    });
    super(optimizer);
    this.#lowest = baseLr;
    this.#highest = maxLr;
    this.#up = up;
    this.#total = up + down;
    this.#scale = (cycle, step) =>
      scaleFn === undefined ? gamma ** step : scaleFn(scaleMode === 'cycle' ? cycle : step);
    this.#momenta = cycleMomentum ? [baseMomentum, maxMomentum] : null;
    this.start();
  }

  protected nextLr(group: ScheduledGroup, _: number, index: number): number {
    const t = this.lastEpoch;
    const within = t % this.#total;
    const up = this.#up;
    // From 0 to 1 and back.
    const height = within <= up ? within / up : (this.#total - within) / (this.#total - up);
    const scaled = height * this.#scale(Math.floor(t / this.#total) + 1, t);
    const of = (name: string, rates: number | readonly number[]): number =>
      perGroup('CyclicLR', name, rates, this.optimizer)[index]!;
    const low = of('baseLr', this.#lowest);
    const lr = low + (of('maxLr', this.#highest) - low) * scaled;
    if (this.#momenta !== null && Number.isFinite(lr)) {
      const [least, most] = this.#momenta;
      setMomentum(group, most - (most - least) * scaled);
    }
    return lr;
  }
}

const modes: Readonly<Record<string, ((cycle: number) => number) | undefined>> = {
  triangular: () => 1,
  triangular2: (cycle) => 0.5 ** (cycle - 1),
};
