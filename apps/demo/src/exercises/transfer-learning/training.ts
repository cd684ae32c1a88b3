import type { LabeledImages } from '@kasane/datasets';
import { crossEntropy, type Sequential } from '@kasane/nn';
import { Adam } from '@kasane/optim';
import { scope, tensor } from '@kasane/tensor-core';
import type { Tensor } from '@kasane/tensor-core';
import { trainStep } from '@kasane/trainer';

export type Batch = readonly [x: Tensor, y: Tensor]; // (B, 3, SIZE, SIZE), (B)

/** Pictures and their classes, counted from the first of `classes`. */
export function batchOf(images: LabeledImages, indices: readonly number[], first: number): Batch {
  const [x] = images.getBatch(indices);
  const labels = indices.map((i) => images.labels[i]! - first);
  return [x, tensor(labels, { dtype: 'int32' })];
}

/** Trains what is not frozen of a model on what `next` gives, and gives the loss of each step. */
export function* training(
  model: Sequential,
  { lr, steps, next }: { lr: number; steps: number; next: () => Batch },
): Iterable<Tensor> {
  const learned = model.parameters().filter(({ requiresGrad }) => requiresGrad);
  const step = trainStep(
    (x: Tensor, y: Tensor) => crossEntropy(model.forward(x), y),
    new Adam(learned, { lr }),
  );
  for (let i = 0; i < steps; i++) yield scope(() => step(...next()));
}
