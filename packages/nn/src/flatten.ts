import type { Tensor } from '@kasane/tensor-core';
import { Module } from './module.ts';
import { checkTensor } from './shapes.ts';

/**
 * Merges the dimensions from `startDim` to `endDim` into one; by default all but the first, which is the batch.
 *
 * (N, C, H, W) becomes (N, C · H · W). Same as `torch.nn.Flatten`.
 *
 * @throws {@link ShapeError} if the input has not these dimensions.
 *
 * @example
 * import { Flatten } from '@kasane/nn';
 * import { zeros } from '@kasane/tensor-core';
 * new Flatten().forward(zeros([8, 3, 4])).shape; // => [8,12]
 *
 * @category Layers
 */
export class Flatten extends Module {
  /** The first dimension that is merged. */
  readonly startDim: number;
  /** The last dimension that is merged. */
  readonly endDim: number;

  constructor(startDim: number = 1, endDim: number = -1) {
    super();
    this.startDim = startDim;
    this.endDim = endDim;
  }

  forward(input: Tensor): Tensor {
    return checkTensor(this, input).flatten(this.startDim, this.endDim);
  }
}
