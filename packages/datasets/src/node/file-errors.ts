import { DataError } from '@kasane/tensor-core';
import { createReadStream } from 'node:fs';
import { readFile } from 'node:fs/promises';

/** What the system's codes come from, and what helps. */
const remedies: Readonly<Record<string, string>> = {
  ENOENT: 'Is the path right?',
  ENOTDIR: 'Is the path right?',
  EISDIR: 'Name a file in it.',
  EEXIST: 'Name a folder.',
  EACCES: 'Give this user the right to it.',
  EPERM: 'Give this user the right to it.',
  EROFS: 'Choose another place.',
  ENOSPC: 'The disk is full: free some of it.',
  EDQUOT: 'The quota is used up: free some of it.',
  EMFILE: 'Too many files are open: read fewer at a time.',
};

/** A DataError that names the path, what was to be done with it, and what the system said. @internal */
export function fileError(path: string, wanted: string, error: unknown): DataError {
  const { code = '', message } = error as NodeJS.ErrnoException; // the modules of Node throw no others
  // The path stands in front already.
  const why = message.replace(/, \w+( '.*)?$/, '');
  const remedy = remedies[code];
  return new DataError(
    `${path}: expected ${wanted}, got ${why}.${remedy === undefined ? '' : ` ${remedy}`}`,
    { cause: error },
  );
}

/** The bytes of a file. Throws DataError if it cannot be read. @internal */
export async function readBytes(path: string): Promise<Uint8Array> {
  try {
    return await readFile(path);
  } catch (error) {
    throw fileError(path, 'a file that can be read', error);
  }
}

/** The bytes of a file in pieces. Throws DataError if it cannot be read. @internal */
export async function* readPieces(path: string): AsyncGenerator<Uint8Array, void, undefined> {
  try {
    for await (const piece of createReadStream(path)) yield piece as Uint8Array; // no encoding was set
  } catch (error) {
    throw fileError(path, 'a file that can be read', error);
  }
}
