import { Module } from '@kasane/nn';
import {
  formatShape,
  requireWhole,
  ShapeError,
  type Tensor,
  requireTensor,
} from '@kasane/tensor-core';

/**
 * Turns channels into resolution: r² channels become r by r pixels.
 *
 * $$ y_{n,\,c,\,h r + i,\,w r + j} = x_{n,\,c r^2 + i r + j,\,h,\,w}, \quad 0 \le i, j < r $$
 *
 * (N, C·r², H, W) becomes (N, C, H·r, W·r). Same as `torch.nn.PixelShuffle` for inputs with a batch dimension. Throws
 * RangeError unless r is a whole number ≥ 1, ShapeError if r² does not divide the channels.
 *
 * @example
 * import { PixelShuffle } from '@kasane/layers-cnn';
 * import { tensor } from '@kasane/tensor-core';
 * const x = tensor([1, 2, 3, 4]).reshape([1, 4, 1, 1]);
 * new PixelShuffle(2).forward(x).toArray(); // => [[[[1,2],[3,4]]]]
 *
 * @see Shi et al. (2016), Real-time single image and video super-resolution using an efficient sub-pixel
 * convolutional neural network.
 * @category Resampling
 */
export class PixelShuffle extends Module {
  /** r */
  readonly upscaleFactor: number;

  constructor(upscaleFactor: number) {
    super();
    requireWhole('PixelShuffle', 'upscaleFactor', upscaleFactor, 1);
    this.upscaleFactor = upscaleFactor;
  }

  forward(input: Tensor): Tensor {
    requireTensor('PixelShuffle', 'the input', input);
    const r = this.upscaleFactor;
    const [n, c, h, w] = input.shape;
    if (input.ndim !== 4 || c! % r ** 2 !== 0) {
      throw new ShapeError(
        `PixelShuffle: the input must have shape (N, C·${r ** 2}, H, W), got ${formatShape(input.shape)}.`,
      );
    }
    const channels = c! / r ** 2;
    return input
      .reshape([n!, channels, r, r, h!, w!])
      .permute([0, 1, 4, 2, 5, 3]) // (N, C, H, r, W, r)
      .reshape([n!, channels, h! * r, w! * r]);
  }

  override extraRepr(): string {
    return `upscaleFactor=${this.upscaleFactor}`;
  }
}
