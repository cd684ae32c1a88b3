import type { LabeledImages } from '@kasane/datasets';
import { crossEntropy } from '@kasane/nn';
import { Adam } from '@kasane/optim';
import { scope } from '@kasane/tensor-core';
import type { Generator, Tensor } from '@kasane/tensor-core';
import { trainStep } from '@kasane/trainer';
import type { Deep } from './network.ts';

export const WEIGHT = 0.3; // of an auxiliary loss

/** The cross-entropy of the main head, and what is made small: that alone, or with the auxiliary ones. */
export function lossesOf(
  net: Deep,
  aux: boolean,
  images: Tensor,
  labels: Tensor,
): { readonly main: Tensor; readonly total: Tensor } {
  if (!aux) {
    const main = crossEntropy(net.forward(images), labels);
    return { main, total: main };
  }
  const [aux1, aux2, main] = net.all(images).map((logits) => crossEntropy(logits, labels));
  return { main: main!, total: main!.add(aux1!.add(aux2!).mul(WEIGHT)) };
}

/** Trains a network on pictures drawn at random, and gives the main head's loss of each step. */
export function* training(
  net: Deep,
  aux: boolean,
  images: LabeledImages,
  { batch, lr, steps }: { batch: number; lr: number; steps: number },
  generator: Generator,
): Iterable<Tensor> {
  const step = trainStep(
    (x: Tensor, y: Tensor) => {
      const { main, total } = lossesOf(net, aux, x, y);
      return [total, main];
    },
    new Adam(net.parameters(), { lr }),
  );
  for (let i = 0; i < steps; i++) {
    const drawn = Array.from({ length: batch }, () => generator.below(images.length));
    yield scope(() => step(...images.getBatch(drawn))[1]!);
  }
}
