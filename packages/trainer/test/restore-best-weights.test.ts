import { CheckpointError, ones } from '@kasane/tensor-core';
import { mkdtemp } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import {
  decodeCheckpoint,
  EarlyStopping,
  encodeCheckpoint,
  type Callback,
  type Checkpoint,
  type EarlyStoppingOptions,
  type Training,
} from '../src/index.ts';
import { loadCheckpoint, ModelCheckpoint } from '../src/node.ts';
import { prepare } from './training.ts';

/** The metric falls and rises: epoch 3 is the best of 6. */
const values = [5, 4, 1, 2, 3, 2];
const monitor = 'score';

/** Trains with a metric of these values, and notes the bits after each epoch. */
function scored(): {
  run: (
    options: EarlyStoppingOptions,
    more?: Parameters<ReturnType<typeof prepare>['run']>[0],
  ) => Promise<number>;
  bits: () => string;
  epochs: string[];
} {
  const { run, bits } = prepare();
  const epochs: string[] = [];
  let now = 0;
  const score = {
    higherIsBetter: false,
    update(): void {},
    compute: () => values[now]!,
    reset(): void {},
    stateDict: () => ({}),
    loadStateDict(): void {},
  };
  const note: Callback = {
    onEpochBegin: ({ epoch }) => void (now = epoch - 1),
    onEpochEnd: () => void epochs.push(bits()),
  };
  return {
    bits,
    epochs,
    async run(options, more = {}) {
      const stopping = new EarlyStopping({ monitor, patience: 9, ...options });
      const callbacks = [note, stopping, ...(more.callbacks ?? [])];
      // A metric, but for what only its subclasses see.
      const metrics = { score: score as unknown as NonNullable<typeof more.metrics> & string[] };
      const history = await run({ ...more, metrics: metrics as never, callbacks });
      return history.length;
    },
  };
}
const restoreBestWeights = true;

describe('EarlyStopping with restoreBestWeights', () => {
  it.each([
    ['complete', {}, 6],
    ['stopped', { patience: 2 }, 5],
  ])('leaves the model as it was after the best epoch: %s', async (_, options, epochs) => {
    const training = scored();
    expect(await training.run({ ...options, restoreBestWeights })).toBe(epochs);
    expect(training.bits()).toBe(training.epochs[2]);
    const without = scored();
    await without.run(options);
    expect(without.bits()).toBe(without.epochs.at(-1));
  });

  let controller: AbortController;
  it.each<[string, (training: Training) => void]>([
    ['aborted', () => controller.abort()],
    ['failed', () => { throw new Error('enough'); }], // prettier-ignore
  ])('does so when the training is %s, in the middle of an epoch', async (_, end) => {
    controller = new AbortController();
    const training = scored();
    const onStep = (now: Training): void => void (now.epoch === 5 && now.step === 2 && end(now));
    const { signal } = controller;
    const run = training.run({ restoreBestWeights }, { signal, callbacks: [{ onStep }] });
    await expect(run).rejects.toThrow(/enough|aborted/);
    expect(training.bits()).toBe(training.epochs[2]);
  });

  it('leaves it as it is if there was no epoch, and has the first for the best if none is better', async () => {
    const none = scored();
    const before = none.bits();
    await none.run({ restoreBestWeights }, { epochs: 0 });
    expect(none.bits()).toBe(before);
    const rising = scored();
    await rising.run({ restoreBestWeights, mode: 'max' });
    expect(rising.bits()).toBe(rising.epochs[0]);
  });

  it('saves the weights of the training, from which resuming goes on to the same bits', async () => {
    const straight = scored();
    await straight.run({});
    const folder = await mkdtemp(join(tmpdir(), 'best-'));
    const onStep = ({ epoch, step, stop }: Training): void =>
      void (epoch === 5 && step === 2 && stop());
    const callbacks = [new ModelCheckpoint(folder), { onStep }];
    const first = scored();
    await first.run({ restoreBestWeights }, { callbacks });
    expect(first.bits()).toBe(first.epochs[2]);

    const resume = await loadCheckpoint(join(folder, 'last.safetensors'));
    const second = scored();
    // Which tells that the state of ModelCheckpoint is not used.
    const quiet = { onWarning(): void {} };
    await second.run({ restoreBestWeights }, { resume, callbacks: [quiet] });
    expect(second.epochs).toEqual(straight.epochs.slice(4));
    expect(second.bits()).toBe(straight.epochs[2]); // which it has not seen itself
  });

  /** A checkpoint after epoch 4, through a file. */
  async function saved(options: EarlyStoppingOptions): Promise<Checkpoint> {
    let bytes: Uint8Array | undefined;
    const runsLast = { runsLast: true };
    const onEpochEnd = async ({ checkpoint }: Training): Promise<void> => {
      bytes = await encodeCheckpoint(checkpoint());
    };
    await scored().run(options, { epochs: 4, callbacks: [{ ...runsLast, onEpochEnd }] });
    return decodeCheckpoint(bytes!);
  }

  it('tells if the checkpoint has no best weights, and restores none that were worse', async () => {
    const messages: string[] = [];
    const training = scored();
    await training.run(
      { restoreBestWeights },
      {
        resume: await saved({}),
        callbacks: [{ onWarning: (message) => void messages.push(message) }],
      },
    );
    expect(messages).toEqual([
      'EarlyStopping: the checkpoint has no best weights, for it was saved without restoreBestWeights. Those of its best epoch, of 1, cannot be restored, only those of later ones.',
    ]);
    expect(training.bits()).toBe(training.epochs.at(-1));
  });

  it('goes on without them where they are not wanted any more', async () => {
    const training = scored();
    await training.run({}, { resume: await saved({ restoreBestWeights }) });
    expect(training.bits()).toBe(training.epochs.at(-1));
  });

  it.each([
    ['a name that the model has not', { other: ones([1]) }],
    ['none', {}],
    ['a number', 3],
    ['numbers', { '0.weight': 3 }],
  ])('refuses weights that are %s, and changes nothing', async (_, weights) => {
    const checkpoint = await saved({ restoreBestWeights });
    const callbacks = checkpoint.training.callbacks.map((state, i) =>
      i === 1 ? { best: 1, waited: 1, weights } : state,
    );
    const resume = { ...checkpoint, training: { ...checkpoint.training, callbacks } };
    const training = scored();
    const before = training.bits();
    const error: unknown = await training
      .run({ restoreBestWeights }, { resume })
      .catch((e: unknown) => e);
    expect(error).toBeInstanceOf(CheckpointError);
    expect(String(error)).toContain(
      'EarlyStopping: the best weights must be those of the model, got others.',
    );
    expect(training.bits()).toBe(before);
  });
});
