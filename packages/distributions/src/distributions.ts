import type { Tensor } from '@kasane/tensor-core';

/**
 * The Euclidean length of a vector.
 *
 * $$ \lVert x \rVert = \sqrt{\sum_i x_i^2} $$
 *
 * @example
 * import { tensor } from '@kasane/tensor-core';
 * import { distributions } from '@kasane/distributions';
 * distributions(tensor([3, 4])).item(); // => 5
 */
export function distributions(x: Tensor): Tensor {
  return x.square().sum().sqrt();
}
