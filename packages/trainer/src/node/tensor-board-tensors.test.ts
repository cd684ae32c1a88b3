import { backward } from '@kasane/autograd';
import { decodeImage } from '@kasane/datasets/images';
import { Embedding, Linear, mseLoss } from '@kasane/nn';
import { clipGradNorm, SGD } from '@kasane/optim';
import { Generator, randn, tensor, zeros, type Tensor } from '@kasane/tensor-core';
import '@kasane/testing';
import { mkdtemp, readFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { PbfReader } from 'pbf';
import { describe, expect, it } from 'vitest';
import type { Callback, Training } from '../callback.ts';
import type { Checkpoint } from '../checkpoint/checkpoint.ts';
import { fit, type FitOptions } from '../fit.ts';
import { TensorBoard } from './tensor-board.ts';

interface Shown {
  readonly tag: string;
  readonly step: number;
  readonly plugin: string;
  readonly shape: readonly number[];
  readonly strings: readonly Uint8Array[];
  readonly doubles: Float64Array;
}

/** The tensors of an event file. */
async function shown(folder: string): Promise<Shown[]> {
  const bytes = await readFile(join(folder, 'events.out.tfevents.kasane'));
  const found: Shown[] = [];
  for (let at = 0; at < bytes.length; at += bytes.readUInt32LE(at) + 16) {
    let step = 0;
    const event = new PbfReader(bytes.subarray(at + 12, at + 12 + bytes.readUInt32LE(at)));
    event.readFields((field) => {
      if (field === 2) step = event.readVarint();
      if (field !== 5) return;
      const value = { tag: '', plugin: '', shape: [] as number[], strings: [] as Uint8Array[] };
      let doubles = new Float64Array();
      event.readMessage(() => {
        event.readMessage((part) => {
          if (part === 1) value.tag = event.readString();
          if (part === 8) {
            event.readMessage((inner) => {
              if (inner === 2) {
                event.readMessage(() => {
                  event.readMessage(() => void value.shape.push(event.readVarint()), null);
                }, null);
              }
              if (inner === 4)
                doubles = new Float64Array(Uint8Array.from(event.readBytes()).buffer);
              if (inner === 8) value.strings.push(Uint8Array.from(event.readBytes()));
            }, null);
          }
          if (part === 9) {
            event.readMessage(() => {
              event.readMessage(() => void (value.plugin = event.readString()), null);
            }, null);
          }
        }, null);
      }, null);
      if (value.plugin !== '') found.push({ ...value, step, doubles });
    }, null);
  }
  return found;
}

const folder = (): Promise<string> => mkdtemp(join(tmpdir(), 'board-'));
const clock = (): number => 1.7e12;
const x = randn([12, 3], { generator: new Generator(1) });
const y = x.sum(1, { keepdim: true });
const batches = [0, 4, 8].map((i) => [x.slice(0, i, i + 4), y.slice(0, i, i + 4)] as const);

function start(): { model: Linear; options: FitOptions } {
  const model = new Linear(3, 1, { generator: new Generator(2) });
  const optimizer = new SGD(model.parameters(), { lr: 0.1, momentum: 0.9 });
  return { model, options: { data: batches, loss: mseLoss, optimizer, epochs: 4 } };
}
const bits = (model: Linear): string =>
  model
    .parameters()
    .map((p) => String(p.dataSync()))
    .join();

describe('TensorBoard with histogramFreq', () => {
  it('writes weights and gradients every so many epochs, under their names', async () => {
    const path = await folder();
    const { model, options } = start();
    const seen: number[] = [];
    const note: Callback = {
      onEpochEnd: ({ epoch }) => void (epoch === 4 && seen.push(...model.weight.dataSync())),
    };
    await fit(model, {
      ...options,
      callbacks: [new TensorBoard(path, { clock, histogramFreq: 2 }), note],
    });
    const found = await shown(path);
    const tags = ['weights/weight', 'weights/bias', 'gradients/weight', 'gradients/bias'];
    expect(found.map(({ tag, step }) => `${tag} ${step}`)).toEqual(
      [2, 4].flatMap((step) => tags.map((tag) => `${tag} ${step}`)),
    );
    const last = found[4]!;
    expect([last.plugin, last.shape]).toEqual(['histograms', [30, 3]]);
    expect([last.doubles[0], last.doubles.at(-2)]).toEqual([Math.min(...seen), Math.max(...seen)]);
    const counts = last.doubles.filter((_, i) => i % 3 === 2);
    expect(counts.reduce((sum, count) => sum + count)).toBe(3);
  });

  it('writes none without it', async () => {
    const path = await folder();
    const { model, options } = start();
    await fit(model, { ...options, callbacks: [new TensorBoard(path, { clock })] });
    expect(await shown(path)).toEqual([]);
    expect(() => new TensorBoard(path, { histogramFreq: 0.5 })).toThrow(
      'TensorBoard: histogramFreq',
    );
  });
});

describe('gradients that a callback needs', () => {
  it.each<[string, Partial<FitOptions>]>([
    ['compiled', {}],
    ['op by op', { compile: false }],
    ['of three batches', { accumulate: 3 }],
    ['clipped', { clipGradNorm: 0.01 }],
  ])('are those of the last step, as the optimizer was given them: %s', async (_, more) => {
    const { model, options } = start();
    const byHand = start().model;
    const found: Tensor[] = [];
    const look: Callback = {
      needsGradients: true,
      onEpochBegin: ({ epoch }) => void (epoch === 4 && byHand.loadStateDict(model.stateDict())),
      onStep({ epoch, step, gradients }) {
        if (epoch === 4 && step === 1)
          found.push(gradients.weight!.detach(), gradients.bias!.detach());
      },
    };
    await fit(model, { ...options, ...more, callbacks: [look] });
    const [input, target] = more.accumulate === 3 ? [x, y] : batches[0]!;
    backward(mseLoss(byHand.forward(input), target));
    if (more.clipGradNorm !== undefined) clipGradNorm(byHand.parameters(), more.clipGradNorm);
    expect(found).toHaveLength(2);
    byHand.parameters().forEach((one, i) => {
      expect(found[i]).toBeAllclose(one.grad!, { rtol: 1e-4, atol: 1e-6 });
    });
  });

  it.each([true, false])('change no bit of the training, compile: %s', async (compile) => {
    const [plain, looked] = [start(), start()];
    await fit(plain.model, { ...plain.options, compile });
    await fit(looked.model, { ...looked.options, compile, callbacks: [{ needsGradients: true }] });
    expect(bits(looked.model)).toBe(bits(plain.model));
  });

  it('are there for embeddings, and not for what has none', async () => {
    class Looked extends Embedding {
      readonly unused = new Linear(1, 1);
    }
    const model = new Looked(5, 2, { generator: new Generator(3) });
    let names: string[] = [];
    let rows: unknown;
    const look: Callback = {
      needsGradients: true,
      onWarning(): void {}, // which says that unused has none
      onStep({ gradients }) {
        names = Object.keys(gradients);
        rows = gradients.weight!.abs().sum(1).greater(0).toArray();
      },
    };
    await fit(model, {
      data: [[tensor([1, 3], { dtype: 'int32' }), zeros([2, 2])]],
      loss: mseLoss,
      optimizer: new SGD(model.parameters(), { lr: 0.1 }),
      epochs: 2,
      callbacks: [look],
    });
    expect([names, rows]).toEqual([['weight'], [false, true, false, true, false]]);
  });

  it('are none unless one is asked for, and freed at the end', async () => {
    const { model, options } = start();
    let gradients: Training['gradients'] = {};
    const look: Callback = { onStep: (training) => void ({ gradients } = training) };
    await fit(model, { ...options, callbacks: [look] });
    expect(gradients).toEqual({});
    await fit(model, { ...options, callbacks: [look, { needsGradients: true }] });
    expect(() => gradients.weight!.sum()).toThrow('was disposed');
  });
});

describe('TensorBoard in the hands of other callbacks', () => {
  /** Trains for two epochs, with what a callback adds after each. */
  async function add(
    path: string,
    adding: (board: TensorBoard, training: Training) => unknown,
    more: Partial<FitOptions> = {},
  ): Promise<Shown[]> {
    const { model, options } = start();
    const board = new TensorBoard(path, { clock });
    const onEpochEnd = async (training: Training): Promise<void> =>
      void (await adding(board, training));
    const callbacks = [board, { onEpochEnd }, ...(more.callbacks ?? [])];
    await fit(model, { ...options, epochs: 2, ...more, callbacks });
    return shown(path);
  }

  it('writes texts, at the steps so far unless another is given', async () => {
    const found = await add(await folder(), async (board, { epoch }) => {
      await board.addText('note', `# Größe ${epoch}`);
      await board.addText('other', '', epoch);
    });
    const read = found.map(({ tag, step, plugin, shape, strings }) => {
      return [tag, step, plugin, shape, Buffer.from(strings[0]!).toString()];
    });
    expect(read).toEqual([
      ['note', 3, 'text', [], '# Größe 1'],
      ['other', 1, 'text', [], ''],
      ['note', 6, 'text', [], '# Größe 2'],
      ['other', 2, 'text', [], ''],
    ]);
  });

  it.each<[string, Tensor, number, readonly (readonly number[])[]]>([
    ['shades', tensor([[0, 0.5, 1], [-1, 2, NaN]]), 1, [[0, 128, 255, 0, 255, 0]]],
    ['whole numbers', tensor([[[0, 128, 300]]], { dtype: 'int32' }), 1, [[0, 128, 255]]],
    ['colours', tensor([[[1, 0]], [[0, 1]], [[0, 0]]]), 3, [[255, 0, 0, 255, 0, 0]]],
    ['several', tensor([[[[1]]], [[[0]]]]), 1, [[255], [0]]],
  ])('writes pictures of %s', async (_, image, channels, expected) => {
    const [found] = await add(await folder(), (board, { epoch }) => epoch === 1 && board.addImage('picture', image));
    const { plugin, strings, shape } = found!;
    const [width, height, ...files] = strings;
    expect([plugin, shape]).toEqual(['images', [2 + expected.length]]);
    expect([Number(String.fromCharCode(...height!)), Number(String.fromCharCode(...width!))]).toEqual(image.shape.slice(-2));
    const pictures = files.map((file) => [...decodeImage(file, 'a.png', channels === 1 ? 1 : 3).data]);
    expect(pictures).toEqual(expected);
  }); // prettier-ignore

  it('refuses what is no picture', async () => {
    for (const shape of [[3], [2, 4, 4], [1, 1, 1, 4, 4], [3, 0, 4]]) {
      await expect(
        add(await folder(), (board) => board.addImage('a', zeros(shape))),
      ).rejects.toThrow(
        /^TensorBoard: a picture must be .+ with 1 or 3 channels, got \[.+\]\. Permute/,
      );
    }
  });

  it('takes what is added without waiting, all of it', async () => {
    const found = await add(await folder(), (board, { epoch }) => {
      if (epoch > 1) return;
      const texts = Array.from({ length: 20 }, (_, i) => board.addText(`t${i}`, 'x'.repeat(i)));
      return Promise.all([...texts, board.addHistogram('h', x), board.addScalar('s', 3)]);
    });
    expect(found.map(({ tag }) => tag).sort()).toEqual(
      ['h', ...Array.from({ length: 20 }, (_, i) => `t${i}`)].sort(),
    );
  });

  it('goes on after a checkpoint without losing or doubling any', async () => {
    const path = await folder();
    let saved: Checkpoint | undefined;
    const save: Callback = {
      runsLast: true,
      onEpochEnd: ({ epoch, checkpoint }) => void (epoch === 1 && (saved = checkpoint())),
    };
    const adding = (board: TensorBoard, { epoch }: Training): unknown =>
      board.addText('note', `${epoch}`, epoch);
    const straight = await add(path, adding, { callbacks: [save] });
    expect(await add(path, adding, { resume: saved!, callbacks: [save] })).toEqual(straight);
  });

  const notes = async (path: string): Promise<string[]> =>
    (await shown(path)).map(({ tag, step }) => `${tag} ${step}`);

  it('writes at once without a training, one after the other, behind what is there', async () => {
    const path = join(await folder(), 'new');
    const board = new TensorBoard(path, { clock });
    await board.addText('first', 'a');
    expect(await notes(path)).toEqual(['first 0']);
    const numbered = [1, 2, 3].map((step) => board.addText('second', 'b', step));
    await Promise.all(numbered);
    await new TensorBoard(path, { clock }).addImage('third', x);
    expect(await notes(path)).toEqual(['first 0', 'second 1', 'second 2', 'second 3', 'third 0']);
  });

  it('keeps what was added before a training and behind it, and writes the training anew', async () => {
    const path = await folder();
    const { model, options } = start();
    await new TensorBoard(path, { clock }).addText('of another run', 'a');
    const board = new TensorBoard(path, { clock });
    const pending = board.addText('before', 'b'); // nobody waits for it
    const during: Callback = { onEpochEnd: ({ epoch }) => board.addText('during', 'c', epoch) };
    await fit(model, { ...options, epochs: 1, callbacks: [board, during] });
    await pending;
    await board.addText('after', 'd');
    expect(await notes(path)).toEqual(['before 0', 'during 1', 'after 3']);
    await fit(model, { ...options, epochs: 1, callbacks: [board] });
    expect(await notes(path)).toEqual(['after 3']);
  });

  it('keeps what was added before a training is resumed', async () => {
    const path = await folder();
    let saved: Checkpoint | undefined;
    const save: Callback = { runsLast: true, onEpochEnd: (t) => void (saved ??= t.checkpoint()) };
    const adding = (board: TensorBoard, { epoch }: Training): unknown =>
      board.addText('note', `${epoch}`, epoch);
    await add(path, adding, { callbacks: [save] });
    const { model, options } = start();
    const board = new TensorBoard(path, { clock });
    await board.addText('goes on', 'a', 9);
    await fit(model, { ...options, resume: saved!, epochs: 1, callbacks: [board] });
    expect(await notes(path)).toEqual(['note 1', 'goes on 9']);
  });

  it('says which file an addition could not be written to, and goes on', async () => {
    const path = await folder();
    const board = new TensorBoard(path, { clock });
    const { mkdir, rmdir } = await import('node:fs/promises');
    const file = join(path, 'events.out.tfevents.kasane');
    await mkdir(file);
    await expect(board.addText('a', 'b')).rejects.toThrow(`${file}: cannot be written`);
    await rmdir(file);
    await board.addText('c', 'd');
    expect(await notes(path)).toEqual(['c 0']);
  });
});
