/**
 * `pnpm release`: builds the packages, writes what each of them is made of, and publishes those whose version is not published yet.
 * `pnpm changeset version` comes first, as a change of its own: it turns the changesets into versions and changelogs.
 *
 * `pnpm release --dry-run [--json]`: says what would be published, names, versions, files and sizes, and writes nothing but `dist`.
 */
import { mkdirSync, mkdtempSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { everyPublished, packAll } from './pack.ts';
import { build, capture, passThrough } from './run.ts';
import { files, packages, root } from './workspace.ts';

const published = packages().filter((entry) => entry.published);
const pending = files('.changeset/*.md').filter((file) => !file.endsWith('README.md'));

function refuse(message: string): never {
  console.error(`release: ${message}`);
  process.exit(2);
}

async function output(command: string, ...args: readonly string[]): Promise<string> {
  const outcome = await capture(command, args);
  if (outcome.code === 0) return outcome.output;
  return refuse(`${command} ${args.join(' ')} failed\n${outcome.output.trimEnd()}`);
}

/** The versions that the changesets lead to. */
async function nextVersions(scratch: string): Promise<ReadonlyMap<string, string>> {
  const file = join(scratch, 'plan.json');
  await output('changeset', 'status', '--output', file);
  // What changesets documents.
  const plan = JSON.parse(readFileSync(file, 'utf8')) as {
    readonly releases: readonly { readonly name: string; readonly newVersion: string }[];
  };
  return new Map(plan.releases.map(({ name, newVersion }) => [name, newVersion]));
}

async function dryRun(json: boolean): Promise<void> {
  const scratch = mkdtempSync(join(tmpdir(), 'kasane-release-'));
  try {
    const next = pending.length > 0 ? await nextVersions(scratch) : new Map<string, string>();
    const packed = await packAll(scratch);
    const rows = published.map(({ dir, manifest: { name, version } }) => {
      const { size, files: paths } = packed.find((one) => one.name === name)!;
      const unpacked = paths.map(({ path }) => {
        // The licence is the root's.
        const file = path === 'LICENSE' ? join(root, path) : join(dir, path);
        return { path, size: statSync(file).size };
      });
      return { name, version, next: next.get(name) ?? version, packed: size, files: unpacked };
    });
    if (json) console.log(JSON.stringify(rows, null, 2));
    else for (const row of rows) console.log(line(row));
  } finally {
    rmSync(scratch, { recursive: true, force: true });
  }
}

interface Row {
  readonly name: string;
  readonly version: string;
  readonly next: string;
  readonly packed: number;
  readonly files: readonly { readonly path: string; readonly size: number }[];
}

const kilobytes = (bytes: number): string => `${(bytes / 1000).toFixed(0)} kB`;

/** A package in two lines: its versions and sizes, and what it consists of. */
function line({ name, version, next, packed, files: list }: Row): string {
  const folders = new Map<string, number>();
  for (const { path } of list) {
    const folder = path.includes('/') ? `${path.split('/', 1)[0]}/` : path;
    folders.set(folder, (folders.get(folder) ?? 0) + 1);
  }
  const parts = [...folders].map(([folder, count]) =>
    folder.endsWith('/') ? `${folder} ${count}` : folder,
  );
  const unpacked = kilobytes(list.reduce((sum, { size }) => sum + size, 0));
  const versions = version === next ? version : `${version} → ${next}`;
  return `${name.padEnd(24)} ${versions.padEnd(16)} ${kilobytes(packed).padStart(7)} packed ${unpacked.padStart(8)} unpacked
  ${list.length} files: ${parts.join(', ')}`;
}

async function release(): Promise<void> {
  if (pending.length > 0) {
    refuse(
      `${pending.length} changesets wait; run "pnpm changeset version", and commit what it writes.`,
    );
  }
  // What a package consists of beside its own files, for whoever has to know.
  const boms = join(root, 'out/sbom');
  rmSync(boms, { recursive: true, force: true });
  mkdirSync(boms, { recursive: true });
  await output(
    'pnpm',
    ...['sbom', '--sbom-format', 'cyclonedx', '--prod', '--split', ...everyPublished],
    ...['--out', join(boms, '%s-%v.cdx.json')],
  );
  // A registry holds provenance to the address of the repository: it is that of the one which publishes.
  const { GITHUB_SERVER_URL: server, GITHUB_REPOSITORY: repository } = process.env;
  if (server !== undefined && repository !== undefined) {
    for (const { id, dir, manifest } of published) {
      const url = `git+${server}/${repository}.git`;
      const named = {
        ...manifest,
        repository: { type: 'git', url, directory: `packages/${id}` },
      };
      writeFileSync(join(dir, 'package.json'), `${JSON.stringify(named, null, 2)}\n`);
    }
  }
  process.exitCode = await passThrough('changeset', ['publish']);
}

const { values } = (() => {
  try {
    return parseArgs({ options: { 'dry-run': { type: 'boolean' }, json: { type: 'boolean' } } });
  } catch (error) {
    return refuse(error instanceof Error ? error.message : String(error));
  }
})();
await build('./packages/*');
await (values['dry-run'] === true ? dryRun(values.json === true) : release());
