import { concat } from '@kasane/tensor-core';
import type { Tensor } from '@kasane/tensor-core';

/** The vector (d) of two neighbours in a tree, from theirs: W (d, 2d) times both, one after the other. */
export function composed(W: Tensor, left: Tensor, right: Tensor): Tensor {
  return W.matmul(concat([left, right]));
}
