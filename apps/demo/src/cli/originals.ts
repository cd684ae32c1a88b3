import type { Exercise, Original, Pictures } from '../exercise.ts';
import { UsageError } from '../usage-error.ts';

/** How the files of a data set are read. */
interface Reader {
  /** What a folder has to hold, for the help. */
  readonly files: string;
  read(folder: string): Promise<Pictures>;
}

/** The data sets that `--data` reads. Node's readers are loaded by runs that ask for them. */
export const originals: Readonly<Record<Original, Reader>> = {
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
};

/**
 * Reads the original data of an exercise that takes it.
 *
 * @throws UsageError for files that are missing, cannot be read or are damaged
 */
export async function readOriginals(exercise: Exercise, folder: string): Promise<Pictures> {
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
