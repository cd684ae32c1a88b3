import { requireWhole, optionsOf } from '@kasane/tensor-core';
import { perGroup, requireAbove, requireDecayRate, requireFraction } from '../ranges.ts';
import {
  LRScheduler,
  requireMomentum,
  setMomentum,
  type ScheduledGroup,
  type ScheduledOptimizer,
} from './scheduler.ts';

/** Options of `OneCycleLR`; either `totalSteps`, or `epochs` and `stepsPerEpoch`, must be given. */
export interface OneCycleLROptions {
  /** The number of steps in the cycle. */
  readonly totalSteps?: number;
  readonly epochs?: number;
  readonly stepsPerEpoch?: number;
  /** The part of the cycle in which the rate rises, from 0 to 1. Default 0.3. */
  readonly pctStart?: number;
  /** The shape of each rise and fall. Default 'cos'. */
  readonly annealStrategy?: 'cos' | 'linear';
  /** Move the momentum (or β₁) against the rate. Default true. */
  readonly cycleMomentum?: boolean;
  /** The momentum at the highest rate. Default 0.85. */
  readonly baseMomentum?: number;
  /** The momentum at the lowest rates. Default 0.95. */
  readonly maxMomentum?: number;
  /** The first rate is the highest divided by this. Default 25. */
  readonly divFactor?: number;
  /** The last rate is the first divided by this. Default 10,000. */
  readonly finalDivFactor?: number;
  /** Fall back to the first rate as slowly as it rose, then to the last. Default false. */
  readonly threePhase?: boolean;
}

/**
 * One cycle: the learning rate rises to `maxLr` and falls far below its start, while the momentum does the opposite.
 * Step it after every batch.
 *
 * $$ \frac{\mathrm{maxLr}}{\mathrm{divFactor}} \to \mathrm{maxLr} \to \frac{\mathrm{maxLr}}{\mathrm{divFactor} \cdot \mathrm{finalDivFactor}}, \quad \text{from } a \text{ to } b \text{ at } p \text{ of a phase } b + \tfrac12 (a - b)(1 + \cos \pi p) $$
 *
 * With `'linear'` it is a + (b - a)·p. Same as `torch.optim.lr_scheduler.OneCycleLR`. Throws RangeError for options out
 * of range, for an optimizer without momentum or betas (unless `cycleMomentum` is false), for a step past the end, and
 * for a list `maxLr` that misses groups added later; a single `maxLr` is theirs too. A phase of no width, where PyTorch
 * divides by zero, is left out.
 *
 * @example
 * import { OneCycleLR, SGD } from '@kasane/optim';
 * import { tensor } from '@kasane/tensor-core';
 * const optimizer = new SGD([tensor([1], { requiresGrad: true })], { momentum: 0.9 });
 * const scheduler = new OneCycleLR(optimizer, 1, { totalSteps: 10, divFactor: 10 });
 * scheduler.getLastLr(); // => [0.1]
 * scheduler.step();
 * scheduler.step();
 * scheduler.getLastLr(); // => [1]
 * optimizer.paramGroups[0]!.momentum; // => 0.85
 *
 * @see Smith and Topin (2018), Super-Convergence: Very Fast Training of Neural Networks Using Large Learning Rates.
 */
export class OneCycleLR extends LRScheduler {
  readonly #totalSteps: number;
  readonly #ends: readonly number[];
  readonly #ratesOf: (index: number) => readonly number[];
  readonly #momenta: readonly number[] | null;
  readonly #anneal: (start: number, end: number, part: number) => number;

  /** Takes the optimizer and the highest rate, for all groups or for each. */
  constructor(
    optimizer: ScheduledOptimizer,
    maxLr: number | readonly number[],
    options: OneCycleLROptions,
  ) {
    const {
      pctStart = 0.3,
      annealStrategy = 'cos',
      cycleMomentum = true,
      baseMomentum: base = 0.85,
      maxMomentum: max = 0.95,
      divFactor = 25,
      finalDivFactor = 1e4,
      threePhase = false,
    } = optionsOf('OneCycleLR', options, [
      'totalSteps',
      'epochs',
      'stepsPerEpoch',
      'pctStart',
      'annealStrategy',
      'cycleMomentum',
      'baseMomentum',
      'maxMomentum',
      'divFactor',
      'finalDivFactor',
      'threePhase',
    ]);
    const total = stepsOf(options);
    requireFraction('OneCycleLR', 'pctStart', pctStart);
    requireAbove('OneCycleLR', 'divFactor', divFactor, 0);
    requireAbove('OneCycleLR', 'finalDivFactor', finalDivFactor, 0);
    requireDecayRate('OneCycleLR', 'baseMomentum', base);
    requireDecayRate('OneCycleLR', 'maxMomentum', max);
    const highest = (): readonly number[] => perGroup('OneCycleLR', 'maxLr', maxLr, optimizer);
    highest().forEach((lr, i) => requireAbove('OneCycleLR', `maxLr[${i}]`, lr, 0));
    const groups = optimizer.paramGroups;
    if (cycleMomentum) requireMomentum('OneCycleLR', optimizer);
    // Between which numbers each phase leads: from the first to the second, on to the third, and so forth.
    const ratesOf = (index: number): readonly number[] => {
      const rate = highest()[index]!;
      const initial = rate / divFactor;
      return [initial, rate, ...(threePhase ? [initial] : []), initial / finalDivFactor];
    };
    // The cycle defines the rates from the first step on, so its start is the base rate.
    groups.forEach((group, i) => {
      group.initialLr = ratesOf(i)[0]!;
    });
    super(optimizer);
    this.#ratesOf = ratesOf;
    this.#totalSteps = total;
    const falls = threePhase ? [2 * pctStart * total - 2] : [];
    this.#ends = [pctStart * total - 1, ...falls, total - 1];
    this.#momenta = cycleMomentum ? [max, base, max, max] : null;
    this.#anneal = annealStrategy === 'cos' ? cosine : line;
    this.start();
  }

  protected nextLr(group: ScheduledGroup, _: number, index: number): number {
    const t = this.lastEpoch;
    if (t > this.#totalSteps) {
      throw new RangeError(
        `OneCycleLR: the cycle has ${this.#totalSteps} steps, not ${t + 1}. Make it longer.`,
      );
    }
    const ends = this.#ends;
    const at = ends.findIndex((end) => t <= end);
    const phase = at < 0 ? ends.length - 1 : at;
    const end = ends[phase]!;
    const begin = ends[phase - 1] ?? 0;
    // A phase of no width is over as it begins, and so is the last one after the cycle.
    const part = t < end ? (t - begin) / (end - begin) : 1;
    const within = (levels: readonly number[]): number =>
      this.#anneal(levels[phase]!, levels[phase + 1]!, part);
    if (this.#momenta !== null) setMomentum(group, within(this.#momenta));
    return within(this.#ratesOf(index));
  }
}

function stepsOf({ totalSteps, epochs, stepsPerEpoch }: OneCycleLROptions = {}): number {
  if (totalSteps !== undefined) {
    requireWhole('OneCycleLR', 'totalSteps', totalSteps, 1);
    return totalSteps;
  }
  if (epochs === undefined || stepsPerEpoch === undefined) {
    throw new RangeError('OneCycleLR: needs totalSteps, or epochs and stepsPerEpoch.');
  }
  requireWhole('OneCycleLR', 'epochs', epochs, 1);
  requireWhole('OneCycleLR', 'stepsPerEpoch', stepsPerEpoch, 1);
  return epochs * stepsPerEpoch;
}

function cosine(start: number, end: number, part: number): number {
  return end + ((start - end) / 2) * (Math.cos(Math.PI * part) + 1);
}

function line(start: number, end: number, part: number): number {
  return (end - start) * part + start;
}
