import type { Tensor } from '@kasane/tensor-core';
import { Module, type Layer } from './module.ts';
import { Parts } from './module-list.ts';

/**
 * Layers one after the other: the output of each is the input of the next.
 *
 * $$ y = f_n(\cdots f_2(f_1(x))) $$
 *
 * Names are `0`, `1`, ..., or the keys if the layers come as one object. Same as `torch.nn.Sequential`, where that is
 * an `OrderedDict`. Throws what its layers throw.
 *
 * @example
 * import { Linear, ReLU, Sequential } from '@kasane/nn';
 * import { zeros } from '@kasane/tensor-core';
 * const model = new Sequential(new Linear(4, 8), new ReLU(), new Linear(8, 3));
 * model.forward(zeros([2, 4])).shape; // => [2,3]
 * Object.keys(model.stateDict()); // => ["0.weight","0.bias","2.weight","2.bias"]
 */
export class Sequential extends Parts<Layer> {
  constructor(...layers: readonly Layer[] | [Readonly<Record<string, Layer>>]) {
    const [first] = layers;
    const isLayer = layers.length !== 1 || first instanceof Module || Object(first) !== first;
    const named = isLayer ? layers : first;
    // A single object that is no module is that of named layers; else all are layers.
    super(named as readonly Layer[] | Readonly<Record<string, Layer>>);
  }

  forward(input: Tensor): Tensor {
    let x = input;
    for (const layer of this) x = layer.forward(x);
    return x;
  }
}
