import { requireWhole } from '@kasane/tensor-core';
import { requireCount, requireList } from '../ranges.ts';
import {
  LRScheduler,
  type ScheduledGroup,
  type ScheduledOptimizer,
  type SchedulerStateDict,
} from './scheduler.ts';

/**
 * One schedule after another: the next takes over, from its epoch 0, at each milestone. A warm-up is `LinearLR`
 * followed by any other.
 *
 * $$ \mathrm{lr}_t = \mathrm{schedule}_k(t - m_k) \quad\text{for}\quad m_k \le t < m_{k+1}, \; m_0 = 0 $$
 *
 * Same as `torch.optim.lr_scheduler.SequentialLR`.
 *
 * @throws RangeError unless there is one milestone fewer than schedules, in rising order, and all schedule this optimizer.
 *
 * @example
 * import { ExponentialLR, LinearLR, SequentialLR, SGD } from '@kasane/optim';
 * import { tensor } from '@kasane/tensor-core';
 * const optimizer = new SGD([tensor([1], { requiresGrad: true })], { lr: 8 });
 * const warmUp = new LinearLR(optimizer, { startFactor: 0.5, totalIters: 2 });
 * const decay = new ExponentialLR(optimizer, 0.5);
 * const scheduler = new SequentialLR(optimizer, [warmUp, decay], [2]);
 * const rates = [0, 1, 2, 3, 4].map(() => {
 *   const [lr] = scheduler.getLastLr();
 *   scheduler.step();
 *   return lr;
 * });
 * rates; // => [4,6,8,4,2]
 */
export class SequentialLR extends LRScheduler {
  readonly #schedulers: readonly LRScheduler[];
  readonly #milestones: readonly number[];

  /** Takes the optimizer, the schedules, and the epoch at which each but the first begins. */
  constructor(
    optimizer: ScheduledOptimizer,
    schedulers: readonly LRScheduler[],
    milestones: readonly number[],
  ) {
    super(optimizer);
    requireList('SequentialLR', 'schedulers', schedulers);
    requireList('SequentialLR', 'milestones', milestones);
    if (schedulers.length === 0 || milestones.length !== schedulers.length - 1) {
      throw new RangeError(
        `SequentialLR: needs one milestone fewer than schedulers, got ${milestones.length} for ${schedulers.length}.`,
      );
    }
    milestones.forEach((milestone, i) => {
      requireWhole('SequentialLR', `milestones[${i}]`, milestone, (milestones[i - 1] ?? 0) + 1);
    });
    const stranger = schedulers.findIndex((s) => s?.optimizer !== optimizer);
    if (stranger >= 0) {
      throw new RangeError(
        `SequentialLR: schedulers[${stranger}] has another optimizer. Build all on one.`,
      );
    }
    this.#schedulers = [...schedulers];
    this.#milestones = [...milestones];
    this.start();
  }

  protected nextLr({ lr }: ScheduledGroup, _: number, index: number): number {
    // The schedule in charge sets all groups at once, when the first is asked for.
    if (index > 0) return lr;
    const t = this.lastEpoch;
    const passed = this.#milestones.filter((m) => m <= t).length;
    const active = this.#schedulers[passed]!;
    if (t === 0 || this.#milestones[passed - 1] === t) active.restart();
    else active.step();
    return this.optimizer.paramGroups[0]!.lr;
  }

  override stateDict(): SchedulerStateDict {
    return { ...super.stateDict(), schedulers: this.#schedulers.map((s) => s.stateDict()) };
  }

  override loadStateDict(state: SchedulerStateDict): void {
    const inner = state?.schedulers ?? [];
    requireCount('SequentialLR', 'schedulers', inner.length, this.#schedulers.length);
    super.loadStateDict(state);
    this.#schedulers.forEach((scheduler, i) => scheduler.loadStateDict(inner[i]!));
  }
}
