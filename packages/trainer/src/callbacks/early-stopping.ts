import { requireWhole } from '@kasane/tensor-core';
import type { Callback, Training } from '../callback.ts';
import { directionOf, improves, monitored, type MonitorOptions } from './monitor.ts';
import { requireState } from './state.ts';

/** Options of `EarlyStopping`. */
export interface EarlyStoppingOptions extends MonitorOptions {
  /** Epochs in a row without improvement after which training stops. Default 1. */
  readonly patience?: number;
}

/**
 * Stops when a number has stopped improving.
 *
 * As Keras' `EarlyStopping`. Each training is watched from its beginning, one that is resumed goes on from where the checkpoint was
 * taken. Throws RangeError unless patience is a whole number ≥ 1, DataError if epochs have no such number or nothing says which way is
 * better.
 *
 * @example
 * import { EarlyStopping, fit } from '@kasane/trainer';
 * import { Linear, mseLoss } from '@kasane/nn';
 * import { SGD } from '@kasane/optim';
 * import { ones } from '@kasane/tensor-core';
 * const model = new Linear(1, 1);
 * const history = await fit(model, {
 *   data: [[ones([4, 1]), ones([4, 1])]],
 *   loss: mseLoss,
 *   optimizer: new SGD(model.parameters(), { lr: 0 }), // learns nothing
 *   epochs: 100,
 *   callbacks: [new EarlyStopping({ monitor: 'loss', patience: 3 })],
 * });
 * history.length; // => 4
 *
 * @category Callbacks
 */
export class EarlyStopping implements Callback {
  readonly #options: EarlyStoppingOptions;
  #best: number | null = null;
  #waited = 0;

  constructor(options: EarlyStoppingOptions = {}) {
    requireWhole('EarlyStopping', 'patience', options.patience ?? 1, 1);
    this.#options = options;
  }

  /** Forgets what it saw of another training. */
  onTrainBegin(training: Training): void {
    directionOf('EarlyStopping', training, this.#options);
    if (training.resumed) return;
    this.#best = null;
    this.#waited = 0;
  }

  /** Looks at the number, and stops. */
  onEpochEnd(training: Training): void {
    const { monitor = 'valLoss', patience = 1, minDelta } = this.#options;
    const value = monitored('EarlyStopping', training, monitor);
    const mode = directionOf('EarlyStopping', training, this.#options);
    this.#waited++;
    if (improves(value, this.#best, mode, minDelta)) {
      this.#best = value;
      this.#waited = 0;
    }
    if (this.#waited >= patience) training.stop();
  }

  /** What a checkpoint keeps of it. */
  stateDict(): { best: number | null; waited: number } {
    return { best: this.#best, waited: this.#waited };
  }

  /** Goes on from what `stateDict` gave. */
  loadStateDict(state: { best: number | null; waited: number }): void {
    const { best, waited } = requireState('EarlyStopping', state, { best: null, waited: 0 });
    this.#best = best;
    this.#waited = waited;
  }
}
