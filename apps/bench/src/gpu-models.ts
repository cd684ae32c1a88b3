/** The small models whose steps of training are counted in launches on the gpu backend. */
import { BatchNorm2d, Conv2d, MaxPool2d } from '@kasane/layers-cnn';
import { LSTM } from '@kasane/layers-rnn';
import {
  crossEntropy,
  Dropout,
  Flatten,
  Linear,
  ModuleList,
  type Module,
  mseLoss,
  ReLU,
  Sequential,
} from '@kasane/nn';
import { TransformerEncoderLayer } from '@kasane/nn/transformer';
import { Adam } from '@kasane/optim';
import { manualSeed, tensor, type Backend, type Tensor } from '@kasane/tensor-core';
import { trainStep } from '@kasane/trainer';
import { numbers } from './numbers.ts';

/** A model, and the batch it learns from again and again. */
export interface GpuModel {
  readonly model: Module;
  readonly inputs: readonly Tensor[];
  loss(...inputs: Tensor[]): Tensor;
}

const CLASSES = 10;
const SEED = 7;

function filled(shape: readonly number[], seed: number): Tensor {
  return tensor(
    numbers(
      shape.reduce((a, b) => a * b, 1),
      seed,
    ),
    [...shape],
  );
}

function labels(count: number): Tensor {
  return tensor(Int32Array.from({ length: count }, (_, i) => (i * 7) % CLASSES));
}

/** By name; each is made on the default backend, with the same weights wherever that is. */
export const gpuModels: Readonly<Record<'mlp' | 'cnn' | 'lstm' | 'attention', () => GpuModel>> = {
  mlp() {
    const model = new Sequential(
      new Linear(64, 64),
      new ReLU(),
      new Dropout(0.2),
      new Linear(64, 32),
      new ReLU(),
      new Linear(32, CLASSES),
    );
    return {
      model,
      inputs: [filled([32, 64], 1), labels(32)],
      loss: (x, t) => crossEntropy(model.forward(x!), t!),
    };
  },
  cnn() {
    const model = new Sequential(
      new Conv2d(1, 8, 3, { padding: 1 }),
      new BatchNorm2d(8),
      new ReLU(),
      new MaxPool2d(2),
      new Conv2d(8, 16, 3, { padding: 1 }),
      new BatchNorm2d(16),
      new ReLU(),
      new MaxPool2d(2),
      new Flatten(),
      new Dropout(0.2),
      new Linear(16 * 4 * 4, CLASSES),
    );
    return {
      model,
      inputs: [filled([8, 1, 16, 16], 1), labels(8)],
      loss: (x, t) => crossEntropy(model.forward(x!), t!),
    };
  },
  lstm() {
    const layer = new LSTM(8, 16);
    const head = new Linear(16, 4);
    return {
      model: new ModuleList([layer, head]),
      inputs: [filled([12, 8, 8], 1), filled([8, 4], 2)], // (T, B, 8)
      loss: (x, d) => mseLoss(head.forward(layer.forward(x!).output.select(0, -1)), d!),
    };
  },
  attention() {
    const layer = new TransformerEncoderLayer(32, 4, {
      dimFeedforward: 64,
      dropout: 0.1,
      batchFirst: true,
    });
    const head = new Linear(32, CLASSES);
    return {
      model: new ModuleList([layer, head]),
      inputs: [filled([4, 12, 32], 1), labels(4)], // (B, T, 32)
      loss: (x, t) => crossEntropy(head.forward(layer.forward(x!).mean([1])), t!),
    };
  },
};

/** What steps of training gave and took. */
export interface GpuSteps {
  readonly losses: readonly number[];
  /** Launches of each step. */
  readonly launches: readonly number[];
  /** Milliseconds of each step, until its loss was read. */
  readonly times: readonly number[];
  readonly kernels: number;
}

/** What the steps of a model on `backend` give and take, which has to be the default. */
export async function gpuSteps(
  name: keyof typeof gpuModels,
  backend: Backend & { stats?(): { readonly launches: number; readonly kernels: number } },
  { steps, compile }: { readonly steps: number; readonly compile: boolean },
): Promise<GpuSteps> {
  manualSeed(SEED);
  const { model, inputs, loss } = gpuModels[name]();
  const step = trainStep(loss, new Adam(model.parameters(), { lr: 1e-3 }), { compile });
  const stats = (): { launches: number; kernels: number } =>
    backend.stats?.() ?? { launches: 0, kernels: 0 };
  await model.parameters()[0]!.data();
  const before = stats().kernels;
  const losses: number[] = [];
  const launches: number[] = [];
  const times: number[] = [];
  for (let i = 0; i < steps; i++) {
    const [count, start] = [stats().launches, performance.now()];
    const result = step(...inputs);
    const [value] = await result.data();
    result.dispose();
    losses.push(value!);
    launches.push(stats().launches - count);
    times.push(performance.now() - start);
  }
  return { losses, launches, times, kernels: stats().kernels - before };
}
