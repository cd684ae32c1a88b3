import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { existsSync, mkdtempSync, openSync, readdirSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, onTestFinished, test } from 'vitest';

let folder: string;
beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), 'kasane-process-'));
});
afterAll(() => {
  rmSync(folder, { recursive: true });
});

interface Ended {
  status: number;
  stdout: string;
  stderr: string;
}

describe('as a process', { timeout: 60_000 }, () => {
  const script = join(import.meta.dirname, 'small-cli.ts');
  const start = (...args: string[]): ReturnType<typeof spawn> => {
    const child = spawn(process.execPath, ['--conditions=@kasane/source', script, ...args]);
    onTestFinished(() => void child.kill('SIGKILL')); // one that is waited for in vain would work on
    return child;
  };

  async function ended(child: ReturnType<typeof spawn>): Promise<Ended> {
    const text = { stdout: '', stderr: '' };
    child.stdout?.on('data', (chunk) => (text.stdout += chunk));
    child.stderr?.on('data', (chunk) => (text.stderr += chunk));
    const [status] = await once(child, 'close');
    return { status, ...text };
  }

  test('its status is that of the command line', async () => {
    expect(await ended(start('run', 'halving', '--json'))).toMatchObject({ status: 0, stderr: '' });
    expect(await ended(start('run', 'halving', '--astray'))).toMatchObject({ status: 1 });
    expect(await ended(start('run', 'halvign'))).toMatchObject({ status: 2, stdout: '' });
  });

  // What an exercise does at that moment makes no difference.
  test.each(['run endless', 'run busy', '--json', '--json run endless'])(
    'Ctrl-C during demo %s ends it cleanly within half a second',
    { retry: 2 }, // on a machine that has other things to do
    async (line) => {
      const out = join(mkdtempSync(join(folder, 'interrupted-')), 'out'); // another one for each try
      const child = start(...line.split(' '), '--out', out);
      const end = ended(child);
      // The folder is made just before the first exercise runs.
      while (!existsSync(out)) await new Promise((resolve) => setTimeout(resolve, 20));
      // All that is behind a command without a name is done but for the second exercise.
      while (line === '--json' && readdirSync(out).length < 6) {
        await new Promise((resolve) => setTimeout(resolve, 20));
      }
      await new Promise((resolve) => setTimeout(resolve, 1000));
      const killed = performance.now();
      child.kill('SIGINT');
      const { status, stdout, stderr } = await end;
      expect(performance.now() - killed).toBeLessThan(500);
      expect(status).toBe(130);
      expect(stdout).toBe('');
      expect(stderr).toMatch(
        /^((endless|\[2\/4\] endless): .*\n)*demo: (endless|busy) stopped( at step [\d,]+ of (1,000,000,000,000|2))?(, after 1 of 4 exercises)?; nothing of it was written\.\n$/,
      );
      expect(readdirSync(out).filter((name) => /endless|busy/.test(name))).toEqual([]);
    },
  );

  test('an exercise that breaks says where, from its thread too', async () => {
    const { status, stdout, stderr } = await ended(start('run', 'broken'));
    expect({ status, stdout }).toEqual({ status: 1, stdout: '' });
    expect(stderr).toMatch(
      /^Error: matmul: inner dimensions must match, got 4 and 3\n +at .*small-exercises/,
    );
    const parameters = await ended(
      start('run', 'halving', '--steps', '3', '--json', '--backend', 'reference'),
    );
    expect(JSON.parse(parameters.stdout)).toMatchObject({ metrics: { value: 0.125 } });
  });

  test('a full disk behind standard output is one sentence', async () => {
    const args = ['--conditions=@kasane/source', script, 'run', 'halving'];
    const stdio = ['ignore', openSync('/dev/full', 'w'), 'pipe'] as const;
    const { status, stderr } = await ended(spawn(process.execPath, args, { stdio: [...stdio] }));
    expect(status).toBe(1);
    expect(stderr).toBe('demo: standard output cannot be written to (ENOSPC).\n');
  });

  test('a reader that has left is no failure, and the files are there', async () => {
    const out = join(folder, 'unread');
    const child = start('run', 'halving', '--out', out);
    child.stdout?.destroy();
    const { status, stderr } = await ended(child);
    expect({ status, stderr }).toEqual({ status: 0, stderr: '' });
    expect(readdirSync(out)).toHaveLength(6);
  });
});
