import { Conv2d, MaxPool2d } from '@kasane/layers-cnn';
import { Dropout, Flatten, init, Linear, ReLU, Sequential } from '@kasane/nn';
import type { Generator } from '@kasane/tensor-core';

const [STD, BIAS] = [0.1, 0.1];

/** How large the network is, and what share of its units hide while it learns. */
export interface Size {
  readonly filters1: number;
  readonly filters2: number;
  readonly units: number;
  readonly dropout: number;
}

/** Pictures (B, 1, 28, 28) to the scores of ten digits (B, 10). */
export function network(
  { filters1, filters2, units, dropout }: Size,
  generator: Generator,
): Sequential {
  return new Sequential(
    drawn(new Conv2d(1, filters1, 5, { padding: 'same' }), generator), // (B, F1, 28, 28)
    new ReLU(),
    new MaxPool2d(2), // (B, F1, 14, 14)
    drawn(new Conv2d(filters1, filters2, 5, { padding: 'same' }), generator), // (B, F2, 14, 14)
    new ReLU(),
    new MaxPool2d(2), // (B, F2, 7, 7)
    new Flatten(),
    drawn(new Linear(7 * 7 * filters2, units), generator),
    new ReLU(),
    new Dropout(dropout, { generator }),
    drawn(new Linear(units, 10), generator),
  );
}

/** A layer with weights from N(0, 0.1²) cut at two standard deviations, and biases of 0.1. */
function drawn<Layer extends Conv2d | Linear>(layer: Layer, generator: Generator): Layer {
  init.truncatedNormal(layer.weight, 0, STD, { generator });
  init.constant(layer.bias!, BIAS);
  return layer;
}
