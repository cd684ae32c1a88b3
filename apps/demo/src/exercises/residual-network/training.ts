import type { LabeledImages } from '@kasane/datasets';
import { crossEntropy, mseLoss } from '@kasane/nn';
import type { Layer } from '@kasane/nn';
import { Adam } from '@kasane/optim';
import { rand, scope } from '@kasane/tensor-core';
import type { Generator, Tensor } from '@kasane/tensor-core';
import { trainStep } from '@kasane/trainer';
import { CHANNELS, type Deep } from './network.ts';

/** Trains a network on pictures drawn at random, and gives the loss of each step. */
export function* training(
  net: Deep,
  images: LabeledImages,
  { batch, lr, steps }: { batch: number; lr: number; steps: number },
  generator: Generator,
): Iterable<Tensor> {
  const step = trainStep(
    (x: Tensor, y: Tensor) => crossEntropy(net.forward(x), y),
    new Adam(net.parameters(), { lr }),
  );
  for (let i = 0; i < steps; i++) {
    const drawn = Array.from({ length: batch }, () => generator.below(images.length));
    yield scope(() => step(...images.getBatch(drawn)));
  }
}

/** Trains a block to give back what it gets, y = x, and gives the loss of each step. */
export function* learningIdentity(
  block: Layer,
  steps: number,
  generator: Generator,
): Iterable<Tensor> {
  const step = trainStep(
    (x: Tensor) => mseLoss(block.forward(x), x),
    new Adam(block.parameters(), { lr: 0.003 }),
  );
  for (let i = 0; i < steps; i++) {
    yield scope(() => step(rand([8, CHANNELS, 8, 8], { generator })));
  }
}
