import { optionsOf, DataError, shown } from '@kasane/tensor-core';
import { join } from 'node:path';
import { parseCifar10 } from '../cifar10.ts';
import type { LabeledImages } from '../labeled-images.ts';
import { exists } from './fetch-file.ts';
import { readBytes } from './file-errors.ts';

/** Options of `readCifar10`. */
export interface ReadCifar10Options {
  /** The five batches to train on, or the one to test with. Default true. */
  readonly train?: boolean;
}

/**
 * CIFAR-10 from a folder with the files of its binary version: `data_batch_1.bin` to `5` and `test_batch.bin`.
 *
 * As `torchvision.datasets.CIFAR10`, which reads the version for Python.
 *
 * @throws {@link DataError} for files that are missing or damaged.
 *
 * @example
 * import { readCifar10 } from '@kasane/datasets/node';
 * import { mkdtempSync, writeFileSync } from 'node:fs';
 * import { tmpdir } from 'node:os';
 * import { join } from 'node:path';
 * const folder = mkdtempSync(join(tmpdir(), 'data-'));
 * writeFileSync(join(folder, 'test_batch.bin'), new Uint8Array(2 * 3073));
 * const test = await readCifar10(folder, { train: false });
 * test.getBatch([0, 1])[0].shape; // => [2,3,32,32]
 */
export async function readCifar10(
  folder: string,
  options?: ReadCifar10Options,
): Promise<LabeledImages> {
  const { train = true } = optionsOf('readCifar10', options, ['train']);
  if (typeof folder !== 'string') {
    throw new TypeError(`readCifar10: needs the path of a folder, got ${shown(folder)}.`);
  }
  const names = train ? [1, 2, 3, 4, 5].map((n) => `data_batch_${n}.bin`) : ['test_batch.bin'];
  const files = [];
  for (const file of names) {
    const name = join(folder, file);
    if (!(await exists(name))) throw new DataError(`${folder}: expected a file ${file}, got none.`);
    files.push({ name, bytes: await readBytes(name) });
  }
  return parseCifar10(files);
}
