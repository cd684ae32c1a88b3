import { GroupNorm, layerNames, type GroupNormOptions } from '@kasane/nn';
import {
  formatShape,
  ShapeError,
  sizeOf,
  optionsOf,
  type Tensor,
  requireTensor,
} from '@kasane/tensor-core';

/**
 * Normalises each channel of each image on its own.
 *
 * $$ y = \frac{x - \mathrm{E}[x]}{\sqrt{\mathrm{Var}[x] + \epsilon}} \, \gamma + \beta $$
 *
 * | tensor       | shape                  |
 * | ------------ | ---------------------- |
 * | input        | (N, numFeatures, H, W) |
 * | output       | as the input           |
 * | weight, bias | (numFeatures)          |
 *
 * The variance is the biased one. γ and β are learnt with `affine`, which is off by default as in PyTorch. Same as
 * `torch.nn.InstanceNorm2d`, but there are no running statistics.
 *
 * @throws RangeError unless numFeatures is a whole number ≥ 1.
 * @throws {@link ShapeError} for other shapes, and for images of a single element.
 *
 * @example
 * import { InstanceNorm2d } from '@kasane/layers-cnn';
 * import { tensor } from '@kasane/tensor-core';
 * new InstanceNorm2d(1, { eps: 0 }).forward(tensor([[[[1, 3]]], [[[5, 9]]]])).toArray();
 * // => [[[[-1,1]]],[[[-1,1]]]]
 *
 * @see Ulyanov et al. (2016), Instance normalization: the missing ingredient for fast stylization.
 * @category Normalisation
 */
export class InstanceNorm2d extends GroupNorm {
  constructor(numFeatures: number, options: GroupNormOptions = {}) {
    const given = optionsOf('InstanceNorm2d', options, ['eps', 'affine', ...layerNames]);
    super(numFeatures, numFeatures, { ...given, affine: given.affine ?? false });
  }

  /** (N, numFeatures, H, W) → the same shape. */
  override forward(input: Tensor): Tensor {
    requireTensor('InstanceNorm2d', 'the input', input);
    const { ndim, shape } = input;
    if (ndim !== 4 || sizeOf(shape.slice(2)) === 1) {
      throw new ShapeError(
        `InstanceNorm2d: the input must have shape (N, ${this.numChannels}, H, W) with more than one element per channel, got ${formatShape(shape)}.`,
      );
    }
    return super.forward(input);
  }
}
