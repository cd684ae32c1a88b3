/**
 * Files that somebody gave in place of what an exercise has by default: the file or folder after `--data`, or what was chosen, typed or drawn
 * on the page.
 */
export interface Files {
  /** What stands in messages for all of them. */
  readonly where: string;
  readonly names: readonly string[];
  /** What stands in messages for one of them. */
  pathOf(name: string): string;
  read(name: string): Promise<Uint8Array>;
}

/** The first of some names that is there. Throws DataError if none is. */
export async function present(files: Files, ...names: readonly string[]): Promise<string> {
  const found = names.find((name) => files.names.includes(name));
  if (found !== undefined) return found;
  const { DataError } = await import('@kasane/tensor-core');
  throw new DataError(`${files.where}: expected a file ${names.join(' or ')}, got none.`);
}

/** The one file that there is, with its path. Throws DataError if there are others, or none. */
export async function theOnly(files: Files): Promise<{ path: string; bytes: Uint8Array }> {
  const [name, ...others] = files.names;
  if (name !== undefined && others.length === 0) {
    return { path: files.pathOf(name), bytes: await files.read(name) };
  }
  const { DataError } = await import('@kasane/tensor-core');
  throw new DataError(`${files.where}: expected one file, got ${files.names.length || 'none'}.`);
}

/** Files of a browser, by their names alone: of a folder it gives all that are in it, whatever their depth. */
export function filesOfPage(given: readonly File[]): Files {
  const byName = new Map(given.map((file) => [file.name, file]));
  return {
    where: 'your files',
    names: [...byName.keys()],
    pathOf: (name) => name,
    read: async (name) => new Uint8Array(await byName.get(name)!.arrayBuffer()), // it is one of them
  };
}
