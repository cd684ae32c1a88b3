import {
  defaultGenerator,
  formatShape,
  isFloatingPoint,
  ShapeError,
  tensor,
  type Generator,
  type Tensor,
} from '@kasane/tensor-core';
import { requireList } from './given.ts';

/**
 * What is done to a sample on its way into a batch.
 *
 * Random ones draw from the generator; in a loader that is the sample's own of this epoch, elsewhere the
 * default generator unless one is given.
 */
export type Transform<T, U = T> = (value: T, generator?: Generator) => U;

/**
 * Transforms one after the other, as one.
 *
 * $$ y = (f_k \circ \dots \circ f_1)(x) $$
 *
 * Same as `torchvision.transforms.Compose`, which takes them in a list.
 *
 * @example
 * import { compose, crop, flipHorizontal } from '@kasane/datasets';
 * const change = compose(flipHorizontal(), crop(0, 0, 1, 2));
 * const image = { data: Uint8Array.of(1, 2, 3), channels: 1, height: 1, width: 3 };
 * change(image).data.join(); // => 3,2
 */
export function compose<T>(...transforms: readonly Transform<T>[]): Transform<T> {
  return (value, generator = defaultGenerator()) =>
    transforms.reduce((result, transform) => transform(result, generator), value);
}

/**
 * Takes the mean of each channel off and divides by its standard deviation.
 *
 * $$ y_c = (x_c - \text{mean}_c) / \text{std}_c $$
 *
 * | | shape |
 * | --- | --- |
 * | input, output | (..., C, H, W) |
 *
 * Same as `torchvision.transforms.Normalize`: one mean goes for any number of channels; float32 is made of whole numbers.
 *
 * @throws RangeError unless there are as many deviations as means and all are positive.
 * @throws {@link ShapeError} if several means are not as many as the channels, or there is no (C, H, W).
 *
 * @example
 * import { normalize } from '@kasane/datasets';
 * import { ones } from '@kasane/tensor-core';
 * normalize([0.5, 0], [0.5, 2])(ones([2, 1, 1])).toArray(); // => [[[1]],[[0.5]]]
 */
export function normalize(mean: readonly number[], std: readonly number[]): (x: Tensor) => Tensor {
  requireList('normalize', 'means', mean);
  requireList('normalize', 'deviations', std);
  if (mean.length !== std.length || std.some((s) => !(s > 0))) {
    throw new RangeError(
      `normalize: needs a positive standard deviation for each mean, got means ${mean.join(', ')} and deviations ${std.join(', ')}.`,
    );
  }
  const [means, deviations] = [[...mean], [...std]]; // copies: the caller may change its own
  return (x) => {
    const channels = x.ndim < 3 ? undefined : x.shape.at(-3);
    if (channels === undefined || (means.length !== 1 && means.length !== channels)) {
      throw new ShapeError(
        `normalize: ${means.length} means need (..., ${means.length === 1 ? 'C' : means.length}, H, W), got ${formatShape(x.shape)}. Give a mean for each channel, or one for all.`,
      );
    }
    const dtype = isFloatingPoint(x.dtype) ? x.dtype : 'float32'; // int32 would lose the fractions
    const perChannel = (values: readonly number[]): Tensor =>
      tensor(values, [values.length, 1, 1], { dtype, backend: x.backend });
    return x.sub(perChannel(means)).div(perChannel(deviations));
  };
}

/**
 * Class indices as rows of zeros with a one at the class.
 *
 * $$ y_{\dots, c} = [x_{\dots} = c] $$
 *
 * | | shape |
 * | --- | --- |
 * | input | (...), int32 |
 * | output | (..., C), float32 |
 *
 * As `torch.nn.functional.one_hot`, with floats.
 *
 * @throws {@link ShapeError} for a class that is not below `numClasses` or negative.
 * @throws {@link DTypeError} for another dtype than int32.
 * @throws RangeError unless `numClasses` is a whole number ≥ 1.
 *
 * @example
 * import { oneHot } from '@kasane/datasets';
 * import { tensor } from '@kasane/tensor-core';
 * oneHot(3)(tensor([2, 0], { dtype: 'int32' })).toArray(); // => [[0,0,1],[1,0,0]]
 */
export function oneHot(numClasses: number): (labels: Tensor) => Tensor {
  return (labels) => labels.oneHot(numClasses);
}
