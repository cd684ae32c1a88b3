import { mkdir, open, stat, type FileHandle } from 'node:fs/promises';
import { dirname } from 'node:path';
import { CheckpointError, requireWhole } from '@kasane/tensor-core';
import type { Callback, Training } from '../callback.ts';
import { date } from '../callbacks/clock.ts';
import { cannotWrite, requirePath } from './whole-file.ts';
import { scalarRecord, versionRecord, type ScalarEvent } from './event-file.ts';
import { requireState } from '../callbacks/state.ts';

/** Options of `TensorBoard`. */
export interface TensorBoardOptions {
  /** Steps from one that is written to the next. Default 1; a write takes some 50 µs, which very short steps feel. */
  readonly everySteps?: number;
  /** Tells the milliseconds since 1970. Default: the ordinary clock. */
  readonly clock?: () => number;
}

const NAME = 'events.out.tfevents.kasane';

/**
 * Writes the numbers of a training to a folder, in Node, as an event file that TensorBoard shows.
 *
 * `step/loss` and `step/lr` after each step, by the steps of all epochs; `epoch/loss` and what else there is in the history, such as
 * `epoch/valAccuracy`, after each epoch. A folder has the one file
 * `events.out.tfevents.kasane`, which a training that is not resumed writes anew: take a folder for each. One that is resumed takes back what was written after the checkpoint, and
 * goes on: each step is there once.
 *
 * As Keras' `TensorBoard`, without graphs and histograms. Throws RangeError unless `everySteps` is a whole number ≥ 1 and the folder has a
 * name; CheckpointError if the file cannot be written, or has not what was there at the checkpoint.
 *
 * @example
 * import { fit } from '@kasane/trainer';
 * import { TensorBoard } from '@kasane/trainer/node';
 * import { Linear, mseLoss } from '@kasane/nn';
 * import { SGD } from '@kasane/optim';
 * import { ones } from '@kasane/tensor-core';
 * import { mkdtempSync, readdirSync } from 'node:fs';
 * import { tmpdir } from 'node:os';
 * import { join } from 'node:path';
 * const folder = mkdtempSync(join(tmpdir(), 'run-'));
 * const model = new Linear(1, 1);
 * await fit(model, {
 *   data: [[ones([4, 1]), ones([4, 1])]],
 *   loss: mseLoss,
 *   optimizer: new SGD(model.parameters(), { lr: 0.1 }),
 *   epochs: 2,
 *   callbacks: [new TensorBoard(folder)],
 * });
 * readdirSync(folder); // => ["events.out.tfevents.kasane"]
 *
 * @category Callbacks
 * @see https://www.tensorflow.org/tensorboard
 */
export class TensorBoard implements Callback {
  readonly #path: string;
  readonly #clock: () => number;
  readonly #every: number;
  #file: FileHandle | null = null;
  #steps = 0;
  #bytes = 0;

  /** Takes the folder. */
  constructor(folder: string, { everySteps = 1, clock = date }: TensorBoardOptions = {}) {
    requirePath('TensorBoard', 'folder', folder);
    requireWhole('TensorBoard', 'everySteps', everySteps, 1);
    this.#path = `${folder}/${NAME}`;
    this.#clock = clock;
    this.#every = everySteps;
  }

  /** Opens the file: anew, or cut off behind what was there at the checkpoint. */
  async onTrainBegin({ resumed }: Training): Promise<void> {
    if (!resumed) {
      this.#steps = 0;
      this.#bytes = 0;
    }
    if (this.#bytes === 0) {
      await this.#told(async () => {
        await mkdir(dirname(this.#path), { recursive: true });
        this.#file = await open(this.#path, 'w');
      });
      await this.#append(versionRecord(this.#seconds()));
      return;
    }
    const size = await stat(this.#path).then(
      (found) => found.size,
      () => 0,
    );
    if (size < this.#bytes) {
      throw new CheckpointError(
        `TensorBoard: ${this.#path}: expected the ${this.#bytes} bytes that were there at the checkpoint, got ${size}. Give the folder of the training that is resumed.`,
      );
    }
    await this.#told(async () => {
      this.#file = await open(this.#path, 'r+');
      await this.#file.truncate(this.#bytes);
    });
  }

  /** Writes the loss of the step, and the learning rate. */
  async onStep({ loss, optimizer: { paramGroups } }: Training): Promise<void> {
    this.#steps++;
    if (this.#steps % this.#every !== 0) return;
    const rates = paramGroups.map(
      ({ lr }, i) => [paramGroups.length === 1 ? 'step/lr' : `step/lr${i}`, lr] as const,
    );
    await this.#write(this.#steps, { 'step/loss': loss, ...Object.fromEntries(rates) });
  }

  /** Writes the numbers of the epoch. */
  async onEpochEnd({ logs: { epoch, ...numbers } }: Training): Promise<void> {
    const tagged = Object.entries(numbers).map(([name, value]) => [`epoch/${name}`, value]);
    await this.#write(epoch, Object.fromEntries(tagged));
  }

  /** Closes the file. */
  async onTrainEnd(): Promise<void> {
    const file = this.#file;
    this.#file = null;
    await this.#told(async () => file?.close());
  }

  async #write(step: number, scalars: ScalarEvent['scalars']): Promise<void> {
    await this.#append(scalarRecord({ time: this.#seconds(), step, scalars }));
  }

  async #append(bytes: Uint8Array): Promise<void> {
    const file = this.#file;
    if (file === null) return;
    let done = 0;
    await this.#told(async () => {
      // A disk that fills up takes the beginning, and refuses the rest.
      while (done < bytes.length) {
        const { bytesWritten } = await file.write(
          bytes,
          done,
          bytes.length - done,
          this.#bytes + done,
        );
        done += bytesWritten;
      }
    });
    this.#bytes += bytes.length;
  }

  /** Says which file it was that could not be written. */
  async #told(write: () => Promise<void>): Promise<void> {
    try {
      await write();
    } catch (error) {
      throw cannotWrite(this.#path, error);
    }
  }

  #seconds(): number {
    return this.#clock() / 1000;
  }

  /** What a checkpoint keeps of it: steps, and how long the file is. */
  stateDict(): { steps: number; bytes: number } {
    return { steps: this.#steps, bytes: this.#bytes };
  }

  /** Goes on from what `stateDict` gave. */
  loadStateDict(state: { steps: number; bytes: number }): void {
    const { steps, bytes } = requireState('TensorBoard', state, { steps: 0, bytes: 0 });
    this.#steps = steps;
    this.#bytes = bytes;
  }
}
