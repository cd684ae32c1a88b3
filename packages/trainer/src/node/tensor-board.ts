import { mkdir, open, readFile, stat, type FileHandle } from 'node:fs/promises';
import { dirname } from 'node:path';
import {
  CheckpointError,
  optionsOf,
  requireTensor,
  requireWhole,
  shown,
  type Tensor,
} from '@kasane/tensor-core';
import type { Callback, Training } from '../callback.ts';
import { date } from '../callbacks/clock.ts';
import { cannotWrite, requirePath } from './whole-file.ts';
import {
  scalarRecord,
  tensorRecord,
  versionRecord,
  type ScalarEvent,
  type TensorEvent,
} from './event-file.ts';
import { histogramOf } from './histogram.ts';
import { picturesOf } from './pictures.ts';
import { requireState } from '../callbacks/state.ts';

/** Options of `TensorBoard`. */
export interface TensorBoardOptions {
  /** Steps from one that is written to the next. Default 1; a write takes some 50 µs, which very short steps feel. */
  readonly everySteps?: number;
  /**
   * Epochs from one whose histograms of weights and gradients are written to the next. Default 0, none. Each step then keeps a copy of its gradients.
   */
  readonly histogramFreq?: number;
  /** Tells the milliseconds since 1970. Default: the ordinary clock. */
  readonly clock?: () => number;
}

const NAME = 'events.out.tfevents.kasane';

/**
 * Writes the numbers of a training to a folder, in Node, as an event file that TensorBoard shows.
 *
 * `step/loss` and `step/lr` after each step, by the steps of all epochs; `epoch/loss` and what else there is in the history, such as
 * `epoch/valAccuracy`, after each epoch; with `histogramFreq` histograms of `weights/…`, and `gradients/…` of the epoch's last step as the optimizer was
 * given them. `addScalar`, `addHistogram`, `addImage` and `addText` add what one likes, at once: in callbacks while the training runs, and before
 * and after it, or without any. A folder has the one file `events.out.tfevents.kasane`, which a training that is not resumed writes anew, but for what
 * was added since another one ended: take a folder for each. One that is resumed takes back what was written after the checkpoint, and goes on: each step is there once.
 *
 * As Keras' `TensorBoard`, without graphs, and PyTorch's `SummaryWriter`.
 *
 * @throws RangeError unless `everySteps` is a whole number ≥ 1, `histogramFreq` one ≥ 0, and the folder has a name.
 * @throws {@link CheckpointError} if the file cannot be written, or has not what was there at the checkpoint.
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
  readonly #histogramFreq: number;
  /** Where it writes histograms. */
  readonly needsGradients: boolean;
  #file: FileHandle | null = null;
  #steps = 0;
  #bytes = 0;
  /** What was added while no training runs begins at this byte; null if nothing was. */
  #addedFrom: number | null = null;
  /** The last of these additions, which are made one after the other. */
  #adding: Promise<void> = Promise.resolve();

  /** Takes the folder. */
  constructor(folder: string, options: TensorBoardOptions = {}) {
    const names = ['everySteps', 'histogramFreq', 'clock'] as const;
    const given = optionsOf('TensorBoard', options, names);
    const { everySteps = 1, histogramFreq = 0, clock = date } = given;
    requirePath('TensorBoard', 'folder', folder);
    requireWhole('TensorBoard', 'everySteps', everySteps, 1);
    requireWhole('TensorBoard', 'histogramFreq', histogramFreq);
    this.#histogramFreq = histogramFreq;
    this.needsGradients = histogramFreq > 0;
    this.#path = `${folder}/${NAME}`;
    this.#clock = clock;
    this.#every = everySteps;
  }

  /** Opens the file: anew, or cut off behind what was there at the checkpoint. */
  async onTrainBegin({ resumed }: Training): Promise<void> {
    await this.#adding.catch(() => {}); // whoever added it has been told
    const added = await this.#added();
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
      await this.#append(added);
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
    await this.#append(added);
  }

  /** The bytes that were added while no training ran; there are none then. */
  async #added(): Promise<Uint8Array> {
    const from = this.#addedFrom;
    this.#addedFrom = null;
    if (from === null) return new Uint8Array();
    return (await readFile(this.#path)).subarray(from);
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

  /** Writes the numbers of the epoch, and the histograms. */
  async onEpochEnd({ logs: { epoch, ...numbers }, model, gradients }: Training): Promise<void> {
    const tagged = Object.entries(numbers).map(([name, value]) => [`epoch/${name}`, value]);
    await this.#write(epoch, Object.fromEntries(tagged));
    if (this.#histogramFreq === 0 || epoch % this.#histogramFreq !== 0) return;
    for (const [name, weight] of model.namedParameters()) {
      await this.addHistogram(`weights/${name}`, weight, epoch);
    }
    for (const [name, gradient] of Object.entries(gradients)) {
      await this.addHistogram(`gradients/${name}`, gradient, epoch);
    }
  }

  /** Writes a number at a step. Default: the steps of the training so far. */
  async addScalar(tag: string, value: number, step: number = this.#steps): Promise<void> {
    await this.#write(step, { [tag]: value });
  }

  /** Writes how values are spread: 30 buckets between the least and the largest; those that are not finite do not count. */
  async addHistogram(tag: string, values: Tensor, step: number = this.#steps): Promise<void> {
    requireTensor('TensorBoard.addHistogram', 'what is shown', values);
    const rows = histogramOf(await values.data());
    await this.#add('histograms', tag, step, [rows.length / 3, 3], rows);
  }

  /**
   * Writes a picture (C, H, W) or (H, W), or some of one size (N, C, H, W), of 1 or 3 channels: from 0 to 1, or int32 from 0 to 255; what lies beyond
   * is cut off.
   *
   * @throws {@link ShapeError} for others.
   */
  async addImage(tag: string, image: Tensor, step: number = this.#steps): Promise<void> {
    requireTensor('TensorBoard.addImage', 'the picture', image);
    const [height = 0, width = 0] = image.shape.slice(-2);
    const pictures = await picturesOf(image);
    const shape = [2 + pictures.length];
    await this.#add('images', tag, step, shape, [String(width), String(height), ...pictures]);
  }

  /** Writes a text, which is shown as Markdown. */
  async addText(tag: string, text: string, step: number = this.#steps): Promise<void> {
    if (typeof text !== 'string') {
      throw new TypeError(
        `TensorBoard.addText: takes a text, got ${shown(text)}. Write it as one with String(…).`,
      );
    }
    await this.#add('text', tag, step, [], [text]);
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

  async #add(
    plugin: TensorEvent['plugin'],
    tag: string,
    step: number,
    shape: readonly number[],
    values: TensorEvent['values'],
  ): Promise<void> {
    await this.#append(tensorRecord({ time: this.#seconds(), step, tag, plugin, shape, values }));
  }

  async #append(bytes: Uint8Array): Promise<void> {
    const file = this.#file;
    if (file === null) {
      const before = this.#adding.catch(() => {}); // whoever added that has been told
      this.#adding = before.then(() => this.#told(() => this.#addAtEnd(bytes)));
      return this.#adding;
    }
    // The place is taken first: nobody has to wait for what another adds.
    const start = this.#bytes;
    this.#bytes += bytes.length;
    await this.#told(() => writeAt(file, bytes, start));
  }

  /** Opens the file for this once, which is made if it is not there. */
  async #addAtEnd(bytes: Uint8Array): Promise<void> {
    await mkdir(dirname(this.#path), { recursive: true });
    const file = await open(this.#path, 'a+');
    try {
      let { size } = await file.stat();
      if (size === 0) {
        const version = versionRecord(this.#seconds());
        await writeAt(file, version, 0);
        size = version.length;
      }
      this.#addedFrom ??= size;
      await writeAt(file, bytes, size);
    } finally {
      await file.close();
    }
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

  /**
   * Goes on from what `stateDict` gave.
   *
   * @throws {@link CheckpointError} for others.
   */
  loadStateDict(state: { steps: number; bytes: number }): void {
    const { steps, bytes } = requireState('TensorBoard', state, { steps: 0, bytes: 0 });
    this.#steps = steps;
    this.#bytes = bytes;
  }
}

async function writeAt(file: FileHandle, bytes: Uint8Array, start: number): Promise<void> {
  let done = 0;
  // A disk that fills up takes the beginning, and refuses the rest.
  while (done < bytes.length) {
    const { bytesWritten } = await file.write(bytes, done, bytes.length - done, start + done);
    done += bytesWritten;
  }
}
