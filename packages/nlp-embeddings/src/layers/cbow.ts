import { type Embedding, layerNames, Module } from '@kasane/nn';
import {
  optionsOf,
  requireTensor,
  ShapeError,
  formatShape,
  type Tensor,
} from '@kasane/tensor-core';
import { firstVectors, scoresOf } from './scores.ts';
import type { WordLayerOptions } from './skip-gram.ts';

/**
 * Continuous bag of words as a layer: scores words as the one between some others.
 *
 * $$ s_{bt} = \Big( \frac{1}{|C_b|} \sum_{c \in C_b} v_c \Big) \cdot u_{t} $$
 *
 * | tensor        | shape                         |
 * | ------------- | ----------------------------- |
 * | contexts      | (B, C), int32; -1 where there is no word |
 * | targets       | (B, T), int32                 |
 * | output        | (B, T): mean of input[contexts] · output[target] |
 * | input.weight  | (numEmbeddings, embeddingDim) |
 * | output.weight | (numEmbeddings, embeddingDim) |
 *
 * The mean is that of the words that are there; without any it is zeros. For the rest see `SkipGram`.
 *
 * @throws {@link ShapeError} unless contexts is a matrix and for a word that there is not.
 * @throws {@link DTypeError} unless words are int32.
 *
 * @example
 * import { CBOW } from '@kasane/nlp-embeddings';
 * import { tensor } from '@kasane/tensor-core';
 * const model = new CBOW(100, 8);
 * const contexts = tensor([[7, 8, 9, 10], [3, 4, -1, -1]], { dtype: 'int32' });
 * model.forward(contexts, tensor([[20], [5]], { dtype: 'int32' })).shape; // => [2,1]
 *
 * @category Layers
 */
export class CBOW extends Module {
  /** The words' own vectors. */
  readonly input: Embedding;
  /** Their vectors as the one in the middle. */
  readonly output: Embedding;

  constructor(numEmbeddings: number, embeddingDim: number, options?: WordLayerOptions) {
    super();
    const given = optionsOf('CBOW', options, layerNames);
    [this.input, this.output] = firstVectors(numEmbeddings, embeddingDim, given);
  }

  forward(contexts: Tensor, targets: Tensor): Tensor {
    requireTensor('CBOW', 'contexts', contexts);
    if (contexts.ndim !== 2) {
      throw new ShapeError(
        `CBOW: contexts must have shape (B, C), got ${formatShape(contexts.shape)}. Fill rows up with -1.`,
      );
    }
    const isWord = contexts.greaterEqual(0).cast(this.input.weight.dtype); // (B, C)
    const rows = this.input.forward(contexts.maximum(0)); // (B, C, D)
    const size = isWord.sum(1, { keepdim: true }).maximum(1); // (B, 1)
    const share = isWord.div(size).unsqueeze(1); // (B, 1, C)
    return scoresOf(share.matmul(rows).squeeze(1), this.output.forward(targets));
  }
}
