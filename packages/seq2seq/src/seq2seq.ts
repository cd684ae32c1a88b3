import type { Tensor } from '@kasane/tensor-core';

/**
 * The Euclidean length of a vector.
 *
 * $$ \lVert x \rVert = \sqrt{\sum_i x_i^2} $$
 *
 * @example
 * import { tensor } from '@kasane/tensor-core';
 * import { seq2seq } from '@kasane/seq2seq';
 * seq2seq(tensor([3, 4])).item(); // => 5
 */
export function seq2seq(x: Tensor): Tensor {
  return x.square().sum().sqrt();
}
