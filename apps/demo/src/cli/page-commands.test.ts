import { existsSync, mkdtempSync, mkdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { recorder, type Recorder } from '../../test/recorder.ts';
import { InterruptedError } from '../runner.ts';
import { close, fileServer, listen } from '../serve/server.ts';
import type { Environment } from './environment.ts';
import { main } from './main.ts';

let base: string;
beforeAll(() => {
  base = mkdtempSync(join(tmpdir(), 'kasane-page-'));
});
afterAll(() => {
  rmSync(base, { recursive: true });
});

/** A built page of these files. */
function page(name: string, files: readonly string[]): string {
  const folder = join(base, name);
  mkdirSync(join(folder, 'assets'), { recursive: true });
  for (const file of files) writeFileSync(join(folder, file), file);
  writeFileSync(join(folder, 'files.json'), JSON.stringify([...files, 'files.json']));
  return folder;
}

interface Started {
  readonly stdout: Recorder;
  readonly stderr: Recorder;
  readonly status: Promise<number>;
  readonly stop: () => void;
}

function demo(args: string[], changes: Partial<Environment> = {}): Started {
  const [stdout, stderr, controller] = [recorder(), recorder(), new AbortController()];
  const { signal } = controller;
  const environment = { exercises: [], backends: {}, stdout, stderr, signal, ...changes };
  return { stdout, stderr, status: main(args, environment), stop: () => controller.abort() };
}

async function addressIn({ stdout, status }: Started): Promise<string> {
  for (;;) {
    const address = /http:\S+/.exec(stdout.text)?.[0];
    if (address !== undefined) return address;
    const ended = await Promise.race([status, new Promise((next) => setTimeout(next, 10))]);
    if (ended !== undefined) throw new Error(`ended with ${String(ended)}`);
  }
}

describe('demo serve', () => {
  test('says where the page is, serves it, and ends without a fault on Ctrl-C', async () => {
    const folder = page('served', ['index.html', 'assets/a.js']);
    const one = demo(['serve'], { buildPage: async () => folder });
    const two = demo(['serve'], { buildPage: async () => folder });
    const [first, second] = [await addressIn(one), await addressIn(two)];
    expect(first).not.toBe(second); // the next port
    expect(await (await fetch(first)).text()).toBe('index.html');
    expect(await (await fetch(`${second}assets/a.js`)).text()).toBe('assets/a.js');
    const start = performance.now();
    one.stop();
    two.stop();
    expect([await one.status, await two.status]).toEqual([0, 0]);
    expect(performance.now() - start).toBeLessThan(500);
    await expect(fetch(first)).rejects.toThrow('fetch failed');
    expect(one.stdout.text).toBe(`The page is at ${first}\nCtrl-C ends it.\n`);
    expect(one.stderr.text).toBe('');
  });

  test('refuses a port that is taken, and what it does not understand', async () => {
    const folder = page('refused', ['index.html']);
    const server = fileServer(folder);
    const { port } = await listen(server, [0]);
    const refused = async (...args: string[]): Promise<string> => {
      const { status, stderr } = demo(args, { buildPage: async () => folder });
      expect(await status).toBe(2);
      return stderr.text;
    };
    expect(await refused('serve', '--port', port)).toBe(
      `demo serve: port ${port} is taken; name another with --port.\n`,
    );
    await close(server);
    expect(await refused('serve', '--port', '99999')).toBe(
      "demo serve: --port must be an integer from 1 to 65,535, got '99999'; the nearest valid value is 65,535.\n",
    );
    expect(await refused('serve', '--prot', '80')).toContain("the nearest is '--port'");
    expect(await refused('serve', 'here')).toContain('takes no further argument');
    expect(await refused('--json', 'serve')).toContain('takes no option --json');
    expect(await refused('build', '--port', '80')).toContain("no option '--port'");
  });

  test('Ctrl-C while the page is built is no failure of the page', async () => {
    const stopped = demo(['serve'], {
      buildPage: () => Promise.reject(new InterruptedError('the building of the page stopped')),
    });
    expect(await stopped.status).toBe(130);
    expect(stopped.stderr.text).toBe(
      'demo: the building of the page stopped; nothing of it was written.\n',
    );
  });
});

describe('demo build', () => {
  test('writes the page in the place of an earlier one and leaves what is not its own', async () => {
    const out = join(base, 'site');
    const write = async (folder: string): Promise<string> => {
      const { status, stdout } = demo(['build', '--out', out], { buildPage: async () => folder });
      expect(await status).toBe(0);
      return stdout.text;
    };
    expect(await write(page('old', ['index.html', 'assets/old.js']))).toBe(
      `wrote the page to ${out}\n`,
    );
    writeFileSync(join(out, 'CNAME'), 'kasane.example');
    await write(page('new', ['index.html', 'assets/new.js']));
    expect(existsSync(join(out, 'assets/old.js'))).toBe(false);
    expect(existsSync(join(out, 'assets/new.js'))).toBe(true);
    expect(readFileSync(join(out, 'CNAME'), 'utf8')).toBe('kasane.example');
  });

  test('removes nothing outside of its folder, whatever a list says', async () => {
    const out = join(base, 'listed');
    mkdirSync(out);
    writeFileSync(join(base, 'precious'), 'kept');
    writeFileSync(
      join(out, 'files.json'),
      JSON.stringify(['../precious', join(base, 'precious'), 'a/../../precious', '..', '', 3]),
    );
    const { status } = demo(['build', '--out', out], {
      buildPage: async () => page('third', ['index.html']),
    });
    expect(await status).toBe(0);
    expect(readFileSync(join(base, 'precious'), 'utf8')).toBe('kept');
  });
});
