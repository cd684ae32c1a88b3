import { Linear, mseLoss, Parameter } from '@kasane/nn';
import { ExponentialLR, SGD } from '@kasane/optim';
import { Generator, ones, zeros } from '@kasane/tensor-core';
import { appendFile, mkdtemp, readFile, truncate } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { PbfReader } from 'pbf';
import { describe, expect, it } from 'vitest';
import type { Training } from '../callback.ts';
import type { Checkpoint } from '../checkpoint/checkpoint.ts';
import { fit, type FitOptions } from '../fit.ts';
import { scalarRecord, tensorRecord, versionRecord } from './event-file.ts';
import { histogramOf } from './histogram.ts';
import { TensorBoard } from './tensor-board.ts';

describe('event files', () => {
  it('are to the byte what the tensorboard package writes', async () => {
    const path = new URL('../../test/fixtures/events.tfevents', import.meta.url);
    const scalar = (
      time: number,
      step: number,
      scalars: Readonly<Record<string, number>>,
    ): Uint8Array => scalarRecord({ time, step, scalars });
    const records = [
      versionRecord(1700000000.25),
      scalar(1700000001.5, 1, { 'step/loss': 0.1, 'step/lr': 1e-3 }),
      scalar(1700000002, 300, { 'step/loss': NaN, 'step/lr': 0 }),
      scalar(1700000003.125, 2 ** 40, { 'epoch/loss': -1e30, 'epoch/valAccuracy': 1 }),
      scalar(1700000004, 0, { 'epoch/loss': Infinity }),
    ];
    expect(Buffer.concat(records).toString('hex')).toBe((await readFile(path)).toString('hex'));
  });

  it('are so for histograms, pictures and texts', async () => {
    const path = new URL('../../test/fixtures/tensors.tfevents', import.meta.url);
    const values = Float64Array.from({ length: 1000 }, (_, i) => (Math.sin(i) * i) / 7);
    const bytes = [Uint8Array.of(0x89, 0x50, 0x4e, 0x47, 0), new Uint8Array()];
    const histogram = (tag: string, of: ArrayLike<number>) =>
      ({ tag, plugin: 'histograms', shape: [30, 3], values: histogramOf(of) }) as const;
    const events = [
      histogram('weights/0.weight', values),
      histogram('one', [NaN, 0.1, Infinity]), // what is not finite does not count
      histogram('none', [NaN]),
      { tag: 'picture', plugin: 'images', shape: [4], values: ['3', '2', ...bytes] },
      { tag: 'note', plugin: 'text', shape: [], values: ['# Größe\n'] },
      { tag: 'empty', plugin: 'text', shape: [], values: [''] },
    ] as const;
    const records = events.map((event, step) =>
      tensorRecord({ time: 1700000000.5 + step, step, ...event }),
    );
    expect(Buffer.concat(records).toString('hex')).toBe((await readFile(path)).toString('hex'));
  });
});

/** `tag step value` of each number of a file. */
async function written(folder: string): Promise<string[]> {
  const bytes = await readFile(join(folder, 'events.out.tfevents.kasane'));
  const found: string[] = [];
  for (let at = 0; at < bytes.length;) {
    const length = bytes.readUInt32LE(at);
    const event = { step: 0 };
    new PbfReader(bytes.subarray(at + 12, at + 12 + length)).readFields((field, _, pbf) => {
      if (field === 2) event.step = pbf.readVarint();
      if (field !== 5) return;
      pbf.readMessage((_field, _summary, inner) => {
        const value = { tag: '', number: NaN };
        inner.readMessage((part, _value, innermost) => {
          if (part === 1) value.tag = innermost.readString();
          if (part === 2) value.number = innermost.readFloat();
        }, value);
        found.push(`${value.tag} ${event.step} ${Number(value.number.toPrecision(4))}`);
      }, event);
    }, event);
    at += 12 + length + 4;
  }
  return found;
}

class WithOne extends Linear {
  readonly one = new Parameter(ones([1]));
}

/** Trains for two epochs of three steps; nothing is learnt, so that every loss is 1. */
function train(callbacks: FitOptions['callbacks'] & object, more: Partial<FitOptions> = {}) {
  const model = new WithOne(1, 1, { generator: new Generator(0) });
  model.loadStateDict({ weight: zeros([1, 1]), bias: zeros([1]), one: ones([1]) });
  model.weight.requiresGrad = false;
  model.bias!.requiresGrad = false;
  const { one } = model;
  const optimizer = new SGD([one], { lr: 0.5 });
  const batch = [ones([2, 1]), ones([2, 1])] as const;
  return fit(model, {
    data: [batch, batch, batch],
    validation: [batch],
    loss: (output, target) => mseLoss(output, target).add(one.sub(1).square().sum()),
    optimizer,
    epochs: 2,
    scheduler: new ExponentialLR(optimizer, 0.5),
    callbacks,
    ...more,
  });
}

const folder = (): Promise<string> => mkdtemp(join(tmpdir(), 'board-'));
const clock = (): number => 1.7e12;

const expected = [
  ...[1, 2, 3].flatMap((step) => [`step/loss ${step} 1`, `step/lr ${step} 0.5`]),
  'epoch/loss 1 1',
  'epoch/valLoss 1 1',
  ...[4, 5, 6].flatMap((step) => [`step/loss ${step} 1`, `step/lr ${step} 0.25`]),
  'epoch/loss 2 1',
  'epoch/valLoss 2 1',
];

describe('TensorBoard', () => {
  it('writes losses and learning rates by steps, and the history by epochs', async () => {
    const path = await folder();
    await train([new TensorBoard(path, { clock })]);
    expect(await written(path)).toEqual(expected);
  });

  it('writes fewer steps, which count on over epochs', async () => {
    const path = await folder();
    await train([new TensorBoard(join(path, 'a', 'b'), { clock, everySteps: 4 })]);
    const found = await written(join(path, 'a', 'b'));
    expect(found.filter((line) => line.startsWith('step/loss'))).toEqual(['step/loss 4 1']);
    expect(() => new TensorBoard(path, { everySteps: 0 })).toThrow('TensorBoard: everySteps');
  });

  it('counts the steps of each training from 1, in the file of its own', async () => {
    const path = await folder();
    const board = new TensorBoard(path, { clock });
    await train([board], { epochs: 1 });
    await train([board]);
    expect(await written(path)).toEqual(expected);
  });

  it('goes on after a checkpoint without losing or doubling steps', async () => {
    const path = await folder();
    let saved: Checkpoint | undefined;
    const save = {
      runsLast: true,
      onStep: ({ epoch, step, checkpoint }: Training): void => {
        if (epoch === 1 && step === 2) saved = checkpoint();
      },
    };
    await train([new TensorBoard(path, { clock }), save]);
    await appendFile(join(path, 'events.out.tfevents.kasane'), 'torn');
    await train([new TensorBoard(path, { clock })], { resume: saved! });
    expect(await written(path)).toEqual(expected);

    await truncate(join(path, 'events.out.tfevents.kasane'), 50);
    await expect(train([new TensorBoard(path, { clock })], { resume: saved! })).rejects.toThrow(
      /^TensorBoard: .+: expected the \d+ bytes that were there at the checkpoint, got 50\. Give/,
    );
  });
});
