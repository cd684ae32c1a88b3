/** A training that a lost device must not change, for Node and browsers. */
import { DataLoader, TensorDataset } from '@kasane/datasets';
import { Dropout, LayerNorm, Linear, mseLoss, ReLU, Sequential } from '@kasane/nn';
import { Adam, StepLR } from '@kasane/optim';
import { Generator, manualSeed, randn, wasm, type Backend } from '@kasane/tensor-core';
import { fit, type FitOptions } from '../src/index.ts';

/** The losses of three epochs on a backend. */
export async function losses(
  backend: Backend,
  options: Partial<FitOptions> = {},
  validates: boolean = false,
): Promise<number[]> {
  manualSeed(7);
  const generator = new Generator(1);
  const here = { generator, backend: wasm() };
  const data = new TensorDataset(randn([48, 4], here), randn([48, 1], here));
  const model = new Sequential(
    new Linear(4, 16, here),
    new LayerNorm(16, here),
    new ReLU(),
    new Dropout(0.2),
    new Linear(16, 1, here),
  ).to(backend);
  const optimizer = new Adam(model.parameters(), { lr: 0.02 });
  const history = await fit(model, {
    data: new DataLoader(data, { batchSize: 8, shuffle: true, generator }),
    loss: mseLoss,
    optimizer,
    scheduler: new StepLR(optimizer, 1, { gamma: 0.8 }),
    // Each kernel more takes software WebGL half a second to compile.
    ...(validates ? { metrics: ['mae'], validation: new DataLoader(data, { batchSize: 16 }) } : {}),
    epochs: 3,
    clipGradNorm: 1,
    ...options,
  } as FitOptions);
  return history.flatMap((logs) => Object.values(logs));
}
