import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { passThrough } from './run.ts';

/**
 * Installs a folder that is a workspace of its own, unless it is installed as its lockfile says.
 *
 * What is heavy and seldom needed (the benchmarks' peers, the AssemblyScript compiler) lives in such
 * folders, so that the tests and the demo do not wait for it. Standard output stays free.
 */
export async function sideInstall(dir: string): Promise<void> {
  const wanted = readFileSync(join(dir, 'pnpm-lock.yaml'), 'utf8');
  const installed = join(dir, 'node_modules/.pnpm/lock.yaml');
  if (existsSync(installed) && readFileSync(installed, 'utf8') === wanted) return;
  const code = await passThrough('pnpm', ['--dir', dir, 'install', '--frozen-lockfile'], {
    cwd: dir,
    stdoutToStderr: true,
  });
  if (code !== 0) throw new Error(`The installation in ${dir} failed with exit code ${code}.`);
}
