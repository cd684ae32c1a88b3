import { optionsOf, CheckpointError } from '@kasane/tensor-core';
import type { Callback, Training } from '../callback.ts';
import { brief } from '../checkpoint/header.ts';
import { isLike } from '../checkpoint/training-state.ts';
import { monitored } from './monitor.ts';

/** What `fit` needs of a scheduler: every one of `@kasane/optim` has it. */
export interface Scheduler {
  /** Goes to the next epoch. Schedules that look at no metric do without. */
  step(metric: number): void;
  /** What it has seen, as JSON. */
  stateDict(): unknown;
  /** Goes on from what `stateDict` gave. */
  loadStateDict(state: never): void;
}

/** Options of `LRSchedule`. */
export interface LRScheduleOptions {
  /** When the scheduler steps. Default 'epoch'; 'step' for schedules that count steps, such as `OneCycleLR`. */
  readonly every?: 'epoch' | 'step';
  /** What is handed to the scheduler after an epoch: `ReduceLROnPlateau` looks at it. Default 'valLoss', 'loss' without validation. */
  readonly monitor?: string;
}

/**
 * Steps a scheduler of learning rates; its state is part of checkpoints. `fit`'s option `scheduler` makes one that steps after each epoch.
 *
 * Keras' `LearningRateScheduler` takes a function of the epoch instead. As an optimizer, a scheduler goes on in the next training that it is given to; make a new one for one that begins anew.
 *
 * @throws {@link DataError} if epochs have no number of the name that is monitored.
 *
 * @example
 * import { fit, LRSchedule } from '@kasane/trainer';
 * import { Linear, mseLoss } from '@kasane/nn';
 * import { ExponentialLR, SGD } from '@kasane/optim';
 * import { ones } from '@kasane/tensor-core';
 * const model = new Linear(1, 1);
 * const optimizer = new SGD(model.parameters(), { lr: 1 });
 * const batch = [ones([4, 1]), ones([4, 1])] as const;
 * const schedule = new LRSchedule(new ExponentialLR(optimizer, 0.5), { every: 'step' });
 * await fit(model, { data: [batch, batch], loss: mseLoss, optimizer, epochs: 1, callbacks: [schedule] });
 * optimizer.paramGroups[0]!.lr; // => 0.25
 *
 * @category Callbacks
 */
export class LRSchedule implements Callback {
  readonly #scheduler: Scheduler;
  readonly #options: LRScheduleOptions;

  /** With that of the scheduler, for one of another kind has another state. */
  get name(): string {
    return `LRSchedule(${this.#scheduler.constructor.name})`;
  }

  /** Takes the scheduler. */
  constructor(scheduler: Scheduler, options: LRScheduleOptions = {}) {
    this.#scheduler = scheduler;
    this.#options = optionsOf('LRSchedule', options, ['every', 'monitor']);
  }

  /** Steps, if it counts steps. */
  onStep({ loss }: Training): void {
    if (this.#options.every === 'step') this.#scheduler.step(loss);
  }

  /** Steps, if it counts epochs. */
  onEpochEnd(training: Training): void {
    if (this.#options.every === 'step') return;
    const { monitor = 'valLoss' in training.logs ? 'valLoss' : 'loss' } = this.#options;
    this.#scheduler.step(monitored('LRSchedule', training, monitor));
  }

  /** What a checkpoint keeps of it. */
  stateDict(): unknown {
    return this.#scheduler.stateDict();
  }

  /**
   * Goes on from what `stateDict` gave.
   *
   * @throws {@link CheckpointError} for what the scheduler does not give.
   */
  loadStateDict(state: never): void {
    // The best of a plateau is null before the first step.
    if (!isLike(state, this.#scheduler.stateDict(), true)) {
      throw new CheckpointError(
        `LRSchedule: the state must be what the scheduler's stateDict gives, got ${brief(state)}. Resume with the scheduler that the checkpoint was saved with.`,
      );
    }
    this.#scheduler.loadStateDict(state);
  }
}
