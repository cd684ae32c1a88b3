import { optionsOf, requireWhole } from '@kasane/tensor-core';
import type { Callback, Ending, Training } from '../callback.ts';
import { saveCheckpoint } from './checkpoint-files.ts';
import { requirePath } from './whole-file.ts';
import {
  directionOf,
  improves,
  monitored,
  monitorNames,
  type MonitorOptions,
} from '../callbacks/monitor.ts';
import { requireState } from '../callbacks/state.ts';

/** Options of `ModelCheckpoint`; without `monitor`, only the last checkpoint is kept. */
export interface ModelCheckpointOptions extends MonitorOptions {
  /** Save after so many steps as well, for long epochs. */
  readonly everySteps?: number;
}

/**
 * Saves a checkpoint to a folder, in Node: `last.safetensors` after each epoch, after so many steps if wanted, and when training is stopped
 * or aborted; `best.safetensors` after each epoch that was the best so far.
 *
 * Keras' `ModelCheckpoint` keeps the model, of each epoch or with `save_best_only` of the best; here the last and the best are kept, with all that a
 * training needs to go on. A file is whole at any moment. It runs after the other callbacks and saves their states. Each training has a best of its
 * own, one that is resumed goes on with that of the checkpoint.
 *
 * @throws RangeError unless `everySteps` is a whole number ≥ 1 and the folder has a name.
 * @throws {@link DataError} if epochs have no number of the name that is monitored, or nothing says which way is better.
 * @throws {@link CheckpointError} if a file cannot be written.
 *
 * @example
 * import { fit } from '@kasane/trainer';
 * import { loadCheckpoint, ModelCheckpoint } from '@kasane/trainer/node';
 * import { Linear, mseLoss } from '@kasane/nn';
 * import { SGD } from '@kasane/optim';
 * import { ones } from '@kasane/tensor-core';
 * import { mkdtempSync } from 'node:fs';
 * import { tmpdir } from 'node:os';
 * import { join } from 'node:path';
 * const folder = mkdtempSync(join(tmpdir(), 'run-'));
 * const model = new Linear(1, 1);
 * const options = {
 *   data: [[ones([4, 1]), ones([4, 1])] as const],
 *   loss: mseLoss,
 *   optimizer: new SGD(model.parameters(), { lr: 0.1 }),
 *   callbacks: [new ModelCheckpoint(folder, { monitor: 'loss' })],
 * };
 * await fit(model, { ...options, epochs: 2 });
 * const resume = await loadCheckpoint(join(folder, 'last.safetensors'));
 * const history = await fit(model, { ...options, epochs: 3, resume });
 * history.map(({ epoch }) => epoch); // => [1,2,3]
 *
 * @category Callbacks
 */
export class ModelCheckpoint implements Callback {
  /** So that the states of the others are those after the epoch. */
  readonly runsLast = true;
  readonly #folder: string;
  readonly #options: ModelCheckpointOptions;
  #best: number | null = null;

  /** Takes the folder. */
  constructor(folder: string, options: ModelCheckpointOptions = {}) {
    const given = optionsOf('ModelCheckpoint', options, ['everySteps', ...monitorNames]);
    const { everySteps = 1 } = given;
    requirePath('ModelCheckpoint', 'folder', folder);
    requireWhole('ModelCheckpoint', 'everySteps', everySteps, 1);
    this.#folder = folder;
    this.#options = given;
  }

  /** Forgets the best of another training. */
  onTrainBegin(training: Training): void {
    if (this.#options.monitor !== undefined) {
      directionOf('ModelCheckpoint', training, this.#options);
    }
    if (!training.resumed) this.#best = null;
  }

  /** Saves after so many steps. */
  async onStep(training: Training): Promise<void> {
    const { everySteps } = this.#options;
    if (everySteps !== undefined && training.step % everySteps === 0) await this.#save(training);
  }

  /** Saves the last, and the best if this is it. */
  async onEpochEnd(training: Training): Promise<void> {
    const { monitor, minDelta } = this.#options;
    if (monitor !== undefined) {
      const value = monitored('ModelCheckpoint', training, monitor);
      const mode = directionOf('ModelCheckpoint', training, this.#options);
      if (improves(value, this.#best, mode, minDelta)) {
        this.#best = value;
        await this.#save(training, 'best');
      }
    }
    await this.#save(training);
  }

  /** Saves what would be lost. */
  async onTrainEnd(training: Training, ending: Ending): Promise<void> {
    if (ending === 'stopped' || ending === 'aborted') await this.#save(training);
  }

  async #save(training: Training, name: string = 'last'): Promise<void> {
    await saveCheckpoint(`${this.#folder}/${name}.safetensors`, training.checkpoint());
  }

  /** What a checkpoint keeps of it. */
  stateDict(): { best: number | null } {
    return { best: this.#best };
  }

  /**
   * Goes on from what `stateDict` gave.
   *
   * @throws {@link CheckpointError} for others.
   */
  loadStateDict(state: { best: number | null }): void {
    this.#best = requireState('ModelCheckpoint', state, { best: null }).best;
  }
}
