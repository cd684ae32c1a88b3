/** A network that reads digits, trained to judge those that another one has made up. */
import type { LabeledImages } from '@kasane/datasets';
import { Conv2d } from '@kasane/layers-cnn';
import { crossEntropy, Flatten, Linear, ReLU, Sequential } from '@kasane/nn';
import { Adam } from '@kasane/optim';
import type { Generator, Tensor } from '@kasane/tensor-core';
import { trainStep } from '@kasane/trainer';
import { batches } from './batches.ts';

const BATCH = 100;

/** Pictures (B, 1, 28, 28) to the scores of ten digits (B, 10). */
export function reader(generator: Generator): Sequential {
  return new Sequential(
    new Conv2d(1, 8, 5, { stride: 2, padding: 2, generator }), // (B, 8, 14, 14)
    new ReLU(),
    new Conv2d(8, 16, 5, { stride: 2, padding: 2, generator }), // (B, 16, 7, 7)
    new ReLU(),
    new Flatten(),
    new Linear(16 * 7 * 7, 64, { generator }),
    new ReLU(),
    new Linear(64, 10, { generator }),
  );
}

/** Trains it on real digits, and gives the loss of each step. */
export function* readerTraining(
  model: Sequential,
  images: LabeledImages,
  steps: number,
  generator: Generator,
): Iterable<Tensor> {
  const step = trainStep(
    (x: Tensor, t: Tensor) => crossEntropy(model.forward(x), t),
    new Adam(model.parameters(), { lr: 2e-3 }),
  );
  const order = batches(images, BATCH, generator);
  for (let i = 0; i < steps; i++) {
    const [x, t] = order.next().value;
    yield step(x, t);
    x.dispose();
    t.dispose();
  }
}
