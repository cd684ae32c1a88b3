import { init, Linear, ReLU, Sequential, Sigmoid } from '@kasane/nn';
import type { Generator } from '@kasane/tensor-core';

const [MEASURES, HIDDEN] = [4, 12];

/** What the hidden layer has. */
export type Activation = 'relu' | 'sigmoid';

/** Four lengths (N, 4) to the scores of the species (N, S). */
export function network(activation: Activation, species: number, generator: Generator): Sequential {
  return new Sequential(
    dense(MEASURES, HIDDEN, generator),
    activation === 'relu' ? new ReLU() : new Sigmoid(),
    dense(HIDDEN, species, generator),
  );
}

/** A layer as Keras starts it. */
function dense(inputs: number, units: number, generator: Generator): Linear {
  const layer = new Linear(inputs, units);
  init.xavierUniform(layer.weight, { generator });
  init.zeros(layer.bias!);
  return layer;
}
