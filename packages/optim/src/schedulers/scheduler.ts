import { replay } from '@kasane/tensor-core';
import { requireCount, requireList } from '../ranges.ts';

/** What schedulers change in a parameter group. */
export interface ScheduledGroup {
  lr: number;
  initialLr?: number;
  momentum?: number;
  betas?: readonly [number, number];
}

/** What schedulers need of an optimizer: groups with learning rates. */
export interface ScheduledOptimizer {
  readonly paramGroups: readonly ScheduledGroup[];
}

/** What a scheduler's `stateDict` gives: plain JSON. */
export interface SchedulerStateDict {
  readonly lastEpoch: number;
  readonly baseLrs: readonly number[];
  readonly lastLr: readonly number[];
  /** The states of the schedulers inside a `SequentialLR`. */
  readonly schedulers?: readonly SchedulerStateDict[];
}

/**
 * What every learning-rate scheduler is made of: the rule that takes each group's rate from one epoch to the next.
 *
 * $$ \mathrm{lr}_t = \mathrm{nextLr}(\mathrm{lr}_{t-1}, \mathrm{lr}_0) $$
 *
 * A new scheduler is a class with one method, `nextLr`, and a constructor that ends with `this.start()`. Call `step`
 * once per epoch (or per batch, where the schedule counts batches), after the optimizer's `step`. Several schedulers
 * may work on one optimizer: each changes what it finds.
 *
 * Same as `torch.optim.lr_scheduler.LRScheduler`, without `last_epoch`: to resume, build the schedulers first, then load the
 * states of the optimizer and of the schedulers.
 *
 * @throws RangeError where a rate would not be finite.
 *
 * @example
 * import { LRScheduler, SGD, type ScheduledGroup, type ScheduledOptimizer } from '@kasane/optim';
 * import { tensor } from '@kasane/tensor-core';
 * class HalvingLR extends LRScheduler {
 *   constructor(optimizer: ScheduledOptimizer) {
 *     super(optimizer);
 *     this.start();
 *   }
 *   protected nextLr(group: ScheduledGroup): number {
 *     return this.lastEpoch === 0 ? group.lr : group.lr / 2;
 *   }
 * }
 * const scheduler = new HalvingLR(new SGD([tensor([1], { requiresGrad: true })], { lr: 1 }));
 * scheduler.step();
 * scheduler.getLastLr(); // => [0.5]
 */
export abstract class LRScheduler {
  /** The optimizer whose rates are scheduled. */
  readonly optimizer: ScheduledOptimizer;
  #lastEpoch = -1;
  #baseLrs: readonly number[] = [];
  #lastLr: readonly number[] = [];

  /** Takes the optimizer to schedule. */
  constructor(optimizer: ScheduledOptimizer) {
    requireList(this.constructor.name, 'the groups of the optimizer', optimizer?.paramGroups);
    this.optimizer = optimizer;
    this.#baseLrs = this.baseLrs;
  }

  /** Each group's rate before any scheduler; that of a group added since is its own. */
  get baseLrs(): readonly number[] {
    return this.optimizer.paramGroups.map(
      (group, i) => this.#baseLrs[i] ?? (group.initialLr ??= group.lr),
    );
  }

  /** The rate of a group at `lastEpoch`, usually from the rate it has. */
  protected abstract nextLr(group: ScheduledGroup, baseLr: number, index: number): number;

  /** Sets the rates of epoch 0; the last thing a constructor does. */
  protected start(): void {
    this.#apply(0);
  }

  /** The number of steps taken. */
  get lastEpoch(): number {
    return this.#lastEpoch;
  }

  /** Goes to the next epoch and sets its rates. Throws RangeError if one would not be finite. */
  step(): void {
    replay(() => this.#apply(this.#lastEpoch + 1));
  }

  /** Begins again at epoch 0 from the base rates. `SequentialLR` uses it at its milestones. */
  restart(): void {
    this.baseLrs.forEach((lr, i) => (this.optimizer.paramGroups[i]!.lr = lr));
    this.#apply(0);
  }

  /** The rates set by the last step, one per group; of a group added since, the one it has. */
  getLastLr(): readonly number[] {
    return lastRates(this.optimizer, this.#lastLr);
  }

  /** Epoch and rates, as JSON. The rule itself is not part of it: build the same scheduler to load. */
  stateDict(): SchedulerStateDict {
    return { lastEpoch: this.#lastEpoch, baseLrs: this.baseLrs, lastLr: this.getLastLr() };
  }

  /**
   * Takes up where `stateDict` was called. The rates themselves come with the optimizer's state.
   *
   * @throws {@link CheckpointError} if the groups differ.
   */
  loadStateDict(state: SchedulerStateDict): void {
    const { lastEpoch, baseLrs, lastLr } = Object(state) as SchedulerStateDict; // null has none
    const groups = this.optimizer.paramGroups.length;
    for (const saved of [baseLrs, lastLr]) {
      requireCount(this.constructor.name, 'groups', saved?.length, groups);
    }
    this.#baseLrs = [...baseLrs];
    this.#lastEpoch = lastEpoch;
    this.#lastLr = [...lastLr];
  }

  #apply(epoch: number): void {
    this.#lastEpoch = epoch;
    this.#baseLrs = this.baseLrs; // also of groups added since the last step
    this.#lastLr = this.optimizer.paramGroups.map((group, i) => {
      const lr = this.nextLr(group, this.#baseLrs[i]!, i);
      if (Number.isFinite(lr)) return (group.lr = lr);
      throw new RangeError(
        `${this.constructor.name}: rates must be finite, got ${lr} for group ${i} at epoch ${epoch}. Change its options.`,
      );
    });
  }
}

/** Throws RangeError unless every group has a momentum or betas to cycle. @internal */
export function requireMomentum(owner: string, optimizer: ScheduledOptimizer): void {
  requireList(owner, 'the groups of the optimizer', optimizer?.paramGroups);
  if (optimizer.paramGroups.some((g) => g.momentum === undefined && g.betas === undefined)) {
    throw new RangeError(
      `${owner}: the optimizer has no momentum or betas. Pass { cycleMomentum: false }.`,
    );
  }
}

/** Sets the momentum, or β₁. @internal */
export function setMomentum(group: ScheduledGroup, value: number): void {
  if (group.betas === undefined) group.momentum = value;
  else group.betas = [value, group.betas[1]];
}

/** The rates `last` of groups; of those added since, the ones they have. @internal */
export function lastRates(
  { paramGroups }: ScheduledOptimizer,
  last: readonly number[],
): readonly number[] {
  return paramGroups.map((group, i) => last[i] ?? group.lr);
}
