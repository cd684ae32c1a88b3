import type { LabeledImages } from '@kasane/datasets';
import type { Autoencoder } from '@kasane/generative';
import { Adam } from '@kasane/optim';
import type { Generator, Tensor } from '@kasane/tensor-core';
import { trainStep } from '@kasane/trainer';
import type { ProgressEvent } from '../../events/event.ts';
import type { AsyncPart } from '../../exercise.ts';
import { batches } from '../../images/batches.ts';
import { outputs } from '../../images/outputs.ts';
import { mean } from '../../statistics.ts';

const CALM = 0.3; // the share of the steps, at the end, in which the rate falls to a hundredth

/** Trains an autoencoder, and gives the loss of each step. The classes of the digits are not looked at. */
export function* training(
  model: Autoencoder,
  images: LabeledImages,
  { lr, batch, steps }: { readonly lr: number; readonly batch: number; readonly steps: number },
  generator: Generator,
): Iterable<Tensor> {
  const adam = new Adam(model.parameters(), { lr });
  const step = trainStep((x: Tensor) => model.loss(x), adam);
  const order = batches(images, batch, generator);
  for (let i = 0; i < steps; i++) {
    const left = Math.min(1, (steps - i) / (CALM * steps));
    for (const group of adam.paramGroups) group.lr = lr * 0.01 ** (1 - left);
    const [x, t] = order.next().value;
    t.dispose();
    yield step(x);
    x.dispose();
  }
}

/** The mean squared error of all pictures, from what makes others of them. */
export async function* errorOf(
  rebuild: (x: Tensor) => Tensor,
  images: LabeledImages,
  progress: ProgressEvent,
): AsyncPart<never, number> {
  const errors = (x: Tensor): Tensor => rebuild(x).sub(x).square().flatten(1).mean(1); // (B)
  return mean((yield* outputs(errors, images, progress)).flat());
}
