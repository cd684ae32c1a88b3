import type { LabeledImages } from '@kasane/datasets';
import { crossEntropy, type Sequential } from '@kasane/nn';
import { Adam } from '@kasane/optim';
import type { Generator, Tensor } from '@kasane/tensor-core';
import { trainStep } from '@kasane/trainer';
import { batches } from '../../images/batches.ts';

/** What one step saw, and its loss, the sum over the batch; the pictures are freed at the next step. */
export interface Step {
  readonly x: Tensor; // (B, 1, 28, 28)
  readonly t: Tensor; // (B)
  readonly loss: Tensor;
}

/** Trains the network step by step. */
export function* training(
  model: Sequential,
  images: LabeledImages,
  { lr, batch, steps }: { lr: number; batch: number; steps: number },
  generator: Generator,
): IterableIterator<Step, undefined> {
  const step = trainStep(
    (x: Tensor, t: Tensor) => crossEntropy(model.forward(x), t, { reduction: 'sum' }),
    new Adam(model.parameters(), { lr }),
  );
  const order = batches(images, batch, generator);
  for (let i = 0; i < steps; i++) {
    const [x, t] = order.next().value;
    yield { x, t, loss: step(x, t) };
    x.dispose();
    t.dispose();
  }
}
