import { DataLoader, TensorDataset } from '@kasane/datasets';
import {
  binaryCrossEntropy,
  binaryCrossEntropyWithLogits,
  crossEntropy,
  huberLoss,
  Identity,
  l1Loss,
  Linear,
  mseLoss,
} from '@kasane/nn';
import { SGD } from '@kasane/optim';
import {
  Generator,
  manualSeed,
  memory,
  rand,
  randn,
  tensor,
  type Tensor,
} from '@kasane/tensor-core';
import '@kasane/testing';
import { describe, expect, it } from 'vitest';
import type { Training } from './callback.ts';
import type { Checkpoint } from './checkpoint/checkpoint.ts';
import { evaluate, predict } from './evaluate.ts';
import { fit, type FitArrayOptions, type FitOptions } from './fit.ts';
import { valuesOf, type Values } from './in-memory.ts';

const generator = new Generator(1);
const x = randn([50, 3], { generator });
const y = x.sum(1, { keepdim: true });

function start(): { model: Linear; options: Omit<FitOptions, 'data'> } {
  const model = new Linear(3, 1, { generator: new Generator(2) });
  const optimizer = new SGD(model.parameters(), { lr: 0.1, momentum: 0.5 });
  return { model, options: { loss: mseLoss, optimizer, epochs: 3 } };
}
const bits = ({ weight }: Linear): string => String(weight.dataSync());

describe('fit on samples in memory', () => {
  it.each([undefined, 7])('is fit on their shuffled loader of 32, seed %s', async (seed) => {
    manualSeed(5);
    const [here, there] = [start(), start()];
    const seeded = seed === undefined ? {} : { seed };
    const history = await fit(here.model, { ...here.options, ...seeded, x, y });
    manualSeed(seed ?? 5);
    const data = new DataLoader(new TensorDataset(x, y), { batchSize: 32, shuffle: true });
    expect(history).toEqual(await fit(there.model, { ...there.options, ...seeded, data }));
    expect(bits(here.model)).toBe(bits(there.model));
  });

  it('takes another batchSize, and the order as it is', async () => {
    const [here, there] = [start(), start()];
    await fit(here.model, { ...here.options, x, y, batchSize: 20, shuffle: false });
    const data = [0, 20, 40].map((i) => [x.slice(0, i, i + 20), y.slice(0, i, i + 20)] as const);
    await fit(there.model, { ...there.options, data });
    expect(bits(here.model)).toBe(bits(there.model));
  });

  it.each([
    [0.2, 40],
    [0.31, 34], // 34.5
    [0, 50],
  ])(
    'keeps the last ones back with validationSplit %d: %i are learnt from',
    async (validationSplit, learnt) => {
      const [here, there] = [start(), start()];
      const history = await fit(here.model, { ...here.options, seed: 3, x, y, validationSplit });
      const rest = [x.slice(0, learnt), y.slice(0, learnt)] as const;
      const validation = learnt === 50 ? {} : { validation: [rest] };
      const first = { x: x.slice(0, 0, learnt), y: y.slice(0, 0, learnt) };
      const expected = await fit(there.model, {
        ...there.options,
        ...first,
        ...validation,
        seed: 3,
      });
      expect(bits(here.model)).toBe(bits(there.model));
      expect(history.map(({ valLoss }) => valLoss?.toFixed(5))).toEqual(
        expected.map(({ valLoss }) => valLoss?.toFixed(5)),
      );
    },
  );

  it.each([2, 3, 5])(
    'goes on from a checkpoint after %i steps to the same bits',
    async (stopAt) => {
      const options = { x, y, batchSize: 16, validationSplit: 0.1, seed: 9 };
      const straight = start();
      const history = await fit(straight.model, { ...straight.options, ...options });
      const first = start();
      let saved: Checkpoint | undefined;
      let steps = 0;
      const save = {
        onStep({ stop }: Training): void {
          if (++steps === stopAt) stop();
        },
        onTrainEnd: ({ checkpoint }: Training): void => void (saved = checkpoint()),
      };
      await fit(first.model, { ...first.options, ...options, callbacks: [save] });
      const second = start();
      const warnings: string[] = [];
      const callbacks = [{ onWarning: (message: string) => void warnings.push(message) }];
      const rest = { ...second.options, ...options, callbacks, resume: saved! };
      expect(await fit(second.model, rest)).toEqual(history);
      expect(bits(second.model)).toBe(bits(straight.model));
      expect(warnings).toEqual([]);
    },
  );

  it('frees what it copied arrays to, and nothing else', async () => {
    const { model, options } = start();
    const arrays = { x: x.toArray() as number[][], y: y.toArray() as number[][] };
    await fit(model, { ...options, ...arrays });
    const before = memory().wasm.bytes;
    for (let i = 0; i < 3; i++) await evaluate(model, { ...arrays, loss: mseLoss });
    const batches = 3 * 50 * (3 + 1) * 4; // which the garbage collector frees
    expect(memory().wasm.bytes - before).toBeLessThanOrEqual(batches);
    await fit(model, { ...options, x, y });
    expect([x.shape, y.shape, x.sum().item()]).toEqual([[50, 3], [50, 1], y.sum().item()]);
  });

  it('says what does not go together', async () => {
    const { model, options } = start();
    const run = (more: object): Promise<unknown> =>
      fit(model, { ...options, ...more } as FitArrayOptions); // as JavaScript may say it
    const data = [[x, y]];
    for (const [more, message] of [
      [{ x, y, data }, 'fit: x, y cannot stand beside data. Pass the samples as x and y, or'],
      [{ data, batchSize: 3 }, 'fit: batchSize cannot stand beside data.'],
      [{ data, shuffle: true, validationSplit: 0.1 }, 'fit: validationSplit, shuffle cannot stand'],
      [{}, 'fit: needs data, or x and y, got neither. Pass a DataLoader as data, or'],
      [{ x }, 'fit: needs data, or x and y, got no y.'],
      [{ y }, 'fit: needs data, or x and y, got no x.'],
      [{ x, y, batchSize: 0 }, 'fit: batchSize must be a whole number ≥ 1, got 0.'],
      [{ x, y: y.slice(0, 1) }, 'fit: x and y must have as many samples, and one at least, got 50 and 49. The'],
      [{ x: [], y: [] }, 'fit: x and y must have as many samples, and one at least, got 0 and 0.'],
      [{ x: tensor(3), y }, 'got a scalar and 50.'],
      [{ data: [x, y] }, 'fit: data must give batches of [input, target], got a list of tensors or numbers. Pass inputs and targets as x and y, or a DataLoader.'],
      [{ data: [[[1, 2]], [3]] }, 'fit: data must give batches of [input, target], got a list of tensors or numbers.'],
      [{ data: 'train.csv' }, 'fit: data must give batches of [input, target], got \'train.csv\'.'],
      [{ data: x }, 'fit: data must give batches of [input, target], got Tensor.'],
      [{ x, y, validationSplit: 1 }, 'fit: validationSplit must be at least 0 and less than 1, got 1.'],
      [{ x, y, validationSplit: NaN }, 'fit: validationSplit must be at least 0 and less than 1, got NaN.'],
      [{ x, y, validationSplit: 0.99 }, 'fit: validationSplit 0.99 of 50 samples leaves none to learn from. Take'],
      [{ x, y, validationSplit: 1e-20 }, 'of 50 samples leaves none to validate on. Take'],
      [{ x, y, validationSplit: 0.1, validation: data }, 'fit: takes validation or validationSplit, got both.'],
      [{ x: 'abc', y }, 'fit: x must be a tensor or an array, got string.'],
      [{ x: [x, x], y }, 'fit: x must be one tensor or numbers, got a list of tensors. Join them with stack'],
      [{ x: [Float32Array.of(1, 2), Float32Array.of(1)], y }, 'fit: the rows of x must be arrays of one kind and length, got Float32Array of 2 and Float32Array of 1.'],
    ] as const) await expect(run(more)).rejects.toThrow(message);
  }); // prettier-ignore
});

describe('targets in arrays', () => {
  it.each<[string, Values, string, readonly number[]]>([
    ['whole numbers in a list', [0, 2, 1], 'int32', [3]],
    ['other numbers among them', [0, 2.5, 1], 'float32', [3]],
    ['numbers that int32 cannot hold', [0, 2 ** 31], 'float32', [2]],
    ['NaN', [NaN, 1], 'float32', [2]],
    ['rows of whole numbers', [[0, 1], [1, 0]], 'float32', [2, 2]],
    ['truth values', [true, false], 'bool', [2]],
    ['bytes', Uint8Array.of(7, 255), 'int32', [2]],
    ['floats', Float32Array.of(0, 1), 'float32', [2]],
    ['doubles in rows', [Float64Array.of(0, 1)], 'float64', [1, 2]],
    ['bytes in rows', [Uint8Array.of(1, 2), Uint8Array.of(3, 4)], 'int32', [2, 2]],
    ['an int32 tensor', tensor([[1]], { dtype: 'int32' }), 'int32', [1, 1]],
  ])('%s', (_, values, dtype, shape) => {
    const made = valuesOf('fit', 'y', values);
    expect([made.dtype, made.shape]).toEqual([dtype, shape]);
  }); // prettier-ignore

  it('of inputs, whole numbers too, are float32', () => {
    expect(valuesOf('fit', 'x', [1, 2, 3]).dtype).toBe('float32');
  });

  it.each([mseLoss, l1Loss, huberLoss, binaryCrossEntropyWithLogits, binaryCrossEntropy])(
    'that are whole are numbers to $name as well',
    async (loss) => {
      const scores = rand([4], { generator });
      const run = (targets: Values): Promise<{ loss: number }> =>
        evaluate(new Identity(), { x: scores, y: targets, loss });
      expect(await run([0, 1, 1, 0])).toEqual(await run(tensor([0, 1, 1, 0])));
    },
  );

  it('classify, as indices or as one-hot rows', async () => {
    const options = { x: [[2, 1], [0, 3], [1, 0]], loss: crossEntropy }; // prettier-ignore
    const metrics = ['accuracy'] as const;
    const found = await evaluate(new Identity(), { ...options, y: [0, 0, 1], metrics });
    expect(found.accuracy).toBe(1 / 3);
    const oneHot = await evaluate(new Identity(), { ...options, y: [[1, 0], [1, 0], [0, 1]] }); // prettier-ignore
    expect(oneHot.loss).toBeCloseTo(found.loss, 6);
  });
});

describe('evaluate and predict on samples in memory', () => {
  const sizes: number[] = [];
  class Probe extends Linear {
    override forward(input: Tensor): Tensor {
      sizes.push(input.shape[0]!);
      return super.forward(input);
    }
  }
  const model = new Probe(3, 1, { generator: new Generator(2) });

  it('look at batches of 32, or another size', async () => {
    const all = model.forward(x);
    for (const [batchSize, expected] of [
      [undefined, [32, 18]],
      [20, [20, 20, 10]],
    ] as const) {
      const options = batchSize === undefined ? {} : { batchSize };
      sizes.length = 0;
      expect(await predict(model, x, options)).toBeAllclose(all, { rtol: 1e-6, atol: 1e-6 });
      const { loss } = await evaluate(model, { x, y, loss: mseLoss, ...options });
      expect(loss).toBeCloseTo(mseLoss(all, y).item(), 5);
      expect(sizes).toEqual([...expected, ...expected]);
    }
  });

  it('refuse options that are for fit: all samples are looked at', async () => {
    const trained = { x, y, loss: mseLoss, validationSplit: 0.5 };
    await expect(evaluate(model, trained)).rejects.toThrow(
      'evaluate: there is no option "validationSplit"',
    );
  });

  it('predict from nested and typed arrays, and from batches', async () => {
    const expected = model.forward(x);
    const rows = x.toArray() as number[][];
    for (const values of [rows, rows.map((row) => Float32Array.from(row))]) {
      expect(await predict(model, values)).toBeAllclose(expected, { rtol: 1e-6, atol: 1e-6 });
    }
    expect(await predict(model, [x])).toBeAllclose(expected);
    expect(await predict(model, [[x, y]])).toBeAllclose(expected);
    const flat = await predict(new Identity(), Float32Array.of(1, 2));
    expect(flat.toArray()).toEqual([1, 2]);
  });

  it('say what samples must be', async () => {
    await expect(predict(model, tensor(3))).rejects.toThrow(
      'predict: x must have a sample at least, got shape []. Its first dim counts them.',
    );
    await expect(predict(model, x, { batchSize: 0 })).rejects.toThrow('predict: batchSize must be');
    // As JavaScript may say it.
    await expect(predict(model, [x] as unknown as Tensor, { batchSize: 3 })).rejects.toThrow(
      'predict: batchSize is for samples in memory, got it beside batches. Give it to the loader.',
    );
    const nothing = undefined as unknown as { x: Tensor; y: Tensor; loss: typeof mseLoss };
    await expect(evaluate(model, nothing)).rejects.toThrow('evaluate: needs data, or x and y, got');
    await expect(predict(model, null as unknown as Tensor)).rejects.toThrow(
      'predict: needs a tensor, an array or batches, got null. Pass the x of fit, or a DataLoader.',
    );
    await expect(evaluate(model, { x, y: [1], loss: mseLoss })).rejects.toThrow(
      'evaluate: x and y must have as many samples, and one at least, got 50 and 1.',
    );
  });
});
