import { CheckpointError, tensor } from '@kasane/tensor-core';
import { spawn, spawnSync } from 'node:child_process';
import { mkdtemp, readdir, readFile, symlink, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join, relative } from 'node:path';
import { afterEach, describe, expect, it, vi } from 'vitest';
import { CSVLogger } from './csv-logger.ts';
import { ModelCheckpoint } from './model-checkpoint.ts';
import { TensorBoard } from './tensor-board.ts';
import type { Training } from '../callback.ts';
import type { Checkpoint } from '../checkpoint/checkpoint.ts';
import { loadCheckpoint, saveCheckpoint } from './checkpoint-files.ts';
import { writeWhole } from './whole-file.ts';

const folder = (): Promise<string> => mkdtemp(join(tmpdir(), 'whole-file-'));
const checkpoint = (finished: number, size: number): Checkpoint => ({
  model: { weight: tensor(Array.from({ length: size }, () => finished)) },
  optimizer: { state: {}, paramGroups: [] },
  training: {
    ...{ finished, step: 0, batches: 0, lossSum: 0, samples: 0, history: [], metrics: {} },
    ...{ callbacks: [], generators: [], loaders: [] },
  },
});

/** The calls of opened files that are to fail, each once, as they do on a disk that is full. */
const full = vi.hoisted(() => ({ calls: [] as string[], synced: [] as string[] }));
vi.mock(import('node:fs/promises'), async (original) => {
  const fs = await original();
  return {
    ...fs,
    open: async (...args: Parameters<typeof fs.open>) => {
      const file = await fs.open(...args);
      const sync = file.sync.bind(file);
      file.sync = () => {
        full.synced.push(String(args[0]));
        return sync();
      };
      for (const call of ['writeFile', 'sync'] as const) {
        const index = full.calls.indexOf(call);
        if (index < 0) continue;
        full.calls.splice(index, 1);
        const error = Object.assign(new Error('ENOSPC: no space left on device'), {
          code: 'ENOSPC',
        });
        file[call] = () => Promise.reject(error);
      }
      return file;
    },
  };
});
afterEach(() => {
  full.calls.length = 0;
});

describe('a file that several write at a time', () => {
  it('is whole whenever it is read, and that of one of them', async () => {
    const path = join(await folder(), 'a', 'last.safetensors');
    await saveCheckpoint(path, checkpoint(0, 10));
    const writing = { over: false };
    const writers = [1, 2, 3, 4].map(async (number) => {
      // The folder may be called by another name.
      const called = number % 2 === 0 ? path : relative('.', path);
      for (let i = 0; i < 10; i++) await saveCheckpoint(called, checkpoint(number, 1000 * number));
    });
    const all = Promise.all(writers).then(() => (writing.over = true));
    while (!writing.over) {
      const { model, training } = await loadCheckpoint(path);
      expect(model.weight!.size).toBe(training.finished === 0 ? 10 : 1000 * training.finished);
    }
    await all;
    expect(await readdir(join(path, '..'))).toEqual(['last.safetensors']);
  });

  it('loses nothing to another process that writes it too', async () => {
    const path = join(await folder(), 'log.csv');
    const script = `
      import { writeWhole } from ${JSON.stringify(new URL('whole-file.ts', import.meta.url).href)};
      for (let i = 0; i < 100; i++) await writeWhole(${JSON.stringify(path)}, 'b'.repeat(5000));`;
    const args = ['--conditions=@kasane/source', '--input-type=module-typescript', '-e', script];
    const child = spawn(process.execPath, args, { stdio: ['ignore', 'inherit', 'pipe'] });
    let errors = '';
    child.stderr.on('data', (chunk: Buffer) => (errors += String(chunk)));
    const closed = new Promise((resolve) => child.on('close', resolve));
    const state = { code: null as unknown };
    void closed.then((code) => (state.code = code));
    while (state.code === null) {
      await writeWhole(path, 'a'.repeat(4000));
      expect(await readFile(path, 'utf8')).toMatch(/^(a{4000}|b{5000})$/);
    }
    expect([state.code, errors]).toEqual([0, '']);
  });
});

it('a file and its folder are on the disk when they were written', async () => {
  const path = join(await folder(), 'last.safetensors');
  full.synced.length = 0;
  await writeWhole(path, 'a');
  expect(full.synced).toEqual([
    expect.stringMatching(/last\.safetensors\..+\.part$/),
    join(path, '..'),
  ]);
});

describe('what killed writers left', () => {
  it('is removed by the next one, but what may be alive and what has another name is not', async () => {
    const path = join(await folder(), 'last.safetensors');
    await writeWhole(path, 'a');
    // A writer that is killed while it writes, and says what its part is called.
    const script = `
      import { writeWhole } from ${JSON.stringify(new URL('whole-file.ts', import.meta.url).href)};
      void writeWhole(${JSON.stringify(path)}, new Uint8Array(2e8));
      const { readdirSync } = await import('node:fs');
      const look = () => {
        const part = readdirSync(${JSON.stringify(join(path, '..'))}).find((name) => name.endsWith('.part'));
        if (part === undefined) return setImmediate(look);
        console.log(part);
        process.kill(process.pid, 'SIGKILL');
      };
      look();`;
    const args = ['--conditions=@kasane/source', '--input-type=module-typescript', '-e', script];
    const { stdout, signal } = spawnSync(process.execPath, args, { encoding: 'utf8' });
    expect(signal).toBe('SIGKILL');
    const left = stdout.trim();
    const [, host, id] = /^last\.safetensors\.([0-9a-f]{8})-(\d+)-0-0\.part$/.exec(left)!;
    expect(Number(id)).not.toBe(process.pid);
    const kept = [
      `last.safetensors.${host}-${process.ppid}-0-0.part`, // of a process that runs
      `last.safetensors.${host === '00000000' ? '1' : '0'}0000000-${id}-0-0.part`, // of another machine
      `best.safetensors.${host}-${id}-0-0.part`,
      'last.safetensors.part',
      'last.safetensors.notes',
    ];
    for (const name of kept) await writeFile(join(path, '..', name), 'x');
    expect(await readdir(join(path, '..'))).toContain(left);
    await writeWhole(path, 'c');
    expect((await readdir(join(path, '..'))).sort()).toEqual([...kept, 'last.safetensors'].sort());
    expect(await readFile(path, 'utf8')).toBe('c');
  });
});

describe('a disk that is full', () => {
  it.each(['writeFile', 'sync'])('at %s is a CheckpointError with path and cause, and the old file stays', async (call) => {
    const path = join(await folder(), 'last.safetensors');
    await saveCheckpoint(path, checkpoint(1, 10));
    full.calls.push(call);
    const error: unknown = await saveCheckpoint(path, checkpoint(2, 10)).catch((e: unknown) => e);
    expect(error).toBeInstanceOf(CheckpointError);
    expect(error).toMatchObject({
      message: `${path}: cannot be written, got Error: ENOSPC: no space left on device. Make room, or give a path that can be written to.`,
      cause: { code: 'ENOSPC' },
    });
    expect((await loadCheckpoint(path)).training.finished).toBe(1);
    expect(await readdir(join(path, '..'))).toEqual(['last.safetensors']);
  }); // prettier-ignore

  it('is told by the TensorBoard callback, too', async () => {
    const path = await folder();
    await symlink('/dev/full', join(path, 'events.out.tfevents.kasane'));
    // Only `resumed` is read.
    const begun = new TensorBoard(path, { clock: () => 0 }).onTrainBegin({
      resumed: false,
    } as Training);
    await expect(begun).rejects.toThrow(
      `${path}/events.out.tfevents.kasane: cannot be written, got Error: ENOSPC`,
    );
    await expect(begun).rejects.toBeInstanceOf(CheckpointError);
  });
});

it('a folder that cannot be is a CheckpointError of whoever writes there', async () => {
  const file = join(await folder(), 'file');
  await writeFile(file, '');
  // Only these are read.
  const training = { resumed: false, logs: {}, history: [{ epoch: 1, loss: 0 }], checkpoint: () => checkpoint(1, 1) };
  const seen = training as unknown as Training;
  for (const write of [
    () => saveCheckpoint(`${file}/a`, checkpoint(1, 1)),
    () => new ModelCheckpoint(file).onEpochEnd(seen),
    () => new CSVLogger(`${file}/log.csv`).onEpochEnd(seen),
    () => new TensorBoard(file, { clock: () => 0 }).onTrainBegin(seen),
  ]) {
    const error: unknown = await write().catch((e: unknown) => e);
    expect(error).toBeInstanceOf(CheckpointError);
    expect(error).toMatchObject({ message: expect.stringContaining(file), cause: expect.any(Error) });
  }
  await expect(loadCheckpoint(`${file}/a`)).rejects.toBeInstanceOf(CheckpointError);
}); // prettier-ignore

it('an empty path is refused by all that write and read', async () => {
  expect(() => new ModelCheckpoint('')).toThrow(
    'ModelCheckpoint: folder must be a path, got "". Pass \'.\' for the folder the program runs in.',
  );
  expect(() => new CSVLogger('')).toThrow('CSVLogger: path must be a path, got ""');
  expect(() => new TensorBoard('', { clock: () => 0 })).toThrow(
    'TensorBoard: folder must be a path, got ""',
  );
  await expect(saveCheckpoint('', checkpoint(1, 1))).rejects.toThrow(
    'saveCheckpoint: path must be',
  );
  await expect(loadCheckpoint('')).rejects.toThrow('loadCheckpoint: path must be a path');
  // As a program without types would call it.
  for (const none of [undefined, null, 3]) {
    expect(() => new ModelCheckpoint(none as unknown as string)).toThrow(RangeError);
  }
});
