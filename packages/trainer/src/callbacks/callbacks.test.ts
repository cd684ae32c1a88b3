import { Linear, mseLoss } from '@kasane/nn';
import { SGD } from '@kasane/optim';
import { CheckpointError, Generator, ones, zeros } from '@kasane/tensor-core';
import { mkdtemp, readdir, readFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import type { Callback, EpochLogs, Training } from '../callback.ts';
import { decodeCheckpoint } from '../checkpoint/checkpoint.ts';
import { loadCheckpoint } from '../node/checkpoint-files.ts';
import { fit, type FitOptions } from '../fit.ts';
import { Accuracy } from '../metrics/accuracy.ts';
import { MeanSquaredError } from '../metrics/mean-squared-error.ts';
import { CSVLogger } from '../node/csv-logger.ts';
import { EarlyStopping } from './early-stopping.ts';
import { ModelCheckpoint } from '../node/model-checkpoint.ts';
import { progress, type ProgressReport } from './progress.ts';
import { TimeLimit } from './time-limit.ts';

const folder = (): Promise<string> => mkdtemp(join(tmpdir(), 'callbacks-'));

/** Trains on nothing to learn, so that the loss of each epoch is as `losses` says. */
function train(
  losses: readonly number[],
  callbacks: readonly Callback[],
  more: Partial<FitOptions> = {},
): Promise<EpochLogs[]> {
  const model = new Linear(1, 1, { generator: new Generator(0) });
  model.loadStateDict({ weight: zeros([1, 1]), bias: zeros([1]) });
  let epoch = -1;
  const next: Callback = { onEpochBegin: ({ epoch: now }) => void (epoch = now - 1) };
  const data = {
    *[Symbol.iterator](): Generator0 {
      yield [ones([1, 1]), ones([1, 1]).mul(Math.sqrt(losses[epoch]!))] as const;
    },
  };
  const optimizer = new SGD(model.parameters(), { lr: 0 });
  const options = { data, loss: mseLoss, optimizer, epochs: losses.length };
  return fit(model, { ...options, ...more, callbacks: [next, ...callbacks] });
}
type Generator0 = Iterator<readonly [ReturnType<typeof ones>, ReturnType<typeof ones>]>;

describe('EarlyStopping', () => {
  const monitor = 'loss';
  it.each([
    [{ monitor }, [4, 1, 1, 1], 3],
    [{ monitor, patience: 2 }, [4, 1, 4, 0.25, 4, 4, 4], 6],
    [{ monitor, minDelta: 1 }, [4, 2, 1.5, 1], 3],
    [{ monitor, mode: 'max' as const }, [1, 4, 2], 3],
  ])('%j stops %j after %i epochs', async (options, losses, epochs) => {
    expect(await train([...losses, 0], [new EarlyStopping(options)])).toHaveLength(epochs);
  });

  it('knows which way a metric is better', async () => {
    const accuracy = new Accuracy();
    const values = [0.5, 0.7, 0.6, 0.9];
    let epoch = 0;
    accuracy.compute = () => values[epoch]!;
    const next: Callback = { onEpochEnd: () => void epoch++ };
    const callback = new EarlyStopping({ monitor: 'accuracy' });
    const history = await train([1, 1, 1, 1], [callback, next], { metrics: { accuracy } });
    expect(history).toHaveLength(3);
  });

  it('asks for the mode where nothing says which way is better', async () => {
    class Score extends MeanSquaredError {
      override readonly higherIsBetter: boolean | null = null;
    }
    const metrics = { score: new Score() };
    for (const [monitor, message] of [
      ['valScore', "Pass mode 'min' or 'max', or let the metric say higherIsBetter."],
      ['speed', "Pass mode 'min' or 'max', or monitor loss, valLoss or one of the metrics."],
    ] as const) {
      const callback = new EarlyStopping({ monitor });
      await expect(train([1], [callback], { metrics })).rejects.toThrow(
        `EarlyStopping: whether "${monitor}" should fall or rise is not known. ${message}`,
      );
    }
  });

  it('watches each training from its beginning', async () => {
    const callback = new EarlyStopping({ monitor: 'loss', patience: 2 });
    expect(await train([1, 4, 4, 4], [callback])).toHaveLength(3);
    expect(await train([9, 4, 4, 4, 4], [callback])).toHaveLength(4);
    expect(await train([9, 8, 7], [callback])).toHaveLength(3);
  });

  it.each([null, 3, [], {}, { best: null }, { best: 1, waited: null }, { best: 'x', waited: 0 }])(
    'refuses the state %j',
    (state) => {
      const callback = new EarlyStopping({ monitor: 'loss' });
      // As a file may say it.
      const load = (): void => callback.loadStateDict(state as { best: null; waited: number });
      expect(load).toThrow(CheckpointError);
      expect(load).toThrow('EarlyStopping: the state must be like {"best":null,"waited":0}, got ');
      expect(callback.stateDict()).toEqual({ best: null, waited: 0 });
    },
  );

  it('says which numbers there are', async () => {
    await expect(train([1], [new EarlyStopping()])).rejects.toThrow(
      'EarlyStopping: monitors "valLoss", and an epoch has epoch, loss. Give fit a validation or a metric of that name, or monitor another.',
    );
  });
});

describe('ModelCheckpoint', () => {
  it('keeps the last and the best', async () => {
    const path = await folder();
    await train([4, 1, 2.25], [new ModelCheckpoint(path, { monitor: 'loss' })]);
    expect((await readdir(path)).sort()).toEqual(['best.safetensors', 'last.safetensors']);
    const finished = async (name: string): Promise<number> =>
      (await loadCheckpoint(join(path, `${name}.safetensors`))).training.finished;
    expect([await finished('best'), await finished('last')]).toEqual([2, 3]);
  });

  it('has a best of its own for each training, and goes on with that of a checkpoint', async () => {
    const path = await folder();
    const callback = new ModelCheckpoint(path, { monitor: 'loss' });
    const best = async (): Promise<number> =>
      (await loadCheckpoint(join(path, 'best.safetensors'))).training.history.at(-1)!.loss;
    await train([1, 0.25], [callback]);
    expect(await best()).toBe(0.25);
    await train([9, 4], [callback]);
    expect(await best()).toBe(4);
    const resume = await loadCheckpoint(join(path, 'last.safetensors'));
    await train([9, 4, 6.25], [callback], { resume });
    expect(await best()).toBe(4);
    await train([9, 4, 2.25], [callback], { resume });
    expect(await best()).toBe(2.25);
  });

  it('saves the states of callbacks that stand behind it, which resuming goes on from', async () => {
    const path = await folder();
    const callbacks = (): Callback[] => [
      new ModelCheckpoint(path),
      new EarlyStopping({ monitor: 'loss', patience: 3 }),
    ];
    const losses = [1, 1, 1, 1, 1, 1];
    expect(await train(losses, callbacks(), { epochs: 2 })).toHaveLength(2);
    const resume = await decodeCheckpoint(await readFile(join(path, 'last.safetensors')));
    expect(await train(losses, callbacks(), { resume })).toHaveLength(4);
  });

  it('saves when training is aborted, within an epoch too', async () => {
    const path = await folder();
    const controller = new AbortController();
    const abort: Callback = { onStep: ({ epoch }) => void (epoch === 2 && controller.abort()) };
    const { signal } = controller;
    await expect(train([1, 1], [new ModelCheckpoint(path), abort], { signal })).rejects.toThrow(
      'abort',
    );
    const { finished, step } = (await loadCheckpoint(join(path, 'last.safetensors'))).training;
    expect([finished, step]).toEqual([1, 1]);
  });
});

describe('CSVLogger', () => {
  it('writes a line of names and one for each epoch, those before resuming once', async () => {
    const path = await folder();
    const file = join(path, 'logs', 'log.csv');
    const metrics = { error: new MeanSquaredError() };
    const callbacks = [new CSVLogger(file), new ModelCheckpoint(path)];
    await train([4, 1], callbacks, { epochs: 2, metrics });
    const resume = await loadCheckpoint(join(path, 'last.safetensors'));
    await train([4, 1, 0.25], callbacks, { metrics, resume });
    expect(await readFile(file, 'utf8')).toBe('epoch,loss,error\n1,4,4\n2,1,1\n3,0.25,0.25\n');
  });

  it('quotes names as RFC 4180 says, and leaves a field empty that an epoch has not', async () => {
    const file = join(await folder(), 'log.csv');
    const history: object[] = [
      { epoch: 1, loss: 0.5, 'a,b': 1, 'say "x"': NaN, 'two\nlines': -0 },
      { epoch: 2, loss: Infinity, constructor: 3 },
    ];
    // Only the history is read.
    await new CSVLogger(file).onEpochEnd({ history } as unknown as Training);
    const text = await readFile(file, 'utf8');
    expect(text).toBe(
      'epoch,loss,"a,b","say ""x""","two\nlines",constructor\n1,0.5,1,NaN,0,\n2,Infinity,,,,3\n',
    );
  });
});

describe('progress', () => {
  it('reports each step with what the epoch has so far', async () => {
    const reports: ProgressReport[] = [];
    const metrics = { error: new MeanSquaredError() };
    await train([4, 1], [progress((now) => reports.push({ ...now }))], { metrics });
    expect(reports).toEqual([
      {
        epoch: 1,
        epochs: 2,
        step: 1,
        total: null,
        loss: 4,
        metrics: { epoch: 1, loss: 4, error: 4 },
      },
      {
        epoch: 2,
        epochs: 2,
        step: 1,
        total: null,
        loss: 1,
        metrics: { epoch: 2, loss: 1, error: 1 },
      },
    ]);
  });
});

describe('TimeLimit', () => {
  it('stops when the clock it was given says so', async () => {
    let time = 100;
    const limit = new TimeLimit({ seconds: 0.03, clock: () => (time += 10) });
    // A step each 10: the beginning is 110, the third step 140.
    expect(await train([1, 1, 1, 1, 1], [limit])).toHaveLength(2);
    expect(() => new TimeLimit({ seconds: -1 })).toThrow(
      'TimeLimit: seconds must be at least 0, got -1.',
    );
  });
});
