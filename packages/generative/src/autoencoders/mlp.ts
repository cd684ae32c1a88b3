import {
  layerNames,
  layerOptions,
  Linear,
  ReLU,
  Sequential,
  type Layer,
  type LayerOptions,
} from '@kasane/nn';
import { optionsOf, requireFunction, requireWhole, shown } from '@kasane/tensor-core';

/** Options of `mlp`. */
export interface MlpOptions extends LayerOptions {
  /** Makes what stands between two layers. Default: a ReLU. */
  readonly activation?: () => Layer;
}

/**
 * Fully connected layers from each size to the next, with an activation between them and none at the end.
 *
 * $$ h_0 = x, \quad h_i = a(W_i h_{i-1} + b_i), \quad y = W_n h_{n-1} + b_n $$
 *
 * | tensor | shape             |
 * | ------ | ----------------- |
 * | input  | (..., sizes[0])   |
 * | output | (..., sizes.at(-1)) |
 *
 * What most encoders and decoders of vectors are.
 *
 * @throws RangeError if there are fewer than two sizes, or one is not a whole number of at least 1.
 *
 * @example
 * import { mlp } from '@kasane/generative';
 * import { zeros } from '@kasane/tensor-core';
 * const encoder = mlp([784, 128, 32]);
 * encoder.forward(zeros([5, 784])).shape; // => [5,32]
 * encoder.children().map((layer) => layer.constructor.name); // => ["Linear","ReLU","Linear"]
 * @category Autoencoders
 */
export function mlp(sizes: readonly number[], options: MlpOptions = {}): Sequential {
  const given = optionsOf('mlp', options, ['activation', ...layerNames]);
  const { activation = () => new ReLU() } = given;
  requireFunction('mlp', activation);
  if (!Array.isArray(sizes) || sizes.length < 2) {
    throw new RangeError(`mlp: needs two sizes or more, such as [784, 32], got ${shown(sizes)}.`);
  }
  sizes.forEach((size, i) => requireWhole('mlp', `size ${i}`, size, 1));
  const layers = sizes.slice(1).flatMap((outputs, i): Layer[] => {
    const layer = new Linear(sizes[i]!, outputs, layerOptions(given));
    return i === 0 ? [layer] : [activation(), layer];
  });
  return new Sequential(...layers);
}
