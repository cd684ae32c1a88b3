import { DataLoader, TensorDataset } from '@kasane/datasets';
import { crossEntropy, Linear, Module, mseLoss, ReLU, Sequential } from '@kasane/nn';
import { Adam, SGD } from '@kasane/optim';
import {
  Generator,
  randint,
  randn,
  tensor,
  wasm,
  zeros,
  type Backend,
  type NestedArray,
  type Tensor,
} from '@kasane/tensor-core';
import { later } from '@kasane/testing';
import { describe, expect, it } from 'vitest';
import type { Checkpoint } from './checkpoint/checkpoint.ts';
import { evaluate, fit, predict, trainStep } from './index.ts';

const there = later();
const generator = new Generator(1);
const x = randn([40, 3], { generator });
const y = randint(0, 2, [40], { generator });
const make = (): Sequential => {
  const drawn = { generator: new Generator(2) };
  return new Sequential(new Linear(3, 8, drawn), new ReLU(), new Linear(8, 2, drawn));
};
const losses = { loss: crossEntropy, metrics: ['accuracy'] } as const;

describe('a model on a device that answers later', () => {
  it.each([1, 2])('is trained by fit as one that is here, accumulate %i', async (accumulate) => {
    const [far, near] = [make().to(there), make()];
    const train = (model: Sequential): ReturnType<typeof fit> =>
      fit(model, {
        ...{ ...losses, x, y, batchSize: 8, validationSplit: 0.25, epochs: 3, seed: 4, accumulate },
        optimizer: new Adam(model.parameters(), { lr: 0.05 }),
        clipGradNorm: 1,
      });
    const [got, want] = [await train(far), await train(near)];
    expect(got.map((logs) => Object.values(logs))).toBeAllclose(
      want.map((logs) => Object.values(logs)),
      { rtol: 1e-4 },
    );
    expect(far.parameters().every((p) => p.backend === there)).toBe(true);
  });

  it('is evaluated, and predicts', async () => {
    const [far, near] = [make().to(there), make()];
    const [got, want] = [
      await evaluate(far, { ...losses, x, y }),
      await evaluate(near, { ...losses, x, y }),
    ];
    expect(got.accuracy).toBe(want.accuracy);
    expect(got.loss).toBeCloseTo(want.loss, 5);
    const outputs = await predict(far, x);
    expect(outputs.backend).toBe(there);
    const expected = (await predict(near, x)).toArray();
    expect(Array.from(await outputs.data())).toBeAllclose((expected as number[][]).flat(), {
      atol: 1e-6,
    });
  });

  it('takes arrays, objects and batches from wherever they are', async () => {
    class Sum extends Module {
      readonly one = new Linear(3, 1, { generator: new Generator(0) });
      forward({ pair }: { readonly pair: readonly Tensor[] }): Tensor {
        return this.one.forward(pair[0]!.add(pair[1]!).add(zeros([3]))); // zeros of its own
      }
    }
    const loss = mseLoss;
    const input = { pair: [tensor([[1, 2, 3]]), tensor([[1, 2, 3]], { backend: there })] };
    const data = [[input, tensor([[1]])]] as const;
    const options = { data, loss };
    const far = await evaluate(new Sum().to(there), options);
    const near = await evaluate(new Sum(), options);
    expect(far.loss).toBeCloseTo(near.loss, 5);
  });

  it('goes on here from a checkpoint that was taken there', async () => {
    const run = async (from: Sequential, to: Sequential): Promise<number> => {
      let checkpoint: Checkpoint | undefined;
      const options = { ...losses, x, y, seed: 3, epochs: 2 };
      await fit(from, {
        ...options,
        optimizer: new Adam(from.parameters()),
        callbacks: [
          {
            onEpochEnd(training): void {
              if (training.epoch > 1) return;
              checkpoint = training.checkpoint();
            },
          },
        ],
      });
      const optimizer = new Adam(to.parameters());
      const history = await fit(to, { ...options, optimizer, resume: checkpoint! });
      return history.at(-1)!.loss;
    };
    expect(await run(make().to(there), make())).toBeCloseTo(await run(make(), make()), 5);
    expect(await run(make(), make().to(there))).toBeCloseTo(await run(make(), make()), 5);
  });

  it('leaves nothing behind of the batches', async () => {
    const model = make().to(there);
    const data = new DataLoader(new TensorDataset(x, y), { batchSize: 8 }) as never;
    const optimizer = new SGD(model.parameters(), { lr: 0.1 });
    const options = { data, loss: crossEntropy, optimizer, epochs: 1 };
    await fit(model, options);
    const before = there.memory().tensors;
    await fit(model, options);
    expect(there.memory().tensors - before).toBe(0);
  });
});

describe('trainStep', () => {
  it('copies its arguments to the parameters, and makes new tensors there', async () => {
    const run = async (model: Linear): Promise<ArrayLike<number>> => {
      const optimizer = new SGD(model.parameters(), { lr: 0.1 });
      const step = trainStep(
        (input: readonly Tensor[], target: Tensor) =>
          mseLoss(model.forward(input[0]!).add(zeros([1])), target),
        optimizer,
      );
      const t = x.sum(1, { keepdim: true });
      for (let i = 0; i < 4; i++) step([x], t).dispose();
      return model.weight.data();
    };
    const drawn = { generator: new Generator(0) };
    const far = await run(new Linear(3, 1, { generator: new Generator(0) }).to(there));
    expect(Array.from(far)).toBeAllclose(Array.from(await run(new Linear(3, 1, drawn))), {
      rtol: 1e-5,
    });
  });

  it('says what to await for arguments that are on the device when the parameters are not', () => {
    const model = new Linear(3, 1);
    const step = trainStep(
      (input: Tensor) => model.forward(input).sum(),
      new SGD(model.parameters(), { lr: 0.1 }),
    );
    expect(() => step(x.to(there))).toThrow(
      'to: the data is on later. Use await tensor.toAsync(backend).',
    );
  });

  it('frees the copies', () => {
    const model = new Linear(3, 1).to(there);
    const step = trainStep(
      (input: Tensor) => model.forward(input).sum(),
      new SGD(model.parameters(), { lr: 0.1 }),
    );
    step(x).dispose();
    const before = there.memory().tensors;
    step(x).dispose();
    expect(there.memory().tensors).toBe(before);
  });
});

it('an optimizer follows a model that is moved in the middle of a training', async () => {
  const train = async (backends: readonly Backend[]): Promise<NestedArray> => {
    const model = make();
    const optimizer = new Adam(model.parameters(), { lr: 0.05 });
    for (const backend of backends) {
      await fit(model, { ...losses, x, y, optimizer, epochs: 1, shuffle: false });
      await model.toAsync(backend);
      await optimizer.loadStateDictAsync(optimizer.stateDict());
    }
    return model.parameters()[0]!.toArray();
  };
  const moved = await train([there, wasm(), there, wasm()]);
  const stayed = await train([wasm(), wasm(), wasm(), wasm()]);
  expect(moved).toBeAllclose(stayed, { rtol: 1e-4, atol: 1e-6 });
});
