import { DataError, tensor } from '@kasane/tensor-core';
import { readdirSync } from 'node:fs';
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { checkIndex, type Dataset } from '../dataset.ts';
import { decodeImage } from '../decode-image.ts';
import type { DecodePool } from '../decode-pool.ts';
import type { LabeledImage } from '../labeled-images.ts';

/** Options of `ImageFolder`. */
export interface ImageFolderOptions {
  /** 3 for colour, 1 for grey. Default 3. */
  readonly channels?: 1 | 3;
  /** Decodes in workers. Default: here. */
  readonly workers?: DecodePool;
}

/**
 * Pictures in folders, one folder for each class: `root/cat/1.png`, `root/dog/7.jpg`.
 *
 * Classes are the folders in the order of their names. Files are read when they are asked for; those that
 * do not end in `.png`, `.jpg` or `.jpeg` are passed over. As `torchvision.datasets.ImageFolder`. Throws
 * DataError if there is no class or a class has no picture, and what `decodeImage` throws.
 *
 * @example
 * import { encodePng } from '@kasane/datasets/images';
 * import { ImageFolder } from '@kasane/datasets/node';
 * import { mkdirSync, mkdtempSync, writeFileSync } from 'node:fs';
 * import { tmpdir } from 'node:os';
 * import { join } from 'node:path';
 * const root = mkdtempSync(join(tmpdir(), 'data-'));
 * mkdirSync(join(root, 'red'));
 * const pixel = { data: Uint8Array.of(255, 0, 0), channels: 3, height: 1, width: 1 };
 * writeFileSync(join(root, 'red', '1.png'), encodePng(pixel));
 * const folder = new ImageFolder(root);
 * const [image, label] = await folder.get(0);
 * image.data.join(); // => 255,0,0
 * folder.classes[label.item()]; // => red
 */
export class ImageFolder implements Dataset<LabeledImage> {
  /** The names of the folders. */
  readonly classes: readonly string[];
  /** The files and the class of each. */
  readonly files: readonly { readonly path: string; readonly label: number }[];
  readonly #options: ImageFolderOptions;

  constructor(root: string, options: ImageFolderOptions = {}) {
    const entries = readdirSync(root, { withFileTypes: true });
    const byName = (a: string, b: string): number => (a < b ? -1 : Number(a > b));
    this.classes = entries
      .filter((entry) => entry.isDirectory())
      .map(({ name }) => name)
      .sort(byName);
    if (this.classes.length === 0) {
      throw new DataError(`${root}: expected a folder for each class, got none.`);
    }
    this.files = this.classes.flatMap((name, label) => {
      const folder = join(root, name);
      const pictures = readdirSync(folder).filter((file) => /\.(png|jpe?g)$/i.test(file));
      if (pictures.length > 0) {
        return pictures.sort(byName).map((file) => ({ path: join(folder, file), label }));
      }
      throw new DataError(`${folder}: expected files in .png, .jpg or .jpeg, got none.`);
    });
    this.#options = options;
  }

  get length(): number {
    return this.files.length;
  }

  /** Reads and decodes picture `index`. */
  async get(index: number): Promise<LabeledImage> {
    checkIndex('ImageFolder', index, this.length);
    const { channels = 3, workers } = this.#options;
    const { path, label } = this.files[index]!;
    const bytes = await readFile(path);
    const image = await (workers === undefined
      ? decodeImage(bytes, path, channels)
      : workers.decode(bytes, path, channels));
    return [image, tensor(label, { dtype: 'int32' })];
  }
}
