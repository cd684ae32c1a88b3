import type { LabeledImages } from '@kasane/datasets';
import { crossEntropy, type Sequential } from '@kasane/nn';
import { Adam } from '@kasane/optim';
import { scope } from '@kasane/tensor-core';
import type { Generator, Tensor } from '@kasane/tensor-core';
import { trainStep } from '@kasane/trainer';
import { shuffled } from '../../images/batches.ts';

export const BATCH = 50;
const LR = 0.002;

/** Trains a network, `epochs` times on all pictures, and gives the loss of each step. */
export function* training(
  model: Sequential,
  images: LabeledImages,
  epochs: number,
  generator: Generator,
): Iterable<Tensor> {
  const step = trainStep(
    (x: Tensor, y: Tensor) => crossEntropy(model.forward(x), y),
    new Adam(model.parameters(), { lr: LR }),
  );
  for (let epoch = 0; epoch < epochs; epoch++) {
    const order = shuffled(images.length, generator);
    for (let start = 0; start < order.length; start += BATCH) {
      const rows = order.slice(start, start + BATCH);
      yield scope(() => step(...images.getBatch(rows)));
    }
  }
}
