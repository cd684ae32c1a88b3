import type { Callback, EpochLogs, Training } from '../callback.ts';

/** How far a training is. */
export interface ProgressReport {
  readonly epoch: number;
  readonly epochs: number;
  readonly step: number;
  /** Steps of an epoch, null where the data has no length. */
  readonly total: number | null;
  /** The loss of the step. */
  readonly loss: number;
  /** Loss and metrics of the epoch so far, computed when they are read. */
  readonly metrics: EpochLogs;
}

/**
 * A callback that reports after each step how far a training is, for a bar or a page to show. It draws nothing itself.
 *
 * @example
 * import { fit, progress } from '@kasane/trainer';
 * import { Linear, mseLoss } from '@kasane/nn';
 * import { SGD } from '@kasane/optim';
 * import { ones } from '@kasane/tensor-core';
 * const model = new Linear(1, 1);
 * const batch = [ones([4, 1]), ones([4, 1])] as const;
 * const seen: string[] = [];
 * await fit(model, {
 *   data: [batch, batch],
 *   loss: mseLoss,
 *   optimizer: new SGD(model.parameters(), { lr: 0.1 }),
 *   epochs: 1,
 *   callbacks: [progress(({ epoch, epochs, step, total }) => void seen.push(`${epoch}/${epochs} ${step}/${total}`))],
 * });
 * seen; // => ["1/1 1/2","1/1 2/2"]
 *
 * @category Callbacks
 */
export function progress(report: (progress: ProgressReport) => void): Callback {
  return {
    onStep(training: Training): void {
      const { epoch, epochs, step, total, loss } = training;
      report({
        epoch,
        epochs,
        step,
        total,
        loss,
        get metrics() {
          return training.logs;
        },
      });
    },
  };
}
