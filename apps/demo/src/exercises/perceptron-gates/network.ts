import { init, Linear, ReLU, Sequential, Sigmoid } from '@kasane/nn';
import { tensor, zeros } from '@kasane/tensor-core';
import type { Generator } from '@kasane/tensor-core';

/** One sigmoid unit with these weights. */
export function unit(weights: readonly [number, number]): Sequential {
  const layer = new Linear(2, 1);
  layer.weight.assign(tensor([[...weights]]));
  layer.bias!.assign(zeros([1]));
  return new Sequential(layer, new Sigmoid());
}

/** One sigmoid unit as Keras starts it. */
export function newUnit(generator: Generator): Sequential {
  return new Sequential(dense(2, 1, generator), new Sigmoid());
}

/** The remedy for XOR: units with ReLU before it. */
export function hiddenLayer(hidden: number, generator: Generator): Sequential {
  return new Sequential(
    dense(2, hidden, generator),
    new ReLU(),
    dense(hidden, 1, generator),
    new Sigmoid(),
  );
}

/** A layer as Keras starts it. */
function dense(inputs: number, units: number, generator: Generator): Linear {
  const layer = new Linear(inputs, units);
  init.xavierUniform(layer.weight, { generator });
  init.zeros(layer.bias!);
  return layer;
}
