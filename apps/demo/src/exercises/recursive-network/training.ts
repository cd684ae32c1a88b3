import { binaryCrossEntropyWithLogits } from '@kasane/nn';
import type { Module } from '@kasane/nn';
import { Adam } from '@kasane/optim';
import type { Tensor } from '@kasane/tensor-core';
import { trainStep } from '@kasane/trainer';

/** Gives the losses of all steps, each over all phrases. */
export function* training(
  model: Module,
  scores: () => Tensor,
  good: Tensor,
  { lr, steps }: { readonly lr: number; readonly steps: number },
): Iterable<Tensor> {
  const step = trainStep(
    () => binaryCrossEntropyWithLogits(scores(), good),
    new Adam(model.parameters(), { lr }),
  );
  for (let i = 0; i < steps; i++) yield step();
}
