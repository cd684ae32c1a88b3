import { Generator } from '@kasane/tensor-core';
import { spawn } from 'node:child_process';
import { mkdtemp, readdir } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import {
  decodeCheckpoint,
  encodeCheckpoint,
  type FitOptions,
  type Training,
} from '../src/index.ts';
import { prepare } from './training.ts';

describe('a resumed training', () => {
  it.each<[string, Partial<FitOptions>, number]>([
    ['after the last step of an epoch', {}, 21],
    ['in the middle of an epoch', {}, 17],
    ['after one step', {}, 1],
    ['op by op', { compile: false }, 17],
    ['of steps of three batches', { accumulate: 3 }, 7],
  ])('ends at the same bits: %s', async (_, options, stopAt) => {
    const straight = prepare();
    const history = await straight.run(options);

    const first = prepare();
    let step = 0;
    let bytes: Uint8Array | undefined;
    await first.run({
      ...options,
      callbacks: [
        {
          onStep({ stop }: Training) {
            if (++step === stopAt) stop();
          },
          async onTrainEnd({ checkpoint }: Training) {
            bytes = await encodeCheckpoint(checkpoint());
          },
        },
      ],
    });
    const second = prepare();
    expect(await second.run({ ...options, resume: decodeCheckpoint(bytes!) })).toEqual(history);
    expect(second.bits()).toBe(straight.bits());
    expect(first.bits()).not.toBe(straight.bits());
  });

  it('takes a checkpoint that later training does not change', async () => {
    const straight = prepare();
    const history = await straight.run();
    const first = prepare();
    let taken: ReturnType<Training['checkpoint']> | undefined;
    await first.run({
      callbacks: [
        {
          onEpochEnd({ epoch, checkpoint }: Training) {
            if (epoch === 3) taken = checkpoint();
          },
        },
      ],
    });
    const second = prepare();
    expect(await second.run({ resume: taken! })).toEqual(history);
    expect(second.bits()).toBe(straight.bits());
  });

  it('leaves everything as it was if the checkpoint does not fit', async () => {
    let taken: ReturnType<Training['checkpoint']> | undefined;
    const onEpochEnd = ({ checkpoint }: Training): void => {
      taken = checkpoint();
    };
    await prepare().run({ epochs: 2, callbacks: [{ onEpochEnd }] });
    const other = prepare();
    const before = other.bits();
    await expect(other.run({ resume: taken!, generators: [] })).rejects.toThrow(
      'fit: the checkpoint does not fit the options: 1 generators saved, 0 here. Resume with those it was saved with.',
    );
    expect(other.bits()).toBe(before);
    // The model fits and the optimizer does not: the model must not have been changed.
    const paramGroups = taken!.optimizer.paramGroups.map((group) => ({ ...group, eps: undefined }));
    const optimizer = { ...taken!.optimizer, paramGroups };
    await expect(other.run({ resume: { ...taken!, optimizer } })).rejects.toThrow(
      'Adam: the state does not fit this optimizer: group 0: eps is a undefined',
    );
    expect(other.bits()).toBe(before);
  });
});

/** Runs the training in a process of its own; kills it after some steps unless those are null. Gives its last line if it came to the end. */
function train(folder: string, steps: number | null): Promise<string | null> {
  return new Promise((resolve, reject) => {
    const script = new URL('train.ts', import.meta.url).pathname;
    const child = spawn(process.execPath, ['--conditions=@kasane/source', script, folder], {
      stdio: ['ignore', 'pipe', 'inherit'],
    });
    let output = '';
    child.stdout.on('data', (chunk: Buffer) => {
      output += String(chunk);
      // The callback prints before the checkpoint is written: the kill falls into the writing or right behind it.
      if (steps !== null && output.split('step\n').length > steps) child.kill('SIGKILL');
    });
    child.on('error', reject);
    child.on('close', (code, signal) => {
      if (signal === 'SIGKILL') resolve(null);
      else if (code === 0) resolve(output.split('\n').at(-2)!);
      else reject(new Error(`train.ts ended with ${code}`));
    });
  });
}

it('comes to the same bits however often its process is killed', { timeout: 60_000 }, async () => {
  const fresh = (): Promise<string> => mkdtemp(join(tmpdir(), 'kill-'));
  const straight = await train(await fresh(), null);
  expect(straight).not.toBeNull();
  const folder = await fresh();
  const generator = new Generator(4);
  for (let kill = 0; kill < 5; kill++) {
    expect(await train(folder, 2 + generator.below(30))).toBeNull();
  }
  expect(await train(folder, null)).toBe(straight);
  expect((await readdir(folder)).sort()).toEqual(['best.safetensors', 'last.safetensors']);
});
