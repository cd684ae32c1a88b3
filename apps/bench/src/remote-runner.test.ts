import { fileURLToPath } from 'node:url';
import { describe, expect, it } from 'vitest';
import { remoteRunner } from './remote-runner.ts';

const file = fileURLToPath(new URL('../test/fixtures/side.ts', import.meta.url));

describe('a side in a process of its own', () => {
  it('answers what it is asked', async () => {
    const runner = remoteRunner('row', 'works', file);
    expect(await runner.start()).toEqual([1, 2]);
    expect(await runner.warmUp()).toBe(10);
    expect(await runner.round(4)).toBe(8);
    expect(await runner.profile()).toBeNull();
    runner.stop();
    runner.stop();
  });

  it('fails with the reason that it gives', async () => {
    const runner = remoteRunner('row', 'complains', file);
    await expect(runner.start()).rejects.toThrow('no such backend');
    runner.stop();
  });

  it('fails with how its process ended', async () => {
    await expect(remoteRunner('row', 'crashes', file).start()).rejects.toThrow(
      'its process ended with exit code 3',
    );
  });

  it('fails when there is no answer, and its process is killed', async () => {
    const runner = remoteRunner('row', 'hangs', file, { answer: 2000, end: 50 });
    const [pid] = await runner.start();
    await expect(runner.warmUp()).rejects.toThrow('it gave no answer within 2 s');
    expect(isAlive(pid!)).toBe(true);
    runner.stop();
    await expect.poll(() => isAlive(pid!), { timeout: 5000 }).toBe(false);
  });
});

/** Signal 0 only asks. */
function isAlive(pid: number): boolean {
  try {
    return process.kill(pid, 0);
  } catch {
    return false;
  }
}
