import { spawn } from 'node:child_process';
import { mkdtemp } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { loadCheckpoint, ModelCheckpoint } from '../src/node.ts';
import { prepare } from './training.ts';

interface Ended {
  readonly code: number | null;
  readonly signal: string | null;
  readonly lines: readonly string[];
}

/** Trains in a process of its own, which is sent a SIGINT at the tenth step and, where it is slow, when the training is saved. */
function interrupt(folder: string, ...more: readonly string[]): Promise<Ended> {
  return new Promise((resolve, reject) => {
    const script = new URL('interrupted.ts', import.meta.url).pathname;
    const child = spawn(
      process.execPath,
      ['--conditions=@kasane/source', script, folder, ...more],
      {
        stdio: ['ignore', 'pipe', 'inherit'],
      },
    );
    let output = '';
    const waited = ['step\n'.repeat(10), ...(more.length > 0 ? ['saved\n'] : [])];
    child.stdout.on('data', (chunk: Buffer) => {
      output += String(chunk);
      if (waited.length === 0 || !output.includes(waited[0]!)) return;
      waited.shift();
      child.kill('SIGINT');
    });
    child.on('error', reject);
    child.on('close', (code, signal) => {
      resolve({ code, signal, lines: output.trim().split('\n') });
    });
  });
}

describe('an interruptible training', { timeout: 60_000 }, () => {
  it('stops at the first Ctrl-C, saves, returns, and listens no longer', async () => {
    const folder = await mkdtemp(join(tmpdir(), 'interrupt-'));
    const { code, signal, lines } = await interrupt(folder);
    expect([code, signal]).toEqual([0, null]);
    const { ending, epochs, bits, listeners } = JSON.parse(lines.at(-1)!) as Record<
      string,
      unknown
    >;
    expect([ending, listeners]).toEqual(['stopped', 0]);
    const saved = await loadCheckpoint(join(folder, 'last.safetensors'));
    expect(saved.training.finished).toBe(epochs);
    // From there it goes on: what was saved are the weights that it ended with.
    const resumed = prepare();
    const callbacks = [new ModelCheckpoint(folder)];
    await resumed.run({ resume: saved, epochs: saved.training.finished, callbacks });
    expect(resumed.bits()).toBe(bits);
  });

  it('is killed by the second', async () => {
    const folder = await mkdtemp(join(tmpdir(), 'interrupt-'));
    const { code, signal, lines } = await interrupt(folder, 'slow');
    expect([code, signal]).toEqual([null, 'SIGINT']);
    expect(lines.at(-1)).toBe('saved');
  });

  it('leaves the signals of others alone, also when it fails', async () => {
    const before = process.listeners('SIGINT');
    const seen: number[] = [];
    const onStep = (): void => void seen.push(process.listenerCount('SIGINT'));
    const run = (onEpochEnd: () => void): Promise<unknown> =>
      prepare().run({ interruptible: true, epochs: 1, callbacks: [{ onStep, onEpochEnd }] });
    await run(() => {});
    expect(new Set(seen)).toEqual(new Set([before.length + 1]));
    expect(process.listeners('SIGINT')).toEqual(before);
    const fail = (): never => {
      throw new Error('enough');
    };
    await expect(run(fail)).rejects.toThrow('enough');
    expect(process.listeners('SIGINT')).toEqual(before);
  });
});
