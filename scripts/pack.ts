import { capture } from './run.ts';

/** What `pnpm pack --json` says of a package. */
export interface Packed {
  readonly name: string;
  /** The tarball. */
  readonly filename: string;
  /** Its bytes. */
  readonly size: number;
  readonly files: readonly { readonly path: string }[];
}

/** How pnpm is told to take all packages that are published. */
export const everyPublished: readonly string[] = [
  '--filter',
  './packages/*',
  '--filter',
  '!@kasane/testing',
];

/** Packs all packages, which have to be built, as they would be published, into a folder. */
export async function packAll(folder: string): Promise<readonly Packed[]> {
  const args = ['-r', ...everyPublished, 'pack', '--json', '--pack-destination', folder];
  const { code, output } = await capture('pnpm', args);
  if (code !== 0) throw new Error(`pnpm ${args.join(' ')} failed\n${output.trimEnd()}`);
  return JSON.parse(output) as readonly Packed[]; // what pnpm documents
}
