import { optionsOf, DataError, tensor } from '@kasane/tensor-core';
import { readdirSync, realpathSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { checkIndex, type Dataset } from '../dataset.ts';
import { decodeImage } from '../decode-image.ts';
import type { DecodePool } from '../decode-pool.ts';
import type { LabeledImage } from '../labeled-images.ts';
import { fileError, readBytes } from './file-errors.ts';

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
 * Classes are the folders in the order of their names, with the pictures of all folders in them; links are followed. Files are read when they are
 * asked for; those that do not end in `.png`, `.jpg` or `.jpeg` are passed over. As `torchvision.datasets.ImageFolder`, which also reads `.bmp`,
 * `.pgm`, `.ppm`, `.tif`, `.tiff` and `.webp`.
 *
 * @throws {@link DataError} for those, if there is no class or a class has no picture, if a folder, link or file cannot be read, or a link leads back to a
 * folder that it is in.
 * @throws what `decodeImage` throws.
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
    const given = optionsOf('ImageFolder', options, ['channels', 'workers']);
    this.classes = entriesOf(root, [root])
      .filter(({ isFolder }) => isFolder)
      .map(({ name }) => name);
    if (this.classes.length === 0) {
      throw new DataError(`${root}: expected a folder for each class, got none.`);
    }
    this.files = this.classes.flatMap((name, label) => {
      const folder = join(root, name);
      const pictures = foldersIn(folder, [root])
        .sort((a, b) => byName(a.folder, b.folder))
        .flatMap((inner) => inner.pictures.map((picture) => join(inner.folder, picture)));
      if (pictures.length > 0) return pictures.map((path) => ({ path, label }));
      throw new DataError(`${folder}: expected files in .png, .jpg or .jpeg, got none.`);
    });
    this.#options = given;
  }

  get length(): number {
    return this.files.length;
  }

  /** Reads and decodes picture `index`. */
  async get(index: number): Promise<LabeledImage> {
    checkIndex('ImageFolder', index, this.length);
    const { channels = 3, workers } = this.#options;
    const { path, label } = this.files[index]!;
    const bytes = await readBytes(path);
    const image = await (workers === undefined
      ? decodeImage(bytes, path, channels)
      : workers.decode(bytes, path, channels));
    return [image, tensor(label, { dtype: 'int32' })];
  }
}

const byName = (a: string, b: string): number => (a < b ? -1 : Number(a > b));

interface Entry {
  readonly name: string;
  readonly isFolder: boolean;
}

/** What is in a folder, links followed, in the order of names. `within` are it and the folders around it. */
function entriesOf(folder: string, within: readonly string[]): Entry[] {
  const entries = attempt(folder, 'a folder that can be read', () =>
    readdirSync(folder, { withFileTypes: true }),
  );
  return entries
    .map((entry) => {
      const path = join(folder, entry.name);
      if (!entry.isSymbolicLink()) return { name: entry.name, isFolder: entry.isDirectory() };
      const isFolder = attempt(path, 'a link to a file or folder', () =>
        statSync(path),
      ).isDirectory();
      if (isFolder && within.some((outer) => realpathSync(outer) === realpathSync(path))) {
        throw new DataError(
          `${path}: expected a link to other pictures, got one to a folder it is in.`,
        );
      }
      return { name: entry.name, isFolder };
    })
    .sort((a, b) => byName(a.name, b.name));
}

interface Folder {
  readonly folder: string;
  /** The names of those in it, not of those in folders of it. */
  readonly pictures: readonly string[];
}

/** A folder and all folders in it. */
function foldersIn(folder: string, around: readonly string[]): Folder[] {
  const within = [...around, folder];
  const entries = entriesOf(folder, within);
  const files = entries.filter(({ isFolder }) => !isFolder).map(({ name }) => name);
  const other = files.find((name) => OTHER_PICTURES.test(name));
  if (other !== undefined) {
    throw new DataError(
      `${join(folder, other)}: expected a picture in .png, .jpg or .jpeg. Convert it, or move it elsewhere.`,
    );
  }
  const inner = entries.filter(({ isFolder }) => isFolder);
  return [
    { folder, pictures: files.filter((name) => PICTURES.test(name)) },
    ...inner.flatMap(({ name }) => foldersIn(join(folder, name), within)),
  ];
}

const PICTURES = /\.(png|jpe?g)$/i;
const OTHER_PICTURES = /\.(bmp|pgm|ppm|tiff?|webp)$/i;

function attempt<T>(path: string, wanted: string, read: () => T): T {
  try {
    return read();
  } catch (error) {
    throw fileError(path, wanted, error);
  }
}
