import { type Embedding, Module, layerNames, type LayerOptions } from '@kasane/nn';
import { optionsOf, type Tensor } from '@kasane/tensor-core';
import { firstVectors, scoresOf } from './scores.ts';

/** Options of `SkipGram` and `CBOW`. */
export type WordLayerOptions = LayerOptions;

/**
 * Skip-gram as a layer: scores words as neighbours of a word, for training in an ordinary loop.
 *
 * $$ s_{bt} = v_{w_b} \cdot u_{t} $$
 *
 * | tensor        | shape                         |
 * | ------------- | ----------------------------- |
 * | words         | (B), int32                    |
 * | targets       | (B, T), int32                 |
 * | output        | (B, T): input[word] · output[target] |
 * | input.weight  | (numEmbeddings, embeddingDim) |
 * | output.weight | (numEmbeddings, embeddingDim) |
 *
 * Give the neighbour first and words of `NegativeSampler` behind it, and the scores to `negativeSamplingLoss`. Gradients are sparse: with `SGD`,
 * `Adagrad` or `SparseAdam` the cost of a step does not grow with the vocabulary. The words' vectors start uniform in ±½ / embeddingDim, those of
 * targets from zeros, as in word2vec.
 *
 * @throws {@link ShapeError} for a word that there is not.
 * @throws {@link DTypeError} unless words are int32.
 *
 * @example
 * import { negativeSamplingLoss, SkipGram } from '@kasane/nlp-embeddings';
 * import { tensor } from '@kasane/tensor-core';
 * const model = new SkipGram(100, 8);
 * const scores = model.forward(
 *   tensor([7, 8], { dtype: 'int32' }),
 *   tensor([[8, 31, 4], [7, 90, 22]], { dtype: 'int32' }),
 * );
 * scores.shape; // => [2,3]
 * negativeSamplingLoss(scores).item(); // => 2.0794
 *
 * @category Layers
 */
export class SkipGram extends Module {
  /** The words' own vectors. */
  readonly input: Embedding;
  /** Their vectors as neighbours. */
  readonly output: Embedding;

  constructor(numEmbeddings: number, embeddingDim: number, options?: WordLayerOptions) {
    super();
    const given = optionsOf('SkipGram', options, layerNames);
    [this.input, this.output] = firstVectors(numEmbeddings, embeddingDim, given);
  }

  forward(words: Tensor, targets: Tensor): Tensor {
    return scoresOf(this.input.forward(words), this.output.forward(targets));
  }
}
