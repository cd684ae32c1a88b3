import type { Tensor } from '@kasane/tensor-core';
import { Module } from './module.ts';

/**
 * Gives its input back: a place holder where a layer can be left out.
 *
 * $$ y = x $$
 *
 * Same as `torch.nn.Identity`.
 *
 * @example
 * import { Identity } from '@kasane/nn';
 * import { tensor } from '@kasane/tensor-core';
 * new Identity().forward(tensor([1, 2])).toArray(); // => [1,2]
 *
 * @category Layers
 */
export class Identity extends Module {
  forward(input: Tensor): Tensor {
    return input;
  }
}
