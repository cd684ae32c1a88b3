import type { LabeledImages } from '@kasane/datasets';
import type { VAE } from '@kasane/generative';
import { Adam } from '@kasane/optim';
import type { Generator, Tensor } from '@kasane/tensor-core';
import { trainStep } from '@kasane/trainer';
import { batches } from '../../images/batches.ts';

const CALM = 0.4; // the share of the steps, at the end, in which the rate falls to a tenth

export interface Settings {
  readonly beta: number;
  readonly lr: number;
  readonly batch: number;
  readonly steps: number;
}

// #region lesson
/** Trains it on grey digits, and gives the loss of each step: −ELBO if β is 1. */
export function* training(
  model: VAE,
  images: LabeledImages,
  { beta, lr, batch, steps }: Settings,
  generator: Generator,
): Iterable<Tensor> {
  const adam = new Adam(model.parameters(), { lr });
  const step = trainStep((x: Tensor) => model.loss(x.flatten(1), { beta }).loss, adam);
  const order = batches(images, batch, generator);
  for (let i = 0; i < steps; i++) {
    const left = Math.min(1, (steps - i) / (CALM * steps));
    for (const group of adam.paramGroups) group.lr = lr * 0.1 ** (1 - left);
    const [x, t] = order.next().value;
    t.dispose();
    yield step(x);
    x.dispose();
  }
}
// #endregion
