import type { Tensor } from '@kasane/tensor-core';
import { Module, type Layer } from './module.ts';

/**
 * Layers one after the other: the output of each is the input of the next.
 *
 * Names are `0`, `1`, ..., or the keys if the layers come as one object. Same as
 * `torch.nn.Sequential`.
 *
 * @example
 * import { Linear, ReLU, Sequential } from '@kasane/nn';
 * import { zeros } from '@kasane/tensor-core';
 * const model = new Sequential(new Linear(4, 8), new ReLU(), new Linear(8, 3));
 * model.forward(zeros([2, 4])).shape; // => [2,3]
 * Object.keys(model.stateDict()); // => ["0.weight","0.bias","2.weight","2.bias"]
 */
export class Sequential extends Module {
  /** The layers with their names, in order. */
  readonly #layers: readonly (readonly [string, Layer])[];

  constructor(...layers: readonly Layer[] | [Readonly<Record<string, Layer>>]) {
    super();
    const [first] = layers;
    const named = layers.length === 1 && !(first instanceof Module) ? first! : { ...layers };
    // A single argument that is no module is the object of named layers; else all are layers.
    this.#layers = Object.entries(named as Readonly<Record<string, Layer>>);
  }

  override fields(): Iterable<readonly [string, unknown]> {
    return this.#layers;
  }

  /** The number of layers. */
  get length(): number {
    return this.#layers.length;
  }

  /** The layer at a position; negative positions count from the end. */
  at(index: number): Layer | undefined {
    return this.#layers.at(index)?.[1];
  }

  /** The layers in order. */
  *[Symbol.iterator](): IterableIterator<Layer> {
    for (const [, layer] of this.#layers) yield layer;
  }

  forward(input: Tensor): Tensor {
    let x = input;
    for (const [, layer] of this.#layers) x = layer.forward(x);
    return x;
  }
}
