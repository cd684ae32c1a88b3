import { DataLoader, makeBlobs } from '@kasane/datasets';
import { BatchNorm1d, crossEntropy, Dropout, Linear, ReLU, Sequential } from '@kasane/nn';
import { Adam, StepLR } from '@kasane/optim';
import { Generator, manualSeed, type Tensor } from '@kasane/tensor-core';
import { Accuracy, fit, type EpochLogs, type FitOptions } from '../src/index.ts';

/** Of the training that is killed: more than it does between all kills. */
export const EPOCHS = 60;

/** A training of which everything has a state: two generators of dropout, running means, moments, a schedule, metrics, shuffled data. */
export interface Prepared {
  /** Runs it, with other options. */
  readonly run: (more?: Partial<FitOptions>) => Promise<EpochLogs[]>;
  /** The model's bits. */
  readonly bits: () => string;
}

/** Prepares the training from the beginning. */
export function prepare(): Prepared {
  manualSeed(1);
  const generator = new Generator(2);
  const own = new Generator(3);
  const model = new Sequential(
    new Linear(2, 16, { generator }),
    new BatchNorm1d(16),
    new ReLU(),
    new Dropout(0.3),
    new Linear(16, 8, { generator }),
    new Dropout(0.2, { generator: own }),
    new Linear(8, 3, { generator }),
  );
  const optimizer = new Adam(model.parameters(), { lr: 0.01 });
  const points = makeBlobs(50, { generator });
  const loader = (): DataLoader<[Tensor, Tensor]> =>
    new DataLoader(points, { batchSize: 8, shuffle: true, generator });
  const options: FitOptions = {
    data: loader(),
    validation: loader(),
    loss: crossEntropy,
    optimizer,
    epochs: 6,
    metrics: { accuracy: new Accuracy() },
    scheduler: new StepLR(optimizer, 2, { gamma: 0.9 }),
    clipGradNorm: 1,
    generators: [own],
  };
  return {
    run: (more) => fit(model, { ...options, ...more }),
    bits: () =>
      Object.values(model.stateDict())
        .map((value) => Buffer.from(value.dataSync().buffer).toString('hex'))
        .join(),
  };
}
