import { run, optionsOf, type Tensor } from '@kasane/tensor-core';
import { checkImages } from './ops/check-convolution.ts';
import { avgPool } from './ops/avg-pool.ts';
import { maxPoolIndices, putPlanes, takePlanes } from './ops/max-pool.ts';
import { adaptiveWindows, slidingWindows, type PoolOptions, type Windows } from './ops/window.ts';
import { perDimension, type Size } from './size.ts';

const poolNames = ['stride', 'padding', 'ceilMode'] as const;

/**
 * The names of MaxPoolOptions.
 * @internal
 */
export const maxPoolNames: readonly (keyof MaxPoolOptions)[] = [...poolNames, 'dilation'];

/**
 * The names of AvgPoolOptions.
 * @internal
 */
export const avgPoolNames: readonly (keyof AvgPoolOptions)[] = [...poolNames, 'countIncludePad'];

/**
 * The names of MaxUnpoolOptions.
 * @internal
 */
export const maxUnpoolNames = ['stride', 'padding', 'outputSize'] as const;

/** Options of max pooling. */
export interface MaxPoolOptions extends PoolOptions {
  /** From one element of a window to the next. Default 1. */
  readonly dilation?: Size;
}

/** Options of average pooling. */
export interface AvgPoolOptions extends PoolOptions {
  /** The zeros of the padding count as elements of a window. Default true. */
  readonly countIncludePad?: boolean;
}

/** The largest elements of windows, and where they stand. */
export interface ValuesAndPlaces {
  readonly values: Tensor;
  /** int32 positions within the plane of one channel, row by row. */
  readonly indices: Tensor;
}

function maximaOf(x: Tensor, windows: Windows): ValuesAndPlaces {
  const indices = run(maxPoolIndices, [x], windows);
  return { values: run(takePlanes, [x, indices], { windows, none: -Infinity }), indices };
}

/**
 * The largest element of each window of sequences.
 *
 * $$ y_{n,c,p} = \max_k x_{n,c,\,\mathrm{stride} \cdot p + \mathrm{dilation} \cdot k - \mathrm{padding}} $$
 *
 * (N, C, L) becomes (N, C, L') with L' = ⌊(L + 2·padding - dilation·(K - 1) - 1) / stride⌋ + 1. Options are those of
 * `maxPool2d`. Same as `torch.nn.functional.max_pool1d`, but the input has its batch dimension.
 *
 * @throws As `maxPool2d`.
 *
 * @example
 * import { maxPool1d } from '@kasane/layers-cnn';
 * import { tensor } from '@kasane/tensor-core';
 * maxPool1d(tensor([[[1, 5, 2, 4, 3]]]), 3, { stride: 1 }).toArray(); // => [[[5,5,4]]]
 *
 * @category Pooling
 */
export function maxPool1d(input: Tensor, kernelSize: Size, options: MaxPoolOptions = {}): Tensor {
  const given = optionsOf('maxPool1d', options, maxPoolNames);
  return maximaOf(input, slidingWindows('maxPool1d', input, 1, kernelSize, given)).values;
}

/**
 * The largest element of each window of images.
 *
 * $$ y_{n,c,p} = \max_k x_{n,c,\,\mathrm{stride} \cdot p + \mathrm{dilation} \cdot k - \mathrm{padding}} $$
 *
 * | tensor | shape        |
 * | ------ | ------------ |
 * | input  | (N, C, H, W) |
 * | output | (N, C, ⌊(H + 2·padding - dilation·(KH - 1) - 1) / stride⌋ + 1, same with W) |
 *
 * The gradient goes to the largest element, the first of several; a NaN counts as largest. A window that lies wholly in
 * padding, as dilated ones may, gives -Infinity and has index -1. The stride is the kernel's size unless given. Same as
 * `torch.nn.functional.max_pool2d`, but the input has its batch dimension.
 *
 * @throws {@link ShapeError} if a window is larger than the padded input.
 * @throws RangeError if the padding is negative or more than half of the kernel.
 *
 * @example
 * import { maxPool2d } from '@kasane/layers-cnn';
 * import { tensor } from '@kasane/tensor-core';
 * maxPool2d(tensor([[[[1, 2, 5, 6], [4, 3, 8, 7]]]]), 2).toArray(); // => [[[[4,8]]]]
 *
 * @category Pooling
 */
export function maxPool2d(input: Tensor, kernelSize: Size, options: MaxPoolOptions = {}): Tensor {
  return maxPool2dWithIndices(input, kernelSize, options).values;
}

/**
 * `maxPool2d`, and where in its plane each result stands, as `maxUnpool2d` needs it.
 *
 * $$ i_{n,c,p} = W r + s \quad\text{where}\quad y_{n,c,p} = x_{n,c,r,s} $$
 *
 * Values and indices are (N, C, H', W'), the indices int32. Same as `torch.nn.functional.max_pool2d` with `return_indices`, but
 * the input has its batch dimension.
 *
 * @throws As `maxPool2d`.
 *
 * @example
 * import { maxPool2dWithIndices } from '@kasane/layers-cnn';
 * import { tensor } from '@kasane/tensor-core';
 * const x = tensor([[[[1, 2, 5, 6], [4, 3, 8, 7]]]]);
 * maxPool2dWithIndices(x, 2).indices.toArray(); // => [[[[4,6]]]]
 *
 * @category Pooling
 */
export function maxPool2dWithIndices(
  input: Tensor,
  kernelSize: Size,
  options: MaxPoolOptions = {},
): ValuesAndPlaces {
  const given = optionsOf('maxPool2d', options, maxPoolNames);
  return maximaOf(input, slidingWindows('maxPool2d', input, 2, kernelSize, given));
}

/** Options of `maxUnpool2d`. */
export interface MaxUnpoolOptions {
  /** From one window to the next. Default: the kernel's size. */
  readonly stride?: Size;
  /** How far the first window began before the first element. Default 0. */
  readonly padding?: Size;
  /** The height and width of the result. Default: (size - 1)·stride - 2·padding + kernel. */
  readonly outputSize?: readonly number[];
}

/**
 * Puts values back to where max pooling found them, among zeros.
 *
 * $$ y_{n,c,q} = \sum_{p:\, i_{n,c,p} = q} x_{n,c,p} $$
 *
 * | tensor  | shape                                                        |
 * | ------- | ------------------------------------------------------------ |
 * | input   | (N, C, H, W)                                                 |
 * | indices | (N, C, H, W), int32                                          |
 * | output  | (N, C, (H - 1)·stride - 2·padding + KH, same with W), or of `outputSize` |
 *
 * Same as `torch.nn.functional.max_unpool2d`, but for values that go to one place, which are added up instead of one of them
 * being kept, and the input has its batch dimension.
 *
 * @throws {@link ShapeError} if the shapes differ or an index lies outside of the result.
 * @throws {@link DTypeError} if indices are not int32.
 * @throws RangeError for sizes that are no whole numbers or leave nothing.
 *
 * @example
 * import { maxPool2dWithIndices, maxUnpool2d } from '@kasane/layers-cnn';
 * import { tensor } from '@kasane/tensor-core';
 * const x = tensor([[[[1, 2, 5, 6], [4, 3, 8, 7]]]]);
 * const { values, indices } = maxPool2dWithIndices(x, 2);
 * maxUnpool2d(values, indices, 2).toArray(); // => [[[[0,0,0,0],[4,0,8,0]]]]
 *
 * @category Pooling
 */
export function maxUnpool2d(
  input: Tensor,
  indices: Tensor,
  kernelSize: Size,
  options: MaxUnpoolOptions = {},
): Tensor {
  const name = 'maxUnpool2d';
  const given = optionsOf(name, options, maxUnpoolNames);
  checkImages(name, input, 2);
  const kernel = perDimension(name, 'kernelSize', kernelSize, 2, 1);
  const stride = perDimension(name, 'stride', given.stride ?? kernel, 2, 1);
  const padding = perDimension(name, 'padding', given.padding ?? 0, 2, 0);
  const natural = kernel.map((k, i) => {
    return (input.shape[i + 2]! - 1) * stride[i]! - 2 * padding[i]! + k;
  });
  const size = perDimension(name, 'outputSize', given.outputSize ?? natural, 2, 1);
  return run(putPlanes, [input, indices], { windows: null, size });
}

/**
 * The mean of each window of sequences.
 *
 * $$ y_{n,c,p} = \frac1K \sum_k x_{n,c,\,\mathrm{stride} \cdot p + k - \mathrm{padding}} $$
 *
 * (N, C, L) becomes (N, C, L') with L' = ⌊(L + 2·padding - K) / stride⌋ + 1. Options are those of `avgPool2d`. Same as
 * `torch.nn.functional.avg_pool1d`, but the input has its batch dimension.
 *
 * @throws As `maxPool2d`.
 *
 * @example
 * import { avgPool1d } from '@kasane/layers-cnn';
 * import { tensor } from '@kasane/tensor-core';
 * avgPool1d(tensor([[[1, 3, 5, 7]]]), 2).toArray(); // => [[[2,6]]]
 *
 * @category Pooling
 */
export function avgPool1d(input: Tensor, kernelSize: Size, options: AvgPoolOptions = {}): Tensor {
  const given = optionsOf('avgPool1d', options, avgPoolNames);
  const { countIncludePad = true } = given;
  const windows = slidingWindows('avgPool1d', input, 1, kernelSize, given);
  return run(avgPool, [input], { ...windows, countIncludePad });
}

/**
 * The mean of each window of images.
 *
 * $$ y_{n,c,p} = \frac1K \sum_k x_{n,c,\,\mathrm{stride} \cdot p + k - \mathrm{padding}} $$
 *
 * | tensor | shape        |
 * | ------ | ------------ |
 * | input  | (N, C, H, W) |
 * | output | (N, C, ⌊(H + 2·padding - KH) / stride⌋ + 1, same with W) |
 *
 * K is the number of elements of the window in the padded image, without `countIncludePad` in the image. The stride is the
 * kernel's size unless given. Same as `torch.nn.functional.avg_pool2d` without `divisor_override`, but the input has its batch
 * dimension.
 *
 * @throws As `maxPool2d`.
 *
 * @example
 * import { avgPool2d } from '@kasane/layers-cnn';
 * import { tensor } from '@kasane/tensor-core';
 * avgPool2d(tensor([[[[1, 2, 5, 6], [4, 3, 8, 7]]]]), 2).toArray(); // => [[[[2.5,6.5]]]]
 *
 * @category Pooling
 */
export function avgPool2d(input: Tensor, kernelSize: Size, options: AvgPoolOptions = {}): Tensor {
  const given = optionsOf('avgPool2d', options, avgPoolNames);
  const { countIncludePad = true } = given;
  const windows = slidingWindows('avgPool2d', input, 2, kernelSize, given);
  return run(avgPool, [input], { ...windows, countIncludePad });
}

/**
 * Means over as many windows as asked for, which divide the image evenly.
 *
 * $$ y_{n,c,i,j} = \operatorname{mean} x_{n,c,a,b}, \quad \lfloor i H / H' \rfloor \le a < \lceil (i + 1) H / H' \rceil, \; \lfloor j W / W' \rfloor \le b < \lceil (j + 1) W / W' \rceil $$
 *
 * (N, C, H, W) becomes (N, C, H', W'), with outputSize H', W'. Same as `torch.nn.functional.adaptive_avg_pool2d`, but the input
 * has its batch dimension, and both sizes are numbers.
 *
 * @throws {@link ShapeError} for other numbers of dimensions.
 * @throws RangeError unless the sizes are whole numbers ≥ 1 and the image has elements.
 *
 * @example
 * import { adaptiveAvgPool2d } from '@kasane/layers-cnn';
 * import { tensor } from '@kasane/tensor-core';
 * adaptiveAvgPool2d(tensor([[[[1, 2, 6]]]]), [1, 2]).toArray(); // => [[[[1.5,4]]]]
 *
 * @category Pooling
 */
export function adaptiveAvgPool2d(input: Tensor, outputSize: Size): Tensor {
  const windows = adaptiveWindows('adaptiveAvgPool2d', input, 2, outputSize);
  return run(avgPool, [input], { ...windows, countIncludePad: false });
}

/**
 * Maxima over as many windows as asked for, those of `adaptiveAvgPool2d`.
 *
 * $$ y_{n,c,i,j} = \max x_{n,c,a,b}, \quad \lfloor i H / H' \rfloor \le a < \lceil (i + 1) H / H' \rceil, \; \lfloor j W / W' \rfloor \le b < \lceil (j + 1) W / W' \rceil $$
 *
 * (N, C, H, W) becomes (N, C, H', W'), with outputSize H', W'. Same as `torch.nn.functional.adaptive_max_pool2d`, but the input
 * has its batch dimension, and both sizes are numbers.
 *
 * @throws As `adaptiveAvgPool2d`.
 *
 * @example
 * import { adaptiveMaxPool2d } from '@kasane/layers-cnn';
 * import { tensor } from '@kasane/tensor-core';
 * adaptiveMaxPool2d(tensor([[[[1, 2, 6]]]]), [1, 2]).toArray(); // => [[[[2,6]]]]
 *
 * @category Pooling
 */
export function adaptiveMaxPool2d(input: Tensor, outputSize: Size): Tensor {
  return maximaOf(input, adaptiveWindows('adaptiveMaxPool2d', input, 2, outputSize)).values;
}
