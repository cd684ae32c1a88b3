import { BatchNorm } from '@kasane/nn';
import { formatShape, ShapeError, type Tensor } from '@kasane/tensor-core';

/**
 * Normalises each channel over the batch and the image.
 *
 * $$ y = \frac{x - \mathrm{E}[x]}{\sqrt{\mathrm{Var}[x] + \epsilon}} \, \gamma + \beta $$
 *
 * | tensor                                | shape                   |
 * | ------------------------------------- | ----------------------- |
 * | input                                 | (N, numFeatures, H, W)  |
 * | output                                | as the input            |
 * | weight, bias, runningMean, runningVar | (numFeatures)           |
 *
 * All that is said of `BatchNorm1d` in `@kasane/nn` holds here. Same as `torch.nn.BatchNorm2d`.
 *
 * @throws RangeError unless numFeatures is a whole number ≥ 1.
 * @throws {@link ShapeError} for other shapes, and for a single value per channel while training.
 *
 * @example
 * import { BatchNorm2d } from '@kasane/layers-cnn';
 * import { tensor } from '@kasane/tensor-core';
 * new BatchNorm2d(1, { eps: 0 }).forward(tensor([[[[1, 3]]]])).toArray(); // => [[[[-1,1]]]]
 *
 * @see Ioffe and Szegedy (2015), Batch Normalization: Accelerating Deep Network Training by Reducing
 * Internal Covariate Shift.
 * @category Normalisation
 */
export class BatchNorm2d extends BatchNorm {
  protected checkInput({ ndim, shape }: Tensor): void {
    if (ndim === 4 && shape[1] === this.numFeatures) return;
    throw new ShapeError(
      `BatchNorm2d: the input must have shape (N, ${this.numFeatures}, H, W), got ${formatShape(shape)}.`,
    );
  }
}
