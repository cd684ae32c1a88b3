import type { Original, Originals } from '../exercise.ts';
import { present, theOnly, type Files } from './files.ts';

/** A kind of data that exercises take, and how it is read. */
export interface Kind<Data> {
  /** One's own, of which nothing is known, or a data set that others have published. */
  readonly own: boolean;
  /** What is given: one file, or a folder with several. */
  readonly takes: 'file' | 'folder';
  /** What that has to hold, for the help. */
  readonly files: string;
  /** Throws DataError that names file, line or byte, and rule. */
  read(files: Files): Promise<Data>;
}

/** All kinds, by the name that an exercise declares. What reads them is loaded by runs that ask for it. */
export const kinds: { readonly [Name in Original]: Kind<Originals[Name]> } = {
  mnist: {
    own: false,
    takes: 'folder',
    files: 'train-images-idx3-ubyte and the three others of MNIST, gzipped or not',
    async read(files) {
      const { idxImages, parseIdx } = await import('@kasane/datasets');
      const one = async (name: string) => {
        const file = await present(files, name, `${name}.gz`);
        return parseIdx(await files.read(file), files.pathOf(file));
      };
      const part = async (prefix: string) =>
        idxImages(
          await one(`${prefix}-images-idx3-ubyte`),
          await one(`${prefix}-labels-idx1-ubyte`),
        );
      return { train: await part('train'), test: await part('t10k') };
    },
  },
  cifar10: {
    own: false,
    takes: 'folder',
    files: "data_batch_1.bin to 5 and test_batch.bin of CIFAR-10's binary version",
    async read(files) {
      const { parseCifar10 } = await import('@kasane/datasets');
      const part = async (...names: readonly string[]) => {
        const batches = [];
        for (const name of names) {
          const bytes = await files.read(await present(files, name));
          batches.push({ name: files.pathOf(name), bytes });
        }
        return parseCifar10(batches);
      };
      const train = await part(...[1, 2, 3, 4, 5].map((n) => `data_batch_${n}.bin`));
      return { train, test: await part('test_batch.bin') };
    },
  },
  'small-parallel-enja': {
    own: false,
    takes: 'folder',
    files: 'train.en and train.ja of small_parallel_enja, and dev and test like them',
    async read(files) {
      const { sentencePairs } = await import('./sentence-pairs.ts');
      const [train, dev, test] = [
        await sentencePairs(files, 'train'),
        await sentencePairs(files, 'dev'),
        await sentencePairs(files, 'test'),
      ];
      return { train, dev, test };
    },
  },
  points: {
    own: true,
    takes: 'file',
    files: 'a CSV file with two numbers in each line, x and d, of points of your own',
    async read(files) {
      const { readPoints } = await import('./tables.ts');
      return readPoints(await theOnly(files));
    },
  },
  flowers: {
    own: true,
    takes: 'file',
    files:
      'a CSV file with four lengths and a species in each line: sepal length and width, petal length and width',
    async read(files) {
      const { readFlowers } = await import('./tables.ts');
      return readFlowers(await theOnly(files));
    },
  },
  text: {
    own: true,
    takes: 'file',
    files: 'a text of your own, in UTF-8',
    async read(files) {
      const { readWords } = await import('./words.ts');
      return readWords(await theOnly(files));
    },
  },
};
