import { DataLoader, TensorDataset } from '@kasane/datasets';
import { Linear, mseLoss } from '@kasane/nn';
import { SGD } from '@kasane/optim';
import { Generator, randn, type Tensor } from '@kasane/tensor-core';
import type { FitOptions } from '../src/fit.ts';

const generator = new Generator(1);
export const x: Tensor = randn([10, 3], { generator });
/** The sums of its rows. */
export const y: Tensor = x.sum(1, { keepdim: true });
export const dataset: TensorDataset<[Tensor, Tensor]> = new TensorDataset(x, y);

/** A linear regression to train. */
export function start(lr: number = 0.1): {
  model: Linear;
  options: FitOptions & { optimizer: SGD };
} {
  const model = new Linear(3, 1, { generator: new Generator(2) });
  const data = new DataLoader(dataset, {
    batchSize: 4,
    shuffle: true,
    generator: new Generator(3),
  });
  const optimizer = new SGD(model.parameters(), { lr, momentum: 0.5 });
  return { model, options: { data, loss: mseLoss, optimizer, epochs: 3 } };
}
