import { cpSync, existsSync, readFileSync, rmSync } from 'node:fs';
import { once } from 'node:events';
import { join } from 'node:path';
import { prepareFolder } from '../output/write-outputs.ts';
import type { Parameter } from '../parameter.ts';
import { close, fileServer, listen } from '../serve/server.ts';
import { UsageError } from '../usage-error.ts';
import { buildPage } from './build-page.ts';
import type { Environment } from './environment.ts';
import { FILE_LIST } from './file-list.ts';

/** Where `demo serve` listens if nothing else is said, or at the next free one of ten. */
export const PORT: Parameter = {
  type: 'integer',
  default: 4040,
  min: 1,
  max: 65_535,
  description: 'where it listens',
};
/** Where `demo build` writes if nothing else is said. */
export const SITE = 'out/page';

/** Serves the page to this machine until the signal aborts. */
export async function servePage(environment: Environment, port: number | undefined): Promise<void> {
  const { signal, stdout } = environment;
  const folder = await pageOf(environment);
  const server = fileServer(folder);
  const first = Number(PORT.default);
  const ports = port === undefined ? Array.from({ length: 10 }, (_, i) => first + i) : [port];
  const url = await listen(server, ports).catch((error: NodeJS.ErrnoException) => {
    if (error.code !== 'EADDRINUSE' && error.code !== 'EACCES') throw error;
    const why = error.code === 'EACCES' ? 'must not be listened on' : 'is taken';
    throw new UsageError(`demo serve: port ${ports.join(', ')} ${why}; name another with --port.`);
  });
  try {
    stdout.write(`The page is at ${url.href}\nCtrl-C ends it.\n`);
    if (!signal.aborted) await once(signal, 'abort');
  } finally {
    await close(server);
  }
}

/** Writes the page as a folder of files for any web server, in the place of an earlier one. */
export async function writePage(environment: Environment, out: string = SITE): Promise<void> {
  prepareFolder(out);
  const folder = await pageOf(environment);
  const listed = join(out, FILE_LIST);
  if (existsSync(listed)) {
    // What somebody else put there stays.
    for (const file of filesOf(listed)) rmSync(join(out, file), { force: true });
  }
  cpSync(folder, out, { recursive: true });
  environment.stdout.write(`wrote the page to ${out}\n`);
}

const NAME = /^[\w-][\w.-]*(\/[\w-][\w.-]*)*$/;

/** The folder of the built page. */
const pageOf = (environment: Environment): Promise<string> =>
  environment.buildPage?.() ?? buildPage(environment);

/** The names that a list has, as far as they are those of a site. */
function filesOf(list: string): string[] {
  try {
    const names: unknown = JSON.parse(readFileSync(list, 'utf8'));
    if (!Array.isArray(names)) return [];
    return names.filter((name) => typeof name === 'string' && NAME.test(name));
  } catch {
    return [];
  }
}
