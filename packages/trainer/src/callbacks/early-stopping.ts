import type { Module, StateDict } from '@kasane/nn';
import { CheckpointError, optionsOf, requireWhole, sameShape, Tensor } from '@kasane/tensor-core';
import type { Callback, Training } from '../callback.ts';
import { isRecord } from '../checkpoint/header.ts';
import { directionOf, improves, monitored, monitorNames, type MonitorOptions } from './monitor.ts';
import { requireState } from './state.ts';

/** Options of `EarlyStopping`. */
export interface EarlyStoppingOptions extends MonitorOptions {
  /** Epochs in a row without improvement after which training stops. Default 1. */
  readonly patience?: number;
  /**
   * Leave the model with the weights, and buffers, of the best epoch, however the training ends; of the first if none was better. Default false:
   * with those of the last step.
   */
  readonly restoreBestWeights?: boolean;
}

/** What a checkpoint keeps of `EarlyStopping`. */
export interface EarlyStoppingState {
  readonly best: number | null;
  readonly waited: number;
  /** Of the best epoch; null before the first. */
  readonly weights?: StateDict | null;
}

/**
 * Stops when a number has stopped improving.
 *
 * $$ v < b - \delta \quad \text{or, if it should rise,} \quad v > b + \delta $$
 *
 * is an improvement, with b the best so far and δ the `minDelta`; NaN is none.
 *
 * As Keras' `EarlyStopping`, where a `patience` of 0, its default, is the same as 1. Each training is watched from its beginning, one that is resumed goes on from where the checkpoint was
 * taken. With `restoreBestWeights` it keeps a copy of the best weights, and checkpoints have it beside those of the training, which are the
 * ones to go on from; the copy is put into the model after the last `onTrainEnd`, also when the training is aborted or fails.
 *
 * @throws RangeError unless patience is a whole number ≥ 1.
 * @throws {@link DataError} if epochs have no such number or nothing says which way is better.
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
  #weights: StateDict | null = null;

  constructor(options: EarlyStoppingOptions = {}) {
    const names = ['patience', 'restoreBestWeights', ...monitorNames] as const;
    const given = optionsOf('EarlyStopping', options, names);
    requireWhole('EarlyStopping', 'patience', given.patience ?? 1, 1);
    this.#options = given;
  }

  /** Forgets what it saw of another training. */
  onTrainBegin(training: Training): void {
    directionOf('EarlyStopping', training, this.#options);
    if (!training.resumed) {
      this.#best = null;
      this.#waited = 0;
      this.#weights = null;
    } else if (this.#restores() && this.#best !== null && this.#weights === null) {
      training.warn(
        `EarlyStopping: the checkpoint has no best weights, for it was saved without restoreBestWeights. Those of its best epoch, of ${this.#best}, cannot be restored, only those of later ones.`,
      );
    }
  }

  /** Looks at the number, and stops. */
  onEpochEnd(training: Training): void {
    const { monitor = 'valLoss', patience = 1, minDelta } = this.#options;
    const value = monitored('EarlyStopping', training, monitor);
    const mode = directionOf('EarlyStopping', training, this.#options);
    const isBetter = improves(value, this.#best, mode, minDelta);
    // The first is the best so far, be its number NaN.
    const isFirst = this.#best === null && this.#weights === null;
    if (this.#restores() && (isBetter || isFirst)) this.#weights = training.model.stateDict();
    this.#waited++;
    if (isBetter) {
      this.#best = value;
      this.#waited = 0;
    }
    if (this.#waited >= patience) training.stop();
  }

  /** Leaves the model with the best weights. */
  onTrainEnd({ restoreWeights }: Training): void {
    if (this.#weights !== null) restoreWeights(this.#weights);
  }

  /** What a checkpoint keeps of it: with `restoreBestWeights` the best weights, too. */
  stateDict(): EarlyStoppingState {
    const numbers = { best: this.#best, waited: this.#waited };
    return this.#restores() ? { ...numbers, weights: this.#weights } : numbers;
  }

  /**
   * Goes on from what `stateDict` gave.
   *
   * @throws {@link CheckpointError} for what it does not give, or weights of another model.
   */
  loadStateDict(state: EarlyStoppingState, model?: Module): void {
    const { best, waited } = requireState('EarlyStopping', state, { best: null, waited: 0 });
    const weights = this.#restores() ? (state.weights ?? null) : null;
    if (weights !== null && !isStateOf(weights, model)) {
      throw new CheckpointError(
        'EarlyStopping: the best weights must be those of the model, got others. Resume with the model that the checkpoint was saved with.',
      );
    }
    this.#best = best;
    this.#waited = waited;
    this.#weights = weights;
  }

  #restores(): boolean {
    return this.#options.restoreBestWeights === true;
  }
}

/** Whether a value is a state of the model; or of any, where that is not known. */
function isStateOf(weights: unknown, model: Module | undefined): boolean {
  if (!isRecord(weights)) return false;
  const own = model?.stateDict() ?? weights;
  return (
    Object.keys(weights).length === Object.keys(own).length &&
    Object.entries(own).every(([name, part]) => {
      const saved = Object.hasOwn(weights, name) ? weights[name] : null;
      return (
        saved instanceof Tensor && part instanceof Tensor && sameShape(saved.shape, part.shape)
      );
    })
  );
}
