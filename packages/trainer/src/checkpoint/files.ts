import { CheckpointError } from '@kasane/tensor-core';
import { decodeCheckpoint, encodeCheckpoint, type Checkpoint } from './checkpoint.ts';

/**
 * Writes a checkpoint to a file, in Node: beside its place first and renamed then, so that whatever happens there is a whole file, the old or
 * the new one. Folders that are missing are made.
 *
 * @example
 * import { saveCheckpoint } from '@kasane/trainer';
 * typeof saveCheckpoint; // => function
 *
 * @category Checkpoints
 */
export async function saveCheckpoint(path: string, checkpoint: Checkpoint): Promise<void> {
  await writeWhole(path, await encodeCheckpoint(checkpoint));
}

/**
 * Reads a checkpoint from a file, in Node: what `fit` takes as `resume`.
 *
 * Throws CheckpointError that names the file, the byte and what was expected if it cannot be read, is cut off, changed, or no checkpoint.
 *
 * @example
 * import { loadCheckpoint } from '@kasane/trainer';
 * await loadCheckpoint('no-such-file'); // => throws CheckpointError
 *
 * @category Checkpoints
 */
export async function loadCheckpoint(path: string): Promise<Checkpoint> {
  const { readFile } = await import('node:fs/promises');
  const bytes = await readFile(path).catch((error: unknown) => {
    throw new CheckpointError(
      `${path}: byte 0: expected a checkpoint, got ${String(error)}. Give the path that saveCheckpoint was given.`,
      { cause: error },
    );
  });
  return decodeCheckpoint(bytes, path);
}

/** Writes a file beside its place and renames it. @internal */
export async function writeWhole(path: string, content: Uint8Array | string): Promise<void> {
  const [{ mkdir, open, rename }, { dirname }] = await Promise.all([
    import('node:fs/promises'),
    import('node:path'),
  ]);
  await mkdir(dirname(path), { recursive: true });
  // One name, so that a program that is killed often leaves one piece and no more.
  const part = `${path}.part`;
  const file = await open(part, 'w');
  try {
    await file.writeFile(content);
    await file.sync();
  } finally {
    await file.close();
  }
  await rename(part, path);
}
