import { BatchNorm2d, MaxPool2d } from '@kasane/layers-cnn';
import { crossEntropy, Dropout, Flatten, ReLU, Sequential, type Layer } from '@kasane/nn';
import { Adam } from '@kasane/optim';
import type { Generator, Tensor } from '@kasane/tensor-core';
import { Accuracy, type FitOptions } from '@kasane/trainer';
import { conv3, dense } from '../../images/layers.ts';

/** How large the network is, and what it has between its layers. */
export interface Sizes {
  /** Of the first two convolutions; the others have twice as many. */
  readonly filters: number;
  readonly units: number;
  /** After each block, and twice that before the answer. */
  readonly dropout: number;
  /** Batch normalisation between convolution and ReLU. */
  readonly norm: boolean;
}

/** Pictures (B, 3, 32, 32) to the scores of ten classes (B, 10). */
export function network(
  { filters, units, dropout, norm }: Sizes,
  generator: Generator,
): Sequential {
  const conv = (from: number, to: number, padding: 'same' | 'valid'): Layer[] => [
    conv3(from, to, padding, generator),
    ...(norm ? [new BatchNorm2d(to)] : []),
    new ReLU(),
  ];
  const block = (from: number, to: number): Layer[] => [
    ...conv(from, to, 'same'),
    ...conv(to, to, 'valid'),
    new MaxPool2d(2),
    new Dropout(dropout, { generator }),
  ];
  return new Sequential(
    ...block(3, filters), // (B, F, 15, 15)
    ...block(filters, 2 * filters), // (B, 2F, 6, 6)
    new Flatten(),
    dense(6 * 6 * 2 * filters, units, generator),
    new ReLU(),
    new Dropout(2 * dropout, { generator }),
    dense(units, 10, generator),
  );
}

/** What `fit` is told: Adam with Keras' ε, the loss and what is measured beside it. */
export const learning = (
  model: Sequential,
  { lr, epochs }: { lr: number; epochs: number },
): Pick<FitOptions<Tensor, Tensor, Tensor>, 'loss' | 'optimizer' | 'epochs' | 'metrics'> => ({
  loss: crossEntropy,
  optimizer: new Adam(model.parameters(), { lr, eps: 1e-7 }),
  epochs,
  metrics: { accuracy: new Accuracy() },
});
