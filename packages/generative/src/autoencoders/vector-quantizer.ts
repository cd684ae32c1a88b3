import {
  init,
  layerNames,
  layerOptions,
  Module,
  newParameter,
  type LayerOptions,
  type Parameter,
} from '@kasane/nn';
import {
  formatShape,
  optionsOf,
  requireTensor,
  requireThat,
  requireWhole,
  ShapeError,
  type Tensor,
} from '@kasane/tensor-core';

/** Options of `VectorQuantizer`. */
export interface VectorQuantizerOptions extends LayerOptions {
  /** What it counts that the encoder stays near its vectors. Default 0.25. */
  readonly commitment?: number;
}

/** What `VectorQuantizer.forward` gives. */
export interface Quantized {
  /** The nearest vectors, of the input's shape; gradients pass to the input as if nothing had happened. */
  readonly quantized: Tensor;
  /** Which vector each is, int32, of the input's shape without its dimension 1. */
  readonly indices: Tensor;
  /** What draws vectors and inputs towards each other, a scalar. */
  readonly loss: Tensor;
  /** As how many vectors, equally often used, the batch's choice would look: from 1 to numEmbeddings. */
  readonly perplexity: Tensor;
}

/**
 * Puts the nearest of a list of learned vectors in the place of every vector.
 *
 * $$ e = e_k, \; k = \arg\min_j \| z - e_j \|^2, \qquad \mathcal L = \| \mathrm{sg}[z] - e \|^2 + \beta \| z - \mathrm{sg}[e] \|^2 $$
 *
 * | tensor                     | shape                         |
 * | -------------------------- | ----------------------------- |
 * | input, quantized           | (N, embeddingDim, ...)        |
 * | indices                    | (N, ...)                      |
 * | weight                     | (numEmbeddings, embeddingDim) |
 *
 * sg takes gradients away, squares are means over all elements. The vectors start from U(-1/numEmbeddings, 1/numEmbeddings).
 *
 * @throws {@link ShapeError} if the input's dimension 1 is not embeddingDim, or `lookup` gets an index that there is not.
 * @throws RangeError if a size is not a whole number of at least 1, or `commitment` is not ≥ 0 and finite.
 *
 * @example
 * import { VectorQuantizer } from '@kasane/generative';
 * import { tensor } from '@kasane/tensor-core';
 * const layer = new VectorQuantizer(2, 2);
 * layer.loadStateDict({ weight: tensor([[0, 0], [1, 1]]) });
 * const { quantized, indices, loss } = layer.forward(tensor([[0.9, 1], [0.1, 0]]));
 * quantized.toArray(); // => [[1,1],[0,0]]
 * indices.toArray(); // => [1,0]
 * loss.item().toFixed(5); // => 0.00625
 *
 * @see van den Oord, Vinyals and Kavukcuoglu (2017), Neural Discrete Representation Learning.
 * @category Autoencoders
 */
export class VectorQuantizer extends Module {
  /** How many vectors there are. */
  readonly numEmbeddings: number;
  /** The size of each. */
  readonly embeddingDim: number;
  /** β */
  readonly commitment: number;
  /** The vectors, (numEmbeddings, embeddingDim). */
  readonly weight: Parameter;

  constructor(numEmbeddings: number, embeddingDim: number, options: VectorQuantizerOptions = {}) {
    super();
    const given = optionsOf('VectorQuantizer', options, ['commitment', ...layerNames]);
    const { commitment = 0.25 } = given;
    requireWhole('VectorQuantizer', 'numEmbeddings', numEmbeddings, 1);
    requireWhole('VectorQuantizer', 'embeddingDim', embeddingDim, 1);
    const holds = Number.isFinite(commitment) && commitment >= 0;
    requireThat(holds, 'VectorQuantizer', 'commitment', commitment, '≥ 0 and finite');
    this.numEmbeddings = numEmbeddings;
    this.embeddingDim = embeddingDim;
    this.commitment = commitment;
    const b = 1 / numEmbeddings;
    this.weight = newParameter(
      [numEmbeddings, embeddingDim],
      (table, random) => init.uniform(table, -b, b, random),
      layerOptions(given),
    );
  }

  forward(input: Tensor): Quantized {
    const rows = this.#rows(input); // (M, D)
    const e = this.weight;
    // |z - e|² but for |z|², which is the same for all e.
    const apart = e.square().sum(1).sub(rows.matmul(e.t()).mul(2)); // (M, K)
    const nearest = apart.detach().argmin(1);
    const flat = this.weight.indexSelect(0, nearest);
    const moved = flat.sub(rows.detach()).square().mean();
    const committed = rows.sub(flat.detach()).square().mean();
    const passed = rows.add(flat.sub(rows).detach());
    const usage = nearest.oneHot(this.numEmbeddings).cast(rows.dtype).mean(0);
    const entropy = usage.mul(usage.add(1e-10).log()).sum().neg();
    const places = [input.shape[0]!, ...input.shape.slice(2)];
    return {
      quantized: behindFirst(passed.reshape([...places, this.embeddingDim])),
      indices: nearest.reshape(places),
      loss: moved.add(committed.mul(this.commitment)),
      perplexity: entropy.exp(),
    };
  }

  /** The vectors of indices (N, ...), (N, embeddingDim, ...). */
  lookup(indices: Tensor): Tensor {
    requireTensor('VectorQuantizer', 'the indices', indices);
    const flat = this.weight.indexSelect(0, indices.flatten());
    return behindFirst(flat.reshape([...indices.shape, this.embeddingDim]));
  }

  #rows(input: Tensor): Tensor {
    requireTensor('VectorQuantizer', 'the input', input);
    const D = this.embeddingDim;
    if (input.ndim < 2 || input.shape[1] !== D) {
      throw new ShapeError(
        `VectorQuantizer: the input must have the shape (N, ${D}, …), got ${formatShape(input.shape)}.`,
      );
    }
    const order = input.shape.map((_, i) => i).filter((i) => i !== 1);
    return input.permute([...order, 1]).reshape([-1, D]);
  }
}

/** (N, ..., D) as (N, D, ...). */
function behindFirst(x: Tensor): Tensor {
  const last = x.ndim - 1;
  const rest = x.shape.map((_, i) => i).slice(1, last);
  return x.permute([0, last, ...rest]);
}
