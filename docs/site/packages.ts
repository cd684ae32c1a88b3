/** What is published, as the site shows it: one module for each entry of each package. */
import { existsSync, readFileSync, readdirSync } from 'node:fs';
import { dirname, join, resolve } from 'node:path';

/** The folder of the repository. */
export const root: string = resolve(import.meta.dirname, '../..');

interface Manifest {
  readonly name: string;
  readonly private?: boolean;
  readonly description?: string;
  readonly exports?: Readonly<Record<string, Readonly<Record<string, string>>>>;
}

/** What one imports: `@kasane/nn` or `@kasane/nn/attention`. */
export interface Entry {
  readonly name: string;
  /** The folder of its package below `packages/`. */
  readonly id: string;
  readonly source: string;
  readonly description: string;
  /** Of the package, which its main entry shows. */
  readonly readme: string | undefined;
}

/** All entries of all packages that are published, without scripts that are only run. */
export function entries(only: readonly string[] = []): Entry[] {
  const folder = join(root, 'packages');
  return readdirSync(folder)
    .filter((id) => existsSync(join(folder, id, 'package.json')))
    .filter((id) => only.length === 0 || only.includes(id))
    .toSorted()
    .flatMap((id) => {
      // Package managers insist on what is read of it.
      const manifest = JSON.parse(
        readFileSync(join(folder, id, 'package.json'), 'utf8'),
      ) as Manifest;
      if (manifest.private === true) return [];
      return Object.entries(manifest.exports ?? {}).map(([path, conditions]) => ({
        name: join(manifest.name, path),
        id,
        source: join(folder, id, conditions['@kasane/source'] ?? ''),
        description: path === '.' ? (manifest.description ?? '') : '',
        readme: path === '.' ? join(folder, id, 'README.md') : undefined,
      }));
    })
    .filter(({ source }) => /^export /m.test(readFileSync(source, 'utf8')));
}

/** The path of a source below the `src` of its package, and that package; nothing for what is not ours. */
export function placeOf(file: string): { readonly id: string; readonly path: string } | undefined {
  const [, id, path] = /\/packages\/([^/]+)\/src\/(.+)$/.exec(file) ?? [];
  return id === undefined || path === undefined ? undefined : { id, path };
}

/** Where the repository can be seen, if its manifest says so. */
export function repository(): string | undefined {
  const manifest = JSON.parse(readFileSync(join(root, 'package.json'), 'utf8')) as {
    readonly repository?: string | { readonly url: string };
  };
  const { repository: given } = manifest;
  const url = typeof given === 'string' ? given : given?.url;
  return url?.replace(/^git\+/, '').replace(/\.git$/, '');
}

/** The folder of this site's own files. */
export const home: string = dirname(import.meta.dirname);
