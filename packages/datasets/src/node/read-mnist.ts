import { optionsOf, DataError } from '@kasane/tensor-core';
import { join } from 'node:path';
import { idxImages, parseIdx, type Idx } from '../idx.ts';
import type { LabeledImages } from '../labeled-images.ts';
import { exists, fetchFile, isUrl } from './fetch-file.ts';
import { readBytes } from './file-errors.ts';

/** Options of `readMnist`. */
export interface ReadMnistOptions {
  /** The pictures to train on, or those to test with. Default true. */
  readonly train?: boolean;
  /** The folder that downloads are kept in. Needed for URLs. */
  readonly cache?: string;
  /** Checksums by the name of the file, as `train-images-idx3-ubyte.gz`. */
  readonly sha256?: Readonly<Record<string, string>>;
  /** The names of the classes. Default: the digits. */
  readonly classes?: readonly string[];
}

/**
 * MNIST, Fashion-MNIST or others in their form, from a folder or the URL of one, which is yours to give.
 *
 * The files have MNIST's names, `train-images-idx3-ubyte` and so on, with or without `.gz` in a folder, with it under a URL. As
 * `torchvision.datasets.MNIST`.
 *
 * @throws {@link DataError} for files that are missing or damaged.
 * @throws what `fetchFile` throws.
 *
 * @example
 * import { readMnist } from '@kasane/datasets/node';
 * import { mkdtempSync, writeFileSync } from 'node:fs';
 * import { tmpdir } from 'node:os';
 * import { join } from 'node:path';
 * const folder = mkdtempSync(join(tmpdir(), 'data-'));
 * const images = Uint8Array.of(0, 0, 8, 3, 0, 0, 0, 1, 0, 0, 0, 1, 0, 0, 0, 2, 0, 255);
 * writeFileSync(join(folder, 't10k-images-idx3-ubyte'), images);
 * writeFileSync(join(folder, 't10k-labels-idx1-ubyte'), Uint8Array.of(0, 0, 8, 1, 0, 0, 0, 1, 7));
 * const test = await readMnist(folder, { train: false });
 * test.labels.join(); // => 7
 */
export async function readMnist(
  source: string | URL,
  options?: ReadMnistOptions,
): Promise<LabeledImages> {
  const {
    train = true,
    cache,
    sha256 = {},
    classes,
  } = optionsOf('readMnist', options, ['train', 'cache', 'sha256', 'classes']);
  const base = String(source).replace(/\/$/, '');
  const read = async (name: string): Promise<Idx> => {
    const file = isUrl(base) ? `${base}/${name}.gz` : await present(base, name);
    const hash = sha256[`${name}.gz`] ?? sha256[name];
    const path = await fetchFile(file, {
      ...(cache === undefined ? {} : { cache }),
      ...(hash === undefined ? {} : { sha256: hash }),
    });
    return parseIdx(await readBytes(path), file);
  };
  const prefix = train ? 'train' : 't10k';
  const images = await read(`${prefix}-images-idx3-ubyte`);
  return idxImages(images, await read(`${prefix}-labels-idx1-ubyte`), classes);
}

async function present(folder: string, name: string): Promise<string> {
  for (const path of [join(folder, name), join(folder, `${name}.gz`)]) {
    if (await exists(path)) return path;
  }
  throw new DataError(`${folder}: expected a file ${name} or ${name}.gz, got none.`);
}
