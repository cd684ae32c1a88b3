import {
  Buffer,
  layerNames,
  layerOptions,
  Linear,
  linear,
  ReLU,
  Sequential,
  type Layer,
  type LayerOptions,
} from '@kasane/nn';
import {
  formatShape,
  optionsOf,
  requireTensor,
  requireWhole,
  ShapeError,
  shown,
  tensor,
  type Tensor,
} from '@kasane/tensor-core';
import { Autoregressive, type AutoregressiveSampleOptions } from './autoregressive.ts';

/** Options of `MADE`. */
export interface MADEOptions extends LayerOptions {
  /** The widths of the hidden layers. Default [500]. */
  readonly hiddenSizes?: readonly number[];
}

/** A linear layer of which some connections are cut. */
class MaskedLinear extends Linear {
  /** (outFeatures, inFeatures): 1 for connections, 0 for those that are cut. */
  readonly mask: Buffer;

  constructor(inputs: readonly number[], outputs: readonly number[], options: LayerOptions) {
    super(inputs.length, outputs.length, options);
    const { dtype, backend } = this.weight;
    const cut = outputs.map((to) => inputs.map((from) => (from <= to ? 1 : 0)));
    this.mask = new Buffer(tensor(cut, { dtype, backend }));
  }

  override forward(x: Tensor): Tensor {
    return linear(x, this.weight.mul(this.mask), this.bias);
  }
}

/**
 * The masked autoencoder for distribution estimation, of binary vectors: fully connected layers without the connections by which an output
 * would see its own input or one behind it.
 *
 * $$ h = a((W \odot M)\, x + b), \quad M_{ij} = 1[m_j \le m_i] $$
 *
 * | tensor | shape             |
 * | ------ | ----------------- |
 * | input  | (N, D), 0 or 1    |
 * | output | (N, D), logits    |
 *
 * The order of the elements is that of the vector. The numbers m are 1, …, D for inputs, 0, …, D - 1 for outputs and 1, …, D - 1 in turn
 * for the units of a hidden layer: how many of the first elements these see. The activation a is ReLU, none after the last layer.
 *
 * @throws {@link ShapeError} if inputs are not (N, D).
 * @throws RangeError if `features` or a hidden size is not a whole number of at least 1.
 *
 * @example
 * import { MADE } from '@kasane/generative';
 * import { tensor } from '@kasane/tensor-core';
 * const model = new MADE(2, { hiddenSizes: [8] });
 * const all = tensor([[0, 0], [0, 1], [1, 0], [1, 1]]);
 * model.logProb(all).exp().sum().item().toFixed(4); // => 1.0000
 *
 * @see Germain, Gregor, Murray, Larochelle (2015), MADE: Masked Autoencoder for Distribution Estimation.
 * @category Autoregressive
 */
export class MADE extends Autoregressive {
  /** The number of elements. */
  readonly features: number;
  readonly layers: Sequential;
  readonly #first: Linear;

  constructor(features: number, options?: MADEOptions) {
    super();
    const given = optionsOf('MADE', options, ['hiddenSizes', ...layerNames]);
    const { hiddenSizes = [500] } = given;
    requireWhole('MADE', 'features', features, 1);
    if (!Array.isArray(hiddenSizes)) {
      throw new TypeError(
        `MADE: hiddenSizes must be a list of numbers, got ${shown(hiddenSizes)}.`,
      );
    }
    this.features = features;
    const how = layerOptions(given);
    // What a unit is numbered with is how many of the first elements it may see; an input, the number that is needed to see it.
    let from = Array.from({ length: features }, (_, i) => i + 1);
    const layers: Layer[] = [];
    for (const size of hiddenSizes) {
      requireWhole('MADE', 'hiddenSizes', size, 1);
      const to = Array.from({ length: size }, (_, i) => 1 + (i % Math.max(1, features - 1)));
      layers.push(new MaskedLinear(from, to, how), new ReLU());
      from = to;
    }
    const outputs = Array.from({ length: features }, (_, i) => i);
    layers.push(new MaskedLinear(from, outputs, how));
    this.layers = new Sequential(...layers);
    this.#first = layers[0] as Linear; // MaskedLinear is one
  }

  forward(x: Tensor): Tensor {
    requireTensor('MADE', 'the input', x);
    if (x.ndim !== 2 || x.shape[1] !== this.features) {
      throw new ShapeError(
        `MADE: the input must be (N, ${this.features}), got ${formatShape(x.shape)}.`,
      );
    }
    return this.layers.forward(x);
  }

  /** Draws n vectors, (n, D), without gradients, in D steps; gives way to others every 16 ms. */
  async sample(n: number, options?: AutoregressiveSampleOptions): Promise<Tensor> {
    return this.draw(n, [this.features], options);
  }

  protected get like(): Tensor {
    return this.#first.weight;
  }
}
