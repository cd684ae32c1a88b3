import type { Tensor } from '@kasane/tensor-core';

/**
 * The Euclidean length of a vector.
 *
 * $$ \lVert x \rVert = \sqrt{\sum_i x_i^2} $$
 *
 * @example
 * import { tensor } from '@kasane/tensor-core';
 * import { nlpEmbeddings } from '@kasane/nlp-embeddings';
 * nlpEmbeddings(tensor([3, 4])).item(); // => 5
 */
export function nlpEmbeddings(x: Tensor): Tensor {
  return x.square().sum().sqrt();
}
