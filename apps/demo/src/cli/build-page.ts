import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { stripVTControlCharacters } from 'node:util';
import { createLogUpdate } from 'log-update';
import { InterruptedError } from '../runner.ts';
import { putBeside } from './beside.ts';
import type { Environment, Output } from './environment.ts';

const root = fileURLToPath(new URL('../../../..', import.meta.url));

/** Milliseconds before a build is worth a word: one that is done already takes less. */
const QUIET = 700;

/**
 * Builds the page, unless that is done, telling how long it takes, and says in which folder it is; the reference stands beside it, if that
 * was built.
 *
 * @throws InterruptedError when the signal aborts; Error with all that the build said when it fails
 */
export async function buildPage({
  stderr,
  signal,
}: Pick<Environment, 'stderr' | 'signal'>): Promise<string> {
  const turbo = spawn(
    join(root, 'node_modules/.bin/turbo'),
    ['run', 'page', '--filter=@kasane/demo', '--output-logs=new-only', '--log-prefix=none'],
    {
      cwd: root,
      env: { ...process.env, TURBO_TELEMETRY_DISABLED: '1' },
      stdio: ['ignore', 'pipe', 'pipe'],
    },
  );
  let said = '';
  const status = statusLine(stderr);
  for (const stream of [turbo.stdout, turbo.stderr]) {
    stream.on('data', (chunk: Buffer) => {
      said += stripVTControlCharacters(chunk.toString());
      status.say(said.trimEnd().split('\n').at(-1)!);
    });
  }
  const stop = (): boolean => turbo.kill('SIGTERM');
  signal.addEventListener('abort', stop);
  try {
    const [code] = await once(turbo, 'close');
    if (signal.aborted) throw new InterruptedError('the building of the page stopped');
    if (code !== 0) throw new Error(`demo: the page could not be built.\n${said}`);
  } finally {
    signal.removeEventListener('abort', stop);
    status.end();
  }
  const site = join(root, 'apps/demo/dist/page');
  putBeside(join(root, 'docs/api'), site);
  return site;
}

/** Tells how long something takes and what it last said: in one line on a terminal, in a pipe only that it goes on. */
function statusLine(stream: Output): { say(what: string): void; end(): void } {
  const start = performance.now();
  // log-update only writes to the stream and asks for its width.
  const draw = createLogUpdate(stream as NodeJS.WriteStream, { showCursor: true });
  let last = '';
  const show = (): void => {
    const seconds = Math.round((performance.now() - start) / 1000);
    draw(`building the page, ${seconds} s: ${last}`.slice(0, (stream.columns || 80) - 1));
  };
  const first = setTimeout(() => {
    if (!stream.isTTY) stream.write('building the page\n');
  }, QUIET);
  const clock = stream.isTTY ? setInterval(show, QUIET) : undefined;
  return {
    say(what) {
      last = what.trim();
    },
    end() {
      clearTimeout(first);
      clearInterval(clock);
      if (stream.isTTY) draw.clear();
    },
  };
}
