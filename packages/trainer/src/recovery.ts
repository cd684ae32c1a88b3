/** Takes a training up again where its device was lost. */
import { reference, type Tensor } from '@kasane/tensor-core';
import { tensorsIn } from './batches.ts';
import type { Checkpoint } from './checkpoint/checkpoint.ts';
import { homeOf, placedAsync } from './home.ts';
import { capture, restore, type Parts } from './resume.ts';

/** Whether a device was lost. By its name: what throws it is loaded by those who use it. */
export function isDeviceLost(error: unknown): error is Error {
  return error instanceof Error && error.name === 'DeviceLostError';
}

// Losses before the training has come farther than ever: more look like its own doing.
const MOST = 4;

export class Recovery<O, T> {
  readonly #parts: Parts<O, T>;
  readonly #wanted: boolean;
  /** All that is needed to go on, and what of it is to be freed with it. */
  #last: { readonly checkpoint: Checkpoint; readonly own: readonly Tensor[] } | null = null;
  /** How far it had come when the device was lost last, and at most: epochs and batches. */
  #lost: readonly [finished: number, batches: number] = [0, -1];
  #farthest: readonly [finished: number, batches: number] = [0, -1];
  /** How often it was lost without coming farther. */
  #losses = 0;

  constructor(parts: Parts<O, T>, wanted: boolean) {
    this.#parts = parts;
    this.#wanted = wanted;
  }

  /** Notes where the training stands when an epoch, or the rest of one, begins. */
  async begin(): Promise<void> {
    if (!this.#wanted || (await this.step())) return;
    const taken = capture(this.#parts);
    const { value } = await placedAsync(taken, reference());
    free(ofParts(taken));
    const theirs = new Set(tensorsIn(taken));
    this.#replace(
      value,
      tensorsIn(value).filter((one) => !theirs.has(one)),
    );
  }

  /** Notes where a step has ended, if the backend has copies of all that; false if it has not. */
  async step(): Promise<boolean> {
    const home = homeOf(this.#parts.model);
    if (!this.#wanted || home?.keepsCopies !== true) return false;
    const taken = capture(this.#parts);
    try {
      await home.kept?.();
    } catch (error) {
      free(ofParts(taken));
      throw error;
    }
    this.#replace(taken, ofParts(taken));
    return true;
  }

  /** Puts all parts to where was noted last, on a new device; throws the error if that cannot be. */
  async recover(error: Error): Promise<void> {
    const home = homeOf(this.#parts.model);
    const { finished, batches } = this.#parts.position;
    const [lastFinished, lastBatches] = this.#lost;
    // A step that always loses its device must not be tried for ever.
    const isSame = finished === lastFinished && batches === lastBatches;
    if (!this.#wanted || isSame || this.#last === null || home?.restore === undefined) throw error;
    const [farthest, most] = this.#farthest;
    if (finished > farthest || (finished === farthest && batches > most)) {
      this.#farthest = [finished, batches];
      this.#losses = 0;
    }
    this.#lost = [finished, batches];
    for (let again: Error | null = error; again !== null;) {
      if (++this.#losses > MOST) throw again;
      again = await this.#goBack(home.restore.bind(home), this.#last.checkpoint);
    }
  }

  /** The error if the device was lost meanwhile. */
  async #goBack(renew: () => Promise<void>, checkpoint: Checkpoint): Promise<Error | null> {
    await renew();
    try {
      await restore(this.#parts, checkpoint);
    } catch (error) {
      if (isDeviceLost(error)) return error;
      throw error;
    }
    return null;
  }

  dispose(): void {
    free(this.#last?.own ?? []);
    this.#last = null;
  }

  #replace(checkpoint: Checkpoint, own: readonly Tensor[]): void {
    this.dispose();
    this.#last = { checkpoint, own };
  }
}

/** The tensors that were made for a checkpoint; those of callbacks are theirs. */
function ofParts({ model, optimizer }: Checkpoint): Tensor[] {
  return [...tensorsIn(model), ...tensorsIn(optimizer.state)];
}

function free(tensors: readonly Tensor[]): void {
  for (const one of tensors) one.dispose();
}
