import { readdir, readFile, stat } from 'node:fs/promises';
import { basename, join } from 'node:path';
import type { Files } from '../data/files.ts';
import { kinds } from '../data/kinds.ts';
import type { Exercise, Original, Originals } from '../exercise.ts';
import { UsageError } from '../usage-error.ts';

/** The files of a folder, or the one that a path names; none where there is nothing. */
async function filesAt(path: string): Promise<Files> {
  const found = await stat(path).catch(() => null);
  const isFolder = found?.isDirectory() === true;
  const pathOf = (name: string): string => (isFolder ? join(path, name) : path);
  return {
    where: path,
    names: isFolder ? await readdir(path) : found === null ? [] : [basename(path)],
    pathOf,
    async read(name) {
      try {
        return await readFile(pathOf(name));
      } catch (error) {
        const { code } = error as NodeJS.ErrnoException; // readFile throws no others
        throw new UsageError(`${pathOf(name)}: expected a file that can be read, got ${code}.`);
      }
    },
  };
}

/**
 * Reads the data that somebody has for an exercise that takes it.
 *
 * @throws UsageError for files that are missing, cannot be read or are damaged
 */
export async function readOriginals(
  exercise: Exercise,
  path: string,
): Promise<Originals[Original]> {
  const { id, data } = exercise;
  if (data === undefined) throw new Error(`internal: ${id} takes no data`);
  try {
    return await kinds[data].read(await filesAt(path));
  } catch (error) {
    const { DataError } = await import('@kasane/tensor-core');
    // Whoever named the path can put it right, whatever is wrong with the files in it.
    const isTheirs =
      error instanceof DataError || error instanceof UsageError || (error as Error & { code?: unknown }).code !== undefined; // prettier-ignore
    if (!isTheirs) throw error;
    throw new UsageError(`demo run ${id}: --data: ${(error as Error).message}`); // all three are
  }
}
