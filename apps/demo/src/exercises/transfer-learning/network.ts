import { BatchNorm2d, Conv2d, MaxPool2d } from '@kasane/layers-cnn';
import { Flatten, Linear, ReLU, Sequential } from '@kasane/nn';
import type { Layer } from '@kasane/nn';
import type { Generator } from '@kasane/tensor-core';

export const SIZE = 24; // of the pictures
const CHANNELS = [8, 16, 32] as const;
const FEATURES = 64;

/** Pictures (B, 3, SIZE, SIZE) to features (B, FEATURES). */
export function newTrunk(generator: Generator): Sequential {
  const stage = (from: number, to: number): Layer[] => [
    new Conv2d(from, to, 3, { padding: 1, generator }),
    new BatchNorm2d(to),
    new ReLU(),
    new MaxPool2d(2), // half as high and wide
  ];
  return new Sequential(
    ...stage(3, CHANNELS[0]),
    ...stage(CHANNELS[0], CHANNELS[1]),
    ...stage(CHANNELS[1], CHANNELS[2]),
    new Flatten(),
    new Linear(CHANNELS[2] * (SIZE / 8) ** 2, FEATURES, { generator }),
    new ReLU(),
  );
}

/** Features (B, FEATURES) to the scores of classes. */
export const newHead = (classes: number, generator: Generator): Linear =>
  new Linear(FEATURES, classes, { generator });

/** A new head on a frozen trunk. */
export function transferred(trunk: Sequential, head: Linear): Sequential {
  const model = new Sequential(trunk, head);
  model.train();
  trunk.eval(); // or its running means would learn
  return model;
}
