import { backward } from '@kasane/autograd';
import {
  Generator,
  memory,
  ones,
  randn,
  reference,
  scope,
  ShapeError,
  tensor,
  type Tensor,
} from '@kasane/tensor-core';
import { compile } from '@kasane/tensor-core/compile';
import '@kasane/testing';
import { goldenTensor, later as farAway, type GoldenTensor } from '@kasane/testing';
import { describe, expect, it } from 'vitest';
import goldens from '../test/fixtures/averaging.json' with { type: 'json' };
import { AveragedModel, updateBn, type AveragedModelOptions } from './averaging.ts';
import { BatchNorm1d, Dropout, Linear, ReLU, Sequential } from './index.ts';

type State = Readonly<Record<string, GoldenTensor>>;
interface Golden {
  readonly moves: readonly {
    readonly model: State;
    readonly state: State;
    readonly output: GoldenTensor;
  }[];
  readonly anew: State;
}

const o = { dtype: 'float64', backend: reference() } as const;
const read = (state: State): Record<string, Tensor> =>
  Object.fromEntries(Object.entries(state).map(([name, value]) => [name, goldenTensor(value, o)]));
const make = (): Sequential =>
  new Sequential(new Linear(3, 4, o), new BatchNorm1d(4, o), new Linear(4, 2, o));
/** The irregular values of the fixture's script. */
const wave = (phase: number): Tensor =>
  tensor(
    Array.from({ length: 12 }, (_, i) => Math.cos(i * 1.7 + phase)),
    [4, 3],
    o,
  );

function expectState(averaged: AveragedModel<Sequential>, want: State): void {
  const got = averaged.stateDict();
  expect(Object.keys(got).sort()).toEqual(Object.keys(want).sort());
  for (const [name, value] of Object.entries(read(want))) {
    expect(got[name], `the value of ${name}`).toBeAllclose(value, { rtol: 1e-12, atol: 1e-14 });
  }
}

const options: Readonly<Record<string, AveragedModelOptions>> = {
  swa: {},
  ema: { emaDecay: 0.7 },
  'swa with buffers': { useBuffers: true },
  'ema with buffers': { emaDecay: 0.7, useBuffers: true },
  'by a function': {
    avgFn: (average, value, n) => average.mul(0.25).add(value.mul(0.75).div(n.add(1))),
  },
};

describe('AveragedModel', () => {
  for (const [name, rule] of Object.entries(options)) {
    it(`${name}: has PyTorch's states, outputs and statistics computed anew`, async () => {
      // The script writes exactly this structure.
      const { moves, anew } = (goldens as unknown as Readonly<Record<string, Golden>>)[name]!;
      const model = make();
      let averaged: AveragedModel<Sequential> | null = null;
      for (const move of moves) {
        model.loadStateDict(read(move.model));
        if (averaged === null) averaged = new AveragedModel(model, rule);
        else averaged.updateParameters(model);
        expectState(averaged, move.state);
        const output = averaged.eval().forward(wave(0.2));
        expect(output).toBeAllclose(goldenTensor(move.output, o), { rtol: 1e-9, atol: 1e-11 });
        for (const [key, value] of Object.entries(read(move.model))) {
          expect(model.stateDict()[key]!.dataSync(), `the value of ${key}`).toEqual(
            value.dataSync(),
          );
        }
      }
      await updateBn(
        [0.5, 1, 1.5].map((phase) => [wave(phase), null] as const),
        averaged!,
      );
      expectState(averaged!, anew);
    });
  }

  it('takes a rule for all at once', () => {
    const [model, twin] = [make(), make()];
    twin.loadStateDict(model.stateDict());
    const byRule = new AveragedModel(twin, { emaDecay: 0.5, useBuffers: true });
    const atOnce = new AveragedModel(model, {
      useBuffers: true,
      multiAvgFn: (averages, values) => {
        averages.forEach((average, i) => {
          const mean = average.cast('float64').add(values[i]!.cast('float64')).mul(0.5);
          average.assign(mean.cast(average.dtype));
        });
      },
    });
    for (let i = 0; i < 3; i++) {
      for (const part of model.parameters()) part.assign(part.detach().mul(1.5));
      twin.loadStateDict(model.stateDict());
      byRule.updateParameters(twin);
      atOnce.updateParameters(model);
    }
    const want = byRule.stateDict();
    for (const [name, value] of Object.entries(atOnce.stateDict())) {
      expect(value, `the value of ${name}`).toBeAllclose(want[name]!);
    }
  });

  it('computes in its own mode, without gradients, and leaves the model as it was', () => {
    const generator = new Generator(1);
    const model = new Sequential(new Linear(3, 50, { generator }), new ReLU(), new Dropout(0.5));
    const averaged = new AveragedModel(model, { emaDecay: 0.9 }).eval();
    const before = model.parameters().map((p) => p.storage);
    model.at(1)!.eval();
    const x = randn([4, 3], { generator });
    const y = averaged.forward(x);
    expect(y.requiresGrad).toBe(false);
    expect(y.dataSync()).toEqual(averaged.forward(x).dataSync());
    expect(model.modules().map((module) => module.training)).toEqual([true, true, false, true]);
    expect(model.parameters().map((p) => p.storage)).toEqual(before);
    expect(averaged.parameters().map((p) => p.requiresGrad)).toEqual([false, false]);
    const forward = (): unknown => averaged.forward(ones([1, 7]));
    expect(forward).toThrow(ShapeError);
    expect(model.parameters().map((p) => p.storage)).toEqual(before);
  });

  it('lets a graph run backward that was recorded before and not used across', () => {
    const model = new Linear(2, 1);
    const averaged = new AveragedModel(model);
    backward(model.forward(ones([1, 2])));
    averaged.updateParameters(model);
    averaged.forward(ones([1, 2]));
    const loss = model.forward(ones([1, 2]));
    averaged.updateParameters(model);
    backward(loss);
    expect(model.bias!.grad!.toArray()).toEqual([2]);
  });

  it('survives a round trip of its state, and writes it into a model', () => {
    const model = new Linear(2, 1);
    const averaged = new AveragedModel(model);
    for (let i = 0; i < 3; i++) {
      model.bias!.assign(tensor([i]));
      averaged.updateParameters(model);
    }
    const other = new AveragedModel(new Linear(2, 1));
    other.loadStateDict(averaged.stateDict());
    model.bias!.assign(tensor([5]));
    averaged.updateParameters(model);
    other.updateParameters(model);
    expect(other.stateDict()['module.bias']!.toArray()).toEqual([2]); // (0 + 1 + 2 + 5) / 4
    expect(averaged.stateDict()['module.bias']!.toArray()).toEqual([2]);
    expect(averaged.nAveraged.item()).toBe(4);
    const copy = new Linear(2, 1);
    averaged.copyTo(copy);
    expect(copy.bias!.toArray()).toEqual([2]);
    expect(copy.weight.dataSync()).toEqual(model.weight.dataSync());
    expect(copy.weight.requiresGrad).toBe(true);
  });

  it('moves to another backend by itself', () => {
    const model = new Linear(2, 1);
    const averaged = new AveragedModel(model, { emaDecay: 0.5 }).to(reference());
    averaged.updateParameters(model);
    averaged.updateParameters(model);
    expect(averaged.parameters()[0]!.backend.name).toBe('reference');
    expect(averaged.forward(ones([1, 2])).backend).toBe(model.weight.backend);
    expect(model.weight.backend.name).toBe('wasm');
  });

  it('leaves no tensors behind', () => {
    const model = new Sequential(new Linear(2, 3), new BatchNorm1d(3));
    const averaged = new AveragedModel(model, { useBuffers: true });
    const round = (): void =>
      scope(() => {
        averaged.updateParameters(model);
        averaged.forward(ones([2, 2]));
        averaged.copyTo(model);
      });
    round();
    const before = memory();
    round();
    expect(memory()).toEqual(before);
  });

  it('follows its averages when it is compiled', () => {
    const model = new Linear(2, 1);
    const averaged = new AveragedModel(model);
    const predict = compile((x: Tensor) => averaged.forward(x));
    for (let i = 0; i < 4; i++) {
      model.bias!.assign(tensor([i]));
      averaged.updateParameters(model);
      const x = ones([1, 2]);
      expect(predict(x).dataSync()).toEqual(averaged.forward(x).dataSync());
    }
    expect(model.bias!.toArray()).toEqual([3]);
  });

  it('names what does not fit', () => {
    const model = new Linear(2, 1);
    expect(() => new AveragedModel(model, { emaDecay: 1.5 })).toThrow(
      new RangeError('AveragedModel: emaDecay must be from 0 to 1, got 1.5.'),
    );
    expect(() => new AveragedModel(model, { emaDecay: 0.5, avgFn: (a) => a })).toThrow(
      new RangeError('AveragedModel: takes one of emaDecay, avgFn and multiAvgFn.'),
    );
    expect(() => new AveragedModel(model).updateParameters(new Linear(2, 2))).toThrow(
      new ShapeError(
        'AveragedModel: the Linear has not the parameters and buffers of which these are averages. Pass the model, or one built alike.',
      ),
    );
    const use = (): unknown => new AveragedModel(model).use(async () => {});
    expect(use).toThrow('AveragedModel.use');
  });
});

describe('updateBn', () => {
  it('copies inputs to where the model is', async () => {
    const model = new BatchNorm1d(1).to(farAway()); // the other `later` is a loader
    await updateBn([tensor([[1], [3]]), tensor([[5], [7]])], model);
    expect(Array.from(await model.runningMean!.data())).toEqual([4]);
  });

  it('averages the statistics of all batches, and leaves momentum and modes as they were', async () => {
    const model = new Sequential(new BatchNorm1d(1, { momentum: 0.3 }), new Dropout(0.5)).eval();
    model.forward(tensor([[100], [0]]));
    await updateBn([tensor([[1], [3]]), tensor([[5], [9]])], model);
    const norm = model.at(0) as BatchNorm1d;
    expect(norm.runningMean!.toArray()).toEqual([4.5]);
    expect(norm.runningVar!.toArray()).toEqual([5]); // (2 + 8) / 2
    expect(norm.numBatchesTracked!.item()).toBe(2);
    expect(norm.momentum).toBe(0.3);
    expect(model.modules().map((module) => module.training)).toEqual([false, false, false]);
  });

  it('takes batches that come later, and does nothing without batch normalisation', async () => {
    const norm = new BatchNorm1d(1);
    async function* later(): AsyncGenerator<readonly [Tensor, string]> {
      yield [tensor([[1], [3]]), 'label'];
    }
    await updateBn(later(), norm);
    expect(norm.runningMean!.toArray()).toEqual([2]);
    const refuses = {
      [Symbol.iterator](): never {
        throw new Error('not needed');
      },
    };
    await updateBn(refuses, new Linear(1, 1));
  });
});
