import { existsSync, globSync, readFileSync, readdirSync, statSync } from 'node:fs';
import { dirname, join, resolve } from 'node:path';
import { fileURLToPath } from 'node:url';

/** The workspace's root folder. */
export const root: string = resolve(dirname(fileURLToPath(import.meta.url)), '..');

/** The condition under which `@kasane/*` resolves to its sources. */
export const sourceCondition = '@kasane/source';

/** The fields of a package.json that the scripts read. */
export interface Manifest {
  readonly name: string;
  readonly version: string;
  readonly description: string;
  readonly private?: boolean;
  readonly dependencies?: Readonly<Record<string, string>>;
  readonly devDependencies?: Readonly<Record<string, string>>;
  readonly exports?: Readonly<Record<string, Readonly<Record<string, string>>>>;
  readonly peerDependencies?: Readonly<Record<string, string>>;
  readonly peerDependenciesMeta?: Readonly<Record<string, { readonly optional?: boolean }>>;
  readonly sideEffects?: boolean | readonly string[];
}

/** A package of the workspace. */
export interface WorkspacePackage {
  /** The folder's name: `nn` for `@kasane/nn`. */
  readonly id: string;
  readonly dir: string;
  readonly manifest: Manifest;
  readonly published: boolean;
}

/** Reads a package.json. */
export function readManifest(dir: string): Manifest {
  // The scripts only read what package managers already insist on.
  return JSON.parse(readFileSync(join(dir, 'package.json'), 'utf8')) as Manifest;
}

/** The packages in `packages/`, by name. */
export function packages(): WorkspacePackage[] {
  return readdirSync(join(root, 'packages'))
    .toSorted()
    .filter((id) => existsSync(join(root, 'packages', id, 'package.json')))
    .map((id) => {
      const dir = join(root, 'packages', id);
      const manifest = readManifest(dir);
      return { id, dir, manifest, published: manifest.private !== true };
    });
}

/** Files below the root that match, without what is installed, built or generated. */
export function files(...patterns: string[]): string[] {
  return globSync(patterns, {
    cwd: root,
    exclude: (path) => /(^|\/)(node_modules|dist|out|\.turbo|docs\/api)$/.test(path),
  })
    .filter((path) => statSync(join(root, path)).isFile())
    .toSorted();
}
