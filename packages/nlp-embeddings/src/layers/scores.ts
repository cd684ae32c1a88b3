import { Embedding, init, initOptions, type LayerOptions } from '@kasane/nn';
import type { Tensor } from '@kasane/tensor-core';

/** h (B, D) with u (B, T, D) to (B, T). */
export function scoresOf(h: Tensor, u: Tensor): Tensor {
  return u.matmul(h.unsqueeze(2)).squeeze(2);
}

/** The tables of words and of targets, with word2vec's first values. */
export function firstVectors(
  numEmbeddings: number,
  embeddingDim: number,
  options: LayerOptions = {},
): readonly [input: Embedding, output: Embedding] {
  const newTable = (): Embedding =>
    new Embedding(numEmbeddings, embeddingDim, { ...options, sparse: true });
  const [input, output] = [newTable(), newTable()];
  const bound = 0.5 / embeddingDim;
  init.uniform(input.weight, -bound, bound, initOptions(options));
  init.zeros(output.weight);
  return [input, output];
}
