import { Conv2d, MaxPool2d } from '@kasane/layers-cnn';
import { Flatten, Linear, ReLU, Sequential } from '@kasane/nn';
import type { Generator } from '@kasane/tensor-core';

/** Pictures (B, channels, 28, 28) to the scores of ten digits (B, 10). */
export const newNetwork = (channels: number, generator: Generator): Sequential =>
  new Sequential(
    new Conv2d(channels, 8, 5, { generator }), // (B, 8, 24, 24)
    new ReLU(),
    new MaxPool2d(2),
    new Conv2d(8, 16, 5, { generator }), // (B, 16, 8, 8)
    new ReLU(),
    new MaxPool2d(2),
    new Flatten(),
    new Linear(16 * 4 * 4, 10, { generator }),
  );
