import type { Exercise, Original, Originals, SentencePair } from '../exercise.ts';
import { UsageError } from '../usage-error.ts';

/** How the files of a data set are read. */
interface Reader<Data> {
  /** What a folder has to hold, for the help. */
  readonly files: string;
  read(folder: string): Promise<Data>;
}

/** The data sets that `--data` reads. Node's readers are loaded by runs that ask for them. */
export const originals: {
  readonly [Name in Original]: Reader<Originals[Name]>;
} = {
  mnist: {
    files: 'train-images-idx3-ubyte and the three others of MNIST, gzipped or not',
    async read(folder) {
      const { readMnist } = await import('@kasane/datasets/node');
      return { train: await readMnist(folder), test: await readMnist(folder, { train: false }) };
    },
  },
  cifar10: {
    files: "data_batch_1.bin to 5 and test_batch.bin of CIFAR-10's binary version",
    async read(folder) {
      const { readCifar10 } = await import('@kasane/datasets/node');
      return {
        train: await readCifar10(folder),
        test: await readCifar10(folder, { train: false }),
      };
    },
  },
  'small-parallel-enja': {
    files: 'train.en and train.ja of small_parallel_enja, and dev and test like them',
    async read(folder) {
      const [train, dev, test] = [
        await sentences(folder, 'train'),
        await sentences(folder, 'dev'),
        await sentences(folder, 'test'),
      ];
      return { train, dev, test };
    },
  },
};

/** The words of the lines of two files, side by side. */
async function sentences(folder: string, name: string): Promise<SentencePair[]> {
  const { ParallelText } = await import('@kasane/datasets/node');
  const { DataError } = await import('@kasane/tensor-core');
  const { join } = await import('node:path');
  const files = [join(folder, `${name}.en`), join(folder, `${name}.ja`)] as const;
  const pairs: SentencePair[] = [];
  for await (const lines of new ParallelText(...files)) {
    const [source, target] = lines.map((line) => line.split(/\s+/).filter((word) => word !== ''));
    const blank = [source, target].findIndex((words) => words!.length === 0);
    if (blank >= 0) {
      throw new DataError(
        `${files[blank]}: line ${pairs.length + 1}: expected words with spaces between them, got none.`,
      );
    }
    pairs.push([source!, target!]); // of two lines
  }
  if (pairs.length === 0)
    throw new DataError(`${files[0]}: line 1: expected a sentence, got the end of the file.`);
  return pairs;
}

/**
 * Reads the original data of an exercise that takes it.
 *
 * @throws UsageError for files that are missing, cannot be read or are damaged
 */
export async function readOriginals(
  exercise: Exercise,
  folder: string,
): Promise<Originals[Original]> {
  const { id, data } = exercise;
  if (data === undefined) throw new Error(`internal: ${id} takes no data`);
  try {
    return await originals[data].read(folder);
  } catch (error) {
    const { DataError } = await import('@kasane/tensor-core');
    // Whoever named the folder can put it right, whatever is wrong with the files in it.
    if (error instanceof DataError || (error instanceof Error && 'code' in error)) {
      throw new UsageError(`demo run ${id}: --data: ${error.message}`);
    }
    throw error;
  }
}
