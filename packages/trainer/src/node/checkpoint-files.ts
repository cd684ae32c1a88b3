import { readFile } from 'node:fs/promises';
import { CheckpointError } from '@kasane/tensor-core';
import { decodeCheckpoint, encodeCheckpoint, type Checkpoint } from '../checkpoint/checkpoint.ts';
import { requirePath, writeWhole } from './whole-file.ts';

/**
 * Writes a checkpoint to a file, in Node: that of a training, or an object of live things and plain data, as `encodeCheckpoint` takes it; beside its place first and renamed then, so that whatever happens there is a whole file, the old or
 * the new one, also where several programs write it. Folders that are missing are made. What a killed program left beside the place is removed
 * by the next one that writes there.
 *
 * @throws {@link CheckpointError} with the cause if the file cannot be written, as on a full disk.
 * @throws what `encodeCheckpoint` throws.
 * @throws RangeError for an empty path.
 *
 * @example
 * import { restoreCheckpoint, type StatesOf } from '@kasane/trainer';
 * import { loadCheckpoint, saveCheckpoint } from '@kasane/trainer/node';
 * import { Linear } from '@kasane/nn';
 * import { Adam, StepLR } from '@kasane/optim';
 * import { defaultGenerator } from '@kasane/tensor-core';
 * import { mkdtempSync } from 'node:fs';
 * import { tmpdir } from 'node:os';
 * import { join } from 'node:path';
 * const path = join(mkdtempSync(join(tmpdir(), 'run-')), 'last.safetensors');
 * const model = new Linear(1, 1);
 * const optimizer = new Adam(model.parameters());
 * const live = { model, optimizer, scheduler: new StepLR(optimizer, 10), generators: [defaultGenerator()] };
 * const parts = { ...live, epoch: 3, note: 'first try' };
 * await saveCheckpoint(path, parts);
 *
 * const saved = await loadCheckpoint<StatesOf<typeof parts>>(path);
 * restoreCheckpoint(live, saved);
 * saved.epoch; // => 3
 *
 * @category Checkpoints
 */
export async function saveCheckpoint(path: string, checkpoint: Checkpoint | object): Promise<void> {
  requirePath('saveCheckpoint', 'path', path);
  await writeWhole(path, await encodeCheckpoint(checkpoint));
}

/**
 * Reads a checkpoint from a file, in Node: what `fit` takes as `resume`, or what an own loop saved, for `restoreCheckpoint`.
 *
 * @throws {@link CheckpointError} that names the file, the byte and what was expected if it cannot be read, is cut off, changed, or no checkpoint.
 * @throws RangeError for an empty path.
 *
 * @example
 * import { loadCheckpoint } from '@kasane/trainer/node';
 * await loadCheckpoint('no-such-file'); // => throws CheckpointError
 *
 * @category Checkpoints
 */
export async function loadCheckpoint<C extends object = Checkpoint>(path: string): Promise<C> {
  requirePath('loadCheckpoint', 'path', path);
  const bytes = await readFile(path).catch((error: unknown) => {
    throw new CheckpointError(
      `${path}: byte 0: expected a checkpoint, got ${String(error)}. Give the path that saveCheckpoint was given.`,
      { cause: error },
    );
  });
  return decodeCheckpoint<C>(bytes, path);
}
