import { ShapeError, requireWhole, run, optionsOf, type Tensor } from '@kasane/tensor-core';
import { checkChannels, checkImages } from './ops/check-convolution.ts';
import { convolution, convolutionInput } from './ops/convolution.ts';
import type { ConvAttrs } from './ops/geometry.ts';
import { perDimension, type Size } from './size.ts';

/** Options of `conv1d`, `conv2d` and `conv3d`; sizes are one number, or one for each dimension. */
export interface ConvFunctionOptions {
  /** From one window to the next. Default 1. */
  readonly stride?: Size;
  /** Zeros on both sides; `'same'` is as many as keep the size, the odd one at the end. Default 0. */
  readonly padding?: Size | 'same' | 'valid';
  /** From one element of a window to the next. Default 1. */
  readonly dilation?: Size;
  /** Groups of channels that do not see each other. Default 1. */
  readonly groups?: number;
}

/**
 * The names of ConvFunctionOptions.
 * @internal
 */
export const convNames = ['stride', 'padding', 'dilation', 'groups'] as const;

/** Options of `convTranspose1d`, `convTranspose2d` and `convTranspose3d`. */
export interface ConvTransposeFunctionOptions extends Omit<ConvFunctionOptions, 'padding'> {
  /** Zeros that the convolution back would add on both sides. Default 0. */
  readonly padding?: Size;
  /** Added to the output's size at the end: which of the sizes that have one convolution. Default 0. */
  readonly outputPadding?: Size;
}

/** How a kernel of these sizes moves. @internal */
export function convAttrs(
  name: string,
  kernel: readonly number[],
  options: ConvFunctionOptions,
): ConvAttrs {
  const { padding = 0, groups = 1 } = options;
  const stride = perDimension(name, 'stride', options.stride ?? 1, kernel.length, 1);
  const dilation = perDimension(name, 'dilation', options.dilation ?? 1, kernel.length, 1);
  requireWhole(name, 'groups', groups, 1);
  if (padding !== 'same') {
    const both = padding === 'valid' ? 0 : padding;
    const sizes = perDimension(name, 'padding', both, kernel.length, 0);
    return { stride, padding: sizes.map((p) => [p, p] as const), dilation, groups };
  }
  if (stride.some((s) => s !== 1)) {
    throw new RangeError(
      `${name}: padding 'same' needs stride 1, got ${stride.join(', ')}. Give the padding as a number.`,
    );
  }
  const total = kernel.map((k, i) => dilation[i]! * (k - 1));
  return { stride, padding: total.map((t) => [t >> 1, t - (t >> 1)] as const), dilation, groups };
}

/** A convolution of any number of dimensions. @internal */
export function conv(
  dims: number,
  input: Tensor,
  weight: Tensor,
  bias: Tensor | null,
  options: ConvFunctionOptions,
): Tensor {
  const name = `conv${dims}d`;
  checkImages(name, input, dims);
  checkChannels(name, input, weight, 1, options.groups ?? 1);
  checkBias(name, bias, weight.shape[0]!);
  const attrs = convAttrs(name, weight.shape.slice(2), options);
  return run(convolution, bias === null ? [input, weight] : [input, weight, bias], attrs);
}

function checkBias(name: string, bias: Tensor | null, channels: number): void {
  if (bias === null || (bias.ndim === 1 && bias.size === channels)) return;
  throw new ShapeError(
    `${name}: the bias must have shape [${channels}], one number for each output channel, got [${bias.shape.join(',')}]. Reshape it.`,
  );
}

/** Its transpose. @internal */
export function convTranspose(
  dims: number,
  input: Tensor,
  weight: Tensor,
  bias: Tensor | null,
  options: ConvTransposeFunctionOptions,
): Tensor {
  const name = `convTranspose${dims}d`;
  checkImages(name, input, dims);
  checkChannels(name, input, weight, 0, options.groups ?? 1);
  const kernel = weight.shape.slice(2);
  const attrs = convAttrs(name, kernel, options);
  checkBias(name, bias, weight.shape[1]! * attrs.groups);
  const more = perDimension(name, 'outputPadding', options.outputPadding ?? 0, dims, 0);
  const { stride, padding, dilation } = attrs;
  if (more.some((m, i) => m >= Math.max(stride[i]!, dilation[i]!))) {
    throw new RangeError(
      `${name}: outputPadding must be smaller than stride or dilation, got ${more.join(', ')} for stride ${stride.join(', ')} and dilation ${dilation.join(', ')}.`,
    );
  }
  const size = kernel.map((k, i) => {
    const inner = (input.shape[i + 2]! - 1) * stride[i]! + dilation[i]! * (k - 1) + 1;
    return inner - 2 * padding[i]![0] + more[i]!;
  });
  if (size.some((s) => s < 1)) {
    throw new ShapeError(
      `${name}: the output's size would be [${size.join(',')}] for input [${input.shape.join(',')}]. Pad less, or give a larger input.`,
    );
  }
  const isOnePlace = input.shape.slice(2).every((n) => n === 1);
  const isWhole = size.every((n, i) => n === kernel[i] && padding[i]![0] === 0);
  if (isOnePlace && isWhole && attrs.groups === 1) {
    // All that the kernels make of one place: a product of matrices, many times as fast as a convolution with such wide kernels.
    const [channels, ...ones] = [weight.shape[1]!, ...kernel.map(() => 1)];
    const product = input.flatten(1).matmul(weight.flatten(1));
    const made = product.reshape([input.shape[0]!, channels!, ...size]);
    return bias === null ? made : made.add(bias.reshape([channels!, ...ones]));
  }
  const inputs = bias === null ? [input, weight] : [input, weight, bias];
  return run(convolutionInput, inputs, { ...attrs, size });
}

/**
 * Convolves sequences with kernels, as `conv2d` does images.
 *
 * $$ y_{n,o,p} = b_o + \sum_{c,k} w_{o,c,k} \, x_{n,c,\,\mathrm{stride} \cdot p + \mathrm{dilation} \cdot k - \mathrm{padding}} $$
 *
 * | tensor | shape          |
 * | ------ | -------------- |
 * | input  | (N, C, L)      |
 * | weight | (O, C / groups, K) |
 * | bias   | (O), or null   |
 * | output | (N, O, ⌊(L + 2·padding - dilation·(K - 1) - 1) / stride⌋ + 1) |
 *
 * Same as `torch.nn.functional.conv1d`, but the input has its batch dimension.
 *
 * @throws As `conv2d`.
 *
 * @example
 * import { conv1d } from '@kasane/layers-cnn';
 * import { tensor } from '@kasane/tensor-core';
 * conv1d(tensor([[[1, 2, 4, 8]]]), tensor([[[-1, 1]]])).toArray(); // => [[[1,2,4]]]
 *
 * @category Convolution
 */
export function conv1d(
  input: Tensor,
  weight: Tensor,
  bias: Tensor | null = null,
  options: ConvFunctionOptions = {},
): Tensor {
  return conv(1, input, weight, bias, optionsOf('conv1d', options, convNames));
}

/**
 * Convolves images with kernels (the cross-correlation, as everywhere in deep learning).
 *
 * $$ y_{n,o,p} = b_o + \sum_{c,k} w_{o,c,k} \, x_{n,c,\,\mathrm{stride} \cdot p + \mathrm{dilation} \cdot k - \mathrm{padding}} $$
 *
 * | tensor | shape                   |
 * | ------ | ----------------------- |
 * | input  | (N, C, H, W)            |
 * | weight | (O, C / groups, KH, KW) |
 * | bias   | (O), or null            |
 * | output | (N, O, ⌊(H + 2·padding - dilation·(KH - 1) - 1) / stride⌋ + 1, same with W) |
 *
 * Same as `torch.nn.functional.conv2d`, but the input has its batch dimension. Throws ShapeError if channels
 * do not match, groups do not divide them, or the kernel is larger than the padded input; RangeError for sizes
 * that are not whole numbers, negative padding, and `'same'` with a stride.
 *
 * Padding counts as numbers: 0 times a weight of NaN or Infinity is NaN, and so is 0 times an infinite gradient in the
 * gradient of a weight. It depends on the backend whether such products are made or left out, for to look at each of
 * them would cost the speed of all.
 *
 * @example
 * import { conv2d } from '@kasane/layers-cnn';
 * import { ones } from '@kasane/tensor-core';
 * conv2d(ones([1, 1, 3, 3]), ones([1, 1, 3, 3]), null, { padding: 'same' }).toArray();
 * // => [[[[4,6,4],[6,9,6],[4,6,4]]]]
 *
 * @see Dumoulin and Visin (2016), A guide to convolution arithmetic for deep learning.
 * @category Convolution
 */
export function conv2d(
  input: Tensor,
  weight: Tensor,
  bias: Tensor | null = null,
  options: ConvFunctionOptions = {},
): Tensor {
  return conv(2, input, weight, bias, optionsOf('conv2d', options, convNames));
}

/**
 * Convolves volumes with kernels, as `conv2d` does images.
 *
 * $$ y_{n,o,p} = b_o + \sum_{c,k} w_{o,c,k} \, x_{n,c,\,\mathrm{stride} \cdot p + \mathrm{dilation} \cdot k - \mathrm{padding}} $$
 *
 * | tensor | shape                       |
 * | ------ | --------------------------- |
 * | input  | (N, C, D, H, W)             |
 * | weight | (O, C / groups, KD, KH, KW) |
 * | bias   | (O), or null                |
 * | output | (N, O, ⌊(D + 2·padding - dilation·(KD - 1) - 1) / stride⌋ + 1, same with H and W) |
 *
 * Same as `torch.nn.functional.conv3d`, but the input has its batch dimension.
 *
 * @throws As `conv2d`.
 *
 * @example
 * import { conv3d } from '@kasane/layers-cnn';
 * import { ones } from '@kasane/tensor-core';
 * conv3d(ones([1, 2, 4, 5, 6]), ones([3, 2, 2, 2, 2])).shape; // => [1,3,3,4,5]
 *
 * @category Convolution
 */
export function conv3d(
  input: Tensor,
  weight: Tensor,
  bias: Tensor | null = null,
  options: ConvFunctionOptions = {},
): Tensor {
  return conv(3, input, weight, bias, optionsOf('conv3d', options, convNames));
}

/**
 * The transpose of `conv1d`, as `convTranspose2d` is that of `conv2d`.
 *
 * $$ y_{n,o,q} = b_o + \sum_{c,k} w_{c,o,k} \, x_{n,c,p} \quad\text{where}\quad q = \mathrm{stride} \cdot p + \mathrm{dilation} \cdot k - \mathrm{padding} $$
 *
 * | tensor | shape              |
 * | ------ | ------------------ |
 * | input  | (N, C, L)          |
 * | weight | (C, O / groups, K) |
 * | bias   | (O), or null       |
 * | output | (N, O, (L - 1)·stride - 2·padding + dilation·(K - 1) + outputPadding + 1) |
 *
 * Same as `torch.nn.functional.conv_transpose1d`, but the input has its batch dimension.
 *
 * @throws As `convTranspose2d`.
 *
 * @example
 * import { convTranspose1d } from '@kasane/layers-cnn';
 * import { tensor } from '@kasane/tensor-core';
 * const [x, w] = [tensor([[[1, 2]]]), tensor([[[1, 1, 1]]])];
 * convTranspose1d(x, w, null, { stride: 2 }).toArray(); // => [[[1,1,3,2,2]]]
 *
 * @category Convolution
 */
export function convTranspose1d(
  input: Tensor,
  weight: Tensor,
  bias: Tensor | null = null,
  options: ConvTransposeFunctionOptions = {},
): Tensor {
  const names = [...convNames, 'outputPadding'] as const;
  return convTranspose(1, input, weight, bias, optionsOf('convTranspose1d', options, names));
}

/**
 * The transpose of `conv2d` as a linear map: every element of the input spreads a kernel over the output.
 *
 * $$ y_{n,o,q} = b_o + \sum_{c,k} w_{c,o,k} \, x_{n,c,p} \quad\text{where}\quad q = \mathrm{stride} \cdot p + \mathrm{dilation} \cdot k - \mathrm{padding} $$
 *
 * | tensor | shape                   |
 * | ------ | ----------------------- |
 * | input  | (N, C, H, W)            |
 * | weight | (C, O / groups, KH, KW) |
 * | bias   | (O), or null            |
 * | output | (N, O, (H - 1)·stride - 2·padding + dilation·(KH - 1) + outputPadding + 1, same with W) |
 *
 * Same as `torch.nn.functional.conv_transpose2d`, but the input has its batch dimension. Throws ShapeError if
 * channels do not match, groups do not divide them, or nothing of the output remains; RangeError for sizes
 * that are not whole numbers, negative padding, and an outputPadding that is not below stride or dilation.
 *
 * What an element spreads beyond the edges is cut off; where the element is NaN or infinite, or a weight is, it depends
 * on the backend whether 0 times it, which is NaN, still reaches sums at the edge, as with the padding of `conv2d`.
 *
 * @example
 * import { convTranspose2d } from '@kasane/layers-cnn';
 * import { ones } from '@kasane/tensor-core';
 * const options = { stride: 2, padding: 1, outputPadding: 1 };
 * convTranspose2d(ones([1, 4, 7, 7]), ones([4, 2, 3, 3]), null, options).shape; // => [1,2,14,14]
 *
 * @see Zeiler et al. (2010), Deconvolutional networks.
 * @category Convolution
 */
export function convTranspose2d(
  input: Tensor,
  weight: Tensor,
  bias: Tensor | null = null,
  options: ConvTransposeFunctionOptions = {},
): Tensor {
  const names = [...convNames, 'outputPadding'] as const;
  return convTranspose(2, input, weight, bias, optionsOf('convTranspose2d', options, names));
}
