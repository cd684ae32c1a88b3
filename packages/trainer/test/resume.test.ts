import { CheckpointError, Generator } from '@kasane/tensor-core';
import { spawn } from 'node:child_process';
import { mkdtemp, readdir, readFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import {
  decodeCheckpoint,
  EarlyStopping,
  encodeCheckpoint,
  type Callback,
  type Checkpoint,
  type EpochLogs,
  type FitOptions,
  type Training,
} from '../src/index.ts';
import { EPOCHS, prepare, type Prepared } from './training.ts';

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
    expect(await second.run({ ...options, resume: await decodeCheckpoint(bytes!) })).toEqual(
      history,
    );
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
      'Adam: the state does not fit: group 0: eps is of type undefined',
    );
    expect(other.bits()).toBe(before);
  });
});

describe('a checkpoint that is resumed with other callbacks', () => {
  async function resumed(
    before: readonly Callback[],
    after: readonly Callback[],
  ): Promise<{ messages: string[]; epochs: number }> {
    let taken: Checkpoint | undefined;
    const take = ({ checkpoint }: Training): void => {
      taken = checkpoint();
    };
    await prepare().run({ epochs: 2, callbacks: [...before, { onEpochEnd: take }] });
    const messages: string[] = [];
    const listen = { onWarning: (message: string): void => void messages.push(message) };
    const history = await prepare().run({ resume: taken!, callbacks: [...after, listen] });
    return { messages, epochs: history.length };
  }
  const counter = (name: string): Callback & { count: number } => ({
    name,
    count: 0,
    onEpochEnd(): void {
      this.count++;
    },
    stateDict(): unknown {
      return { count: this.count };
    },
    loadStateDict({ count }: { count: number }): void {
      this.count = count;
    },
  });

  it('goes on, and says which states it did not use', async () => {
    const { messages } = await resumed([counter('a'), counter('b')], [counter('c'), counter('b')]);
    expect(messages).toEqual([
      "fit: the checkpoint's state of a is not used: there is no such callback.",
      'fit: the checkpoint has no state of c, which begins anew.',
    ]);
  });

  it('finds each state again, whatever the order', async () => {
    const [a, b] = [counter('a'), counter('b')];
    b.count = 10;
    const [x, y] = [counter('b'), counter('a')];
    const { messages, epochs } = await resumed([a, b], [x, y]);
    expect(messages).toEqual([]);
    expect([x.count - epochs, y.count - epochs]).toEqual([10, 0]);
  });

  it('takes states in their order where no names were saved', async () => {
    let taken: Checkpoint | undefined;
    const take = ({ checkpoint }: Training): void => {
      taken = checkpoint();
    };
    await prepare().run({ epochs: 2, callbacks: [counter('a'), { onEpochEnd: take }] });
    const { callbackNames: _, ...training } = taken!.training;
    const b = counter('b');
    await prepare().run({ resume: { ...taken!, training }, callbacks: [b] });
    expect(b.count).toBeGreaterThan(2);
  });
});

describe('a checkpoint that does not fit', () => {
  /** Resumes with another checkpoint than the one that was taken, and sees that nothing changes. */
  async function expectRefused(
    change: (taken: Checkpoint) => unknown,
    more: Partial<FitOptions> = {},
  ): Promise<Error> {
    let taken: Checkpoint | undefined;
    const take = ({ checkpoint }: Training): void => {
      taken ??= checkpoint();
    };
    const callbacks = (): FitOptions['callbacks'] & object => [new EarlyStopping({ patience: 9 })];
    await prepare().run({ epochs: 1, callbacks: [...callbacks(), { onStep: take }] });
    const other = prepare();
    const before = other.bits();
    // As a file may say it.
    const resume = change(taken!) as Checkpoint;
    const error: unknown = await other
      .run({ callbacks: callbacks(), ...more, resume })
      .catch((e: unknown) => e);
    expect(error).toBeInstanceOf(CheckpointError);
    expect(other.bits()).toBe(before);
    const run = ({ run: fits }: Prepared): Promise<EpochLogs[]> =>
      fits({ epochs: 2, callbacks: callbacks() });
    const after = await run(other);
    expect(after).toEqual(await run(prepare()));
    return error as Error; // as was seen above
  }
  const training = (change: object) => (taken: Checkpoint) => {
    return { ...taken, training: { ...taken.training, ...change } };
  };

  it.each<[string, (taken: Checkpoint) => unknown, string]>([
    ['no training', ({ model, optimizer }) => ({ model, optimizer }), 'no state of a training'],
    ['a training of null', (taken) => ({ ...taken, training: null }), 'no state of a training'],
    ['half a step', training({ step: 0.5 }), 'no state of a training'],
    ['a model of null', (taken) => ({ ...taken, model: null }), 'loadStateDict: the state'],
    ['an optimizer of null', (taken) => ({ ...taken, optimizer: null }), 'Adam: the state'],
    ['a scheduler of null', training({ callbacks: [null, { best: null, waited: 0 }] }), 'LRSchedule: the state must be'],
    ['a scheduler of texts', training({ callbacks: [{ lastEpoch: 'x', baseLrs: [0.01], lastLr: [0.01] }, { best: null, waited: 0 }] }), 'LRSchedule: the state must be'],
    ['a callback of null', training({ callbacks: [{ lastEpoch: 0, baseLrs: [0.01], lastLr: [0.01] }, null] }), 'EarlyStopping: the state must be like {"best":null,"waited":0}, got null'],
    ['a metric of null', training({ metrics: { accuracy: null } }), 'Accuracy: the state must be what its stateDict gives, got null'],
    ['a metric of texts', training({ metrics: { accuracy: { correct: '1', count: 2 } } }), 'Accuracy: the state must be'],
    ['a loader of nothing', training({ loaders: [{}, null] }), 'DataLoader: epoch must be'],
    ['no loader', training({ loaders: [null, null] }), 'fit: the checkpoint does not fit the options: data without a position saved in the middle of an epoch, with one here.'],
  ])('because of %s changes nothing', async (_, change, message) => {
    expect((await expectRefused(change)).message).toContain(message);
  }); // prettier-ignore

  it('because a callback throws something else tells that as its cause', async () => {
    const strict = {
      name: 'EarlyStopping',
      stateDict: () => ({ a: { b: 1 } }),
      loadStateDict: ({ a }: { a: { b: number } }): number => a.b,
    };
    const change = training({ callbacks: [{ lastEpoch: 0, baseLrs: [1], lastLr: [1] }, {}] });
    const error = await expectRefused(change, { callbacks: [strict] });
    expect(error.message).toMatch(
      /^fit: the checkpoint does not fit the options: TypeError: .+\. Resume with/,
    );
    expect(error.cause).toBeInstanceOf(TypeError);
  });
});

/** When a process is killed: so many milliseconds after it has done so many steps. */
interface Kill {
  readonly steps: number;
  readonly delay: number;
}

/** Runs the training in a process of its own, and kills it unless that is null. Gives its last line if it came to the end. */
function train(folder: string, kill: Kill | null): Promise<string | null> {
  return new Promise((resolve, reject) => {
    const script = new URL('train.ts', import.meta.url).pathname;
    const child = spawn(process.execPath, ['--conditions=@kasane/source', script, folder], {
      stdio: ['ignore', 'pipe', 'inherit'],
    });
    let output = '';
    child.stdout.on('data', (chunk: Buffer) => {
      output += String(chunk);
      if (kill === null || output.split('step\n').length <= kill.steps) return;
      // The first callback prints: without a delay the kill falls into the writing of the files, with one anywhere.
      setTimeout(() => child.kill('SIGKILL'), kill.delay);
    });
    child.on('error', reject);
    child.on('close', (code, signal) => {
      if (signal === 'SIGKILL') resolve(null);
      else if (code === 0) resolve(output.split('\n').at(-2)!);
      else reject(new Error(`train.ts ended with ${code}`));
    });
  });
}

const KILLS = 20;

/** What was being written when a process was killed loads only if all of it is there. */
async function expectWholeOrRefused(bytes: Uint8Array): Promise<void> {
  let loaded: Checkpoint;
  try {
    loaded = await decodeCheckpoint(bytes);
  } catch (error) {
    expect(error).toBeInstanceOf(CheckpointError);
    return;
  }
  expect(Buffer.compare(await encodeCheckpoint(loaded), bytes)).toBe(0);
}

it('comes to the same bits however often its process is killed', { timeout: 180_000 }, async () => {
  const fresh = (): Promise<string> => mkdtemp(join(tmpdir(), 'kill-'));
  const straightFolder = await fresh();
  const straight = await train(straightFolder, null);
  expect(straight).not.toBeNull();
  const folder = await fresh();
  const generator = new Generator(4);
  for (let i = 0; i < KILLS; i++) {
    const kill = { steps: 1 + generator.below(20), delay: generator.random() * 4 };
    expect(await train(folder, kill), `kill ${i}`).toBeNull();
    for (const name of await readdir(folder)) {
      if (name.endsWith('.part')) await expectWholeOrRefused(await readFile(join(folder, name)));
    }
  }
  expect(await train(folder, null)).toBe(straight);
  expect((await readdir(folder)).sort()).toEqual(['best.safetensors', 'board', 'last.safetensors']);

  // Nothing of a step is missing in the log, and nothing is there twice.
  const events = 'board/events.out.tfevents.kasane';
  const log = await readFile(join(folder, events));
  expect(log.equals(await readFile(join(straightFolder, events)))).toBe(true);

  // No part of a checkpoint loads.
  const bytes = await readFile(join(folder, 'last.safetensors'));
  expect((await decodeCheckpoint(bytes)).training.finished).toBe(EPOCHS);
  for (let length = 0; length < bytes.length; length++) {
    await expect(decodeCheckpoint(bytes.subarray(0, length)), `${length} bytes`).rejects.toThrow(
      CheckpointError,
    );
  }
});
