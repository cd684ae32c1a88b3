import {
  init,
  layerNames,
  Module,
  newParameter,
  type LayerOptions,
  type Parameter,
} from '@kasane/nn';
import { requireWhole, ShapeError, optionsOf, type Tensor } from '@kasane/tensor-core';
import {
  conv,
  convAttrs,
  convNames,
  convTranspose,
  type ConvFunctionOptions,
  type ConvTransposeFunctionOptions,
} from './conv.ts';
import { describe, perDimension, type Size } from './size.ts';

/** Options of convolutions. */
export interface ConvOptions extends LayerOptions, ConvFunctionOptions {
  /** Add b. Default true. */
  readonly bias?: boolean;
}

/** Options of transposed convolutions. */
export interface ConvTransposeOptions extends LayerOptions, ConvTransposeFunctionOptions {
  /** Add b. Default true. */
  readonly bias?: boolean;
}

const convLayerNames: readonly (keyof ConvOptions)[] = [...convNames, 'bias', ...layerNames];

/** The names of ConvOptions but one, of convolutions where that is given. @internal */
export const namesWithout = <K extends keyof ConvOptions>(
  fixed: K,
): readonly Exclude<keyof ConvOptions, K>[] =>
  convLayerNames.filter((name): name is Exclude<keyof ConvOptions, K> => name !== fixed);

const convTransposeNames = [...convNames, 'outputPadding', 'bias', ...layerNames] as const;

/** What kind of convolution it is. */
interface Shaping {
  readonly dims: number;
  /** The weight is (inChannels, outChannels / groups, …). */
  readonly transposed: boolean;
}

/**
 * What convolutions share: their sizes, and their first parameters, drawn as in PyTorch.
 *
 * $$ w, b \sim U(-1 / \sqrt f, 1 / \sqrt f) $$
 *
 * where f is the size of the second dimension of the weight times that of a kernel.
 *
 * @throws RangeError for sizes that are not whole numbers, negative padding and `'same'` with a stride.
 * @throws {@link ShapeError} if groups do not divide both numbers of channels.
 *
 * @example
 * import { Conv2d, ConvLayer } from '@kasane/layers-cnn';
 * new Conv2d(3, 8, 5) instanceof ConvLayer; // => true
 */
export abstract class ConvLayer extends Module {
  /** Channels of the input. */
  readonly inChannels: number;
  /** Channels of the output. */
  readonly outChannels: number;
  /** The kernel's size along each dimension. */
  readonly kernelSize: readonly number[];
  /** From one window to the next. */
  readonly stride: Size;
  /** From one element of a window to the next. */
  readonly dilation: Size;
  /** Groups of channels that do not see each other. */
  readonly groups: number;
  /** The kernels. */
  readonly weight: Parameter;
  /** (outChannels), or null without a bias. */
  readonly bias: Parameter | null;
  /** Zeros on both sides. */
  abstract readonly padding: Size | 'same' | 'valid';

  /** @internal */
  constructor(
    inChannels: number,
    outChannels: number,
    kernelSize: Size,
    options: ConvOptions & Shaping,
  ) {
    super();
    const owner = this.constructor.name;
    const { dims, transposed, stride = 1, dilation = 1, groups = 1 } = options;
    requireWhole(owner, 'inChannels', inChannels, 1);
    requireWhole(owner, 'outChannels', outChannels, 1);
    this.inChannels = inChannels;
    this.outChannels = outChannels;
    this.kernelSize = perDimension(owner, 'kernelSize', kernelSize, dims, 1);
    this.stride = stride;
    this.dilation = dilation;
    this.groups = groups;
    convAttrs(owner, this.kernelSize, options);
    if (inChannels % groups !== 0 || outChannels % groups !== 0) {
      throw new ShapeError(
        `${owner}: groups must divide inChannels and outChannels, got ${groups} for ${inChannels} and ${outChannels}.`,
      );
    }
    const [first, second] = transposed ? [inChannels, outChannels] : [outChannels, inChannels];
    const shape = [first, second / groups, ...this.kernelSize];
    const bound = 1 / Math.sqrt(shape.slice(1).reduce((a, b) => a * b, 1));
    const draw = (sizes: readonly number[]): Parameter =>
      newParameter(sizes, (w, how) => init.uniform(w, -bound, bound, how), options);
    this.weight = draw(shape);
    this.bias = options.bias === false ? null : draw([outChannels]);
  }

  override extraRepr(): string {
    const { kernelSize, stride, padding, dilation, groups } = this;
    const sizes = describe({ kernelSize, stride, padding, dilation, groups });
    const bias = this.bias === null ? ', bias=false' : '';
    return `${this.inChannels}, ${this.outChannels}, ${sizes}${bias}`;
  }
}

/** What the three dimensions of convolution share. */
abstract class Convolution extends ConvLayer {
  /** Zeros on both sides. */
  readonly padding: Size | 'same' | 'valid';

  constructor(
    inChannels: number,
    outChannels: number,
    kernelSize: Size,
    options: ConvOptions & { readonly dims: number },
  ) {
    super(inChannels, outChannels, kernelSize, { ...options, transposed: false });
    this.padding = options.padding ?? 0;
  }

  override multiplyAdds(_inputs: readonly Tensor[], [output]: readonly Tensor[]): number {
    return output!.size * (this.weight.size / this.outChannels);
  }
}

/** What the transposed ones share. */
abstract class TransposedConvolution extends ConvLayer {
  /** Zeros that the convolution back would add on both sides. */
  readonly padding: Size;
  /** Added to the output's size at the end. */
  readonly outputPadding: Size;

  constructor(
    inChannels: number,
    outChannels: number,
    kernelSize: Size,
    options: ConvTransposeOptions & { readonly dims: number },
  ) {
    super(inChannels, outChannels, kernelSize, { ...options, transposed: true });
    this.padding = options.padding ?? 0;
    this.outputPadding = options.outputPadding ?? 0;
  }

  override multiplyAdds([input]: readonly Tensor[], _outputs: readonly Tensor[]): number {
    return input!.size * (this.weight.size / this.inChannels);
  }
}

/**
 * A convolution over sequences; see `conv1d`.
 *
 * $$ y_{n,o,p} = b_o + \sum_{c,k} w_{o,c,k} \, x_{n,c,\,\mathrm{stride} \cdot p + \mathrm{dilation} \cdot k - \mathrm{padding}} $$
 *
 * | tensor | shape                                       |
 * | ------ | ------------------------------------------- |
 * | input  | (N, inChannels, L)                          |
 * | output | (N, outChannels, L')                        |
 * | weight | (outChannels, inChannels / groups, kernelSize) |
 * | bias   | (outChannels)                               |
 *
 * with L' = ⌊(L + 2·padding - dilation·(K - 1) - 1) / stride⌋ + 1. Same as `torch.nn.Conv1d` with zeros for padding; other
 * paddings are a `pad` before it.
 *
 * @throws As `conv2d`, and RangeError or ShapeError for sizes that do not fit together.
 *
 * @example
 * import { Conv1d } from '@kasane/layers-cnn';
 * import { randn } from '@kasane/tensor-core';
 * new Conv1d(16, 33, 3, { stride: 2 }).forward(randn([20, 16, 50])).shape; // => [20,33,24]
 *
 * @category Convolution
 */
export class Conv1d extends Convolution {
  constructor(
    inChannels: number,
    outChannels: number,
    kernelSize: Size,
    options: ConvOptions = {},
  ) {
    const given = optionsOf(new.target.name, options, convLayerNames);
    super(inChannels, outChannels, kernelSize, { ...given, dims: 1 });
  }

  forward(input: Tensor): Tensor {
    return conv(1, input, this.weight, this.bias, this);
  }
}

/**
 * A convolution over images; see `conv2d`.
 *
 * $$ y_{n,o,p} = b_o + \sum_{c,k} w_{o,c,k} \, x_{n,c,\,\mathrm{stride} \cdot p + \mathrm{dilation} \cdot k - \mathrm{padding}} $$
 *
 * | tensor | shape                                          |
 * | ------ | ---------------------------------------------- |
 * | input  | (N, inChannels, H, W)                          |
 * | output | (N, outChannels, H', W')                       |
 * | weight | (outChannels, inChannels / groups, KH, KW)     |
 * | bias   | (outChannels)                                  |
 *
 * with H' = ⌊(H + 2·padding - dilation·(KH - 1) - 1) / stride⌋ + 1, and W' likewise. Same as `torch.nn.Conv2d` with zeros for
 * padding; other paddings are a `pad` before it.
 *
 * @throws As `conv2d`, and RangeError or ShapeError for sizes that do not fit together.
 *
 * @example
 * import { Conv2d } from '@kasane/layers-cnn';
 * import { randn } from '@kasane/tensor-core';
 * const layer = new Conv2d(16, 33, [3, 5], { stride: [2, 1], padding: [4, 2], dilation: [3, 1] });
 * layer.forward(randn([2, 16, 50, 100])).shape; // => [2,33,26,100]
 *
 * @see LeCun et al. (1998), Gradient-based learning applied to document recognition.
 * @category Convolution
 */
export class Conv2d extends Convolution {
  constructor(
    inChannels: number,
    outChannels: number,
    kernelSize: Size,
    options: ConvOptions = {},
  ) {
    const given = optionsOf(new.target.name, options, convLayerNames);
    super(inChannels, outChannels, kernelSize, { ...given, dims: 2 });
  }

  forward(input: Tensor): Tensor {
    return conv(2, input, this.weight, this.bias, this);
  }
}

/**
 * A convolution over volumes; see `conv3d`.
 *
 * $$ y_{n,o,p} = b_o + \sum_{c,k} w_{o,c,k} \, x_{n,c,\,\mathrm{stride} \cdot p + \mathrm{dilation} \cdot k - \mathrm{padding}} $$
 *
 * | tensor | shape                                          |
 * | ------ | ---------------------------------------------- |
 * | input  | (N, inChannels, D, H, W)                       |
 * | output | (N, outChannels, D', H', W')                   |
 * | weight | (outChannels, inChannels / groups, KD, KH, KW) |
 * | bias   | (outChannels)                                  |
 *
 * with D' = ⌊(D + 2·padding - dilation·(KD - 1) - 1) / stride⌋ + 1, and H' and W' likewise. Same as `torch.nn.Conv3d` with
 * zeros for padding.
 *
 * @throws As `conv2d`, and RangeError or ShapeError for sizes that do not fit together.
 *
 * @example
 * import { Conv3d } from '@kasane/layers-cnn';
 * import { randn } from '@kasane/tensor-core';
 * new Conv3d(4, 8, 3, { padding: 1 }).forward(randn([1, 4, 5, 6, 7])).shape; // => [1,8,5,6,7]
 *
 * @category Convolution
 */
export class Conv3d extends Convolution {
  constructor(
    inChannels: number,
    outChannels: number,
    kernelSize: Size,
    options: ConvOptions = {},
  ) {
    const given = optionsOf(new.target.name, options, convLayerNames);
    super(inChannels, outChannels, kernelSize, { ...given, dims: 3 });
  }

  forward(input: Tensor): Tensor {
    return conv(3, input, this.weight, this.bias, this);
  }
}

/**
 * A transposed convolution over sequences, which enlarges by its stride; see `convTranspose1d`.
 *
 * $$ y_{n,o,q} = b_o + \sum_{c,k} w_{c,o,k} \, x_{n,c,p} \quad\text{where}\quad q = \mathrm{stride} \cdot p + \mathrm{dilation} \cdot k - \mathrm{padding} $$
 *
 * | tensor | shape                                       |
 * | ------ | ------------------------------------------- |
 * | input  | (N, inChannels, L)                          |
 * | output | (N, outChannels, (L - 1)·stride - 2·padding + dilation·(K - 1) + outputPadding + 1) |
 * | weight | (inChannels, outChannels / groups, kernelSize) |
 * | bias   | (outChannels)                               |
 *
 * Same as `torch.nn.ConvTranspose1d`, but `forward` takes no output size: give `outputPadding`.
 *
 * @throws As `convTranspose2d`, and RangeError or ShapeError for sizes that do not fit together.
 *
 * @example
 * import { ConvTranspose1d } from '@kasane/layers-cnn';
 * import { randn } from '@kasane/tensor-core';
 * new ConvTranspose1d(8, 4, 4, { stride: 2, padding: 1 }).forward(randn([2, 8, 10])).shape; // => [2,4,20]
 *
 * @category Convolution
 */
export class ConvTranspose1d extends TransposedConvolution {
  constructor(
    inChannels: number,
    outChannels: number,
    kernelSize: Size,
    options: ConvTransposeOptions = {},
  ) {
    const given = optionsOf(new.target.name, options, convTransposeNames);
    super(inChannels, outChannels, kernelSize, { ...given, dims: 1 });
  }

  forward(input: Tensor): Tensor {
    return convTranspose(1, input, this.weight, this.bias, this);
  }
}

/**
 * A transposed convolution over images, which enlarges by its stride; see `convTranspose2d`.
 *
 * $$ y_{n,o,q} = b_o + \sum_{c,k} w_{c,o,k} \, x_{n,c,p} \quad\text{where}\quad q = \mathrm{stride} \cdot p + \mathrm{dilation} \cdot k - \mathrm{padding} $$
 *
 * | tensor | shape                                      |
 * | ------ | ------------------------------------------ |
 * | input  | (N, inChannels, H, W)                      |
 * | output | (N, outChannels, H', W')                   |
 * | weight | (inChannels, outChannels / groups, KH, KW) |
 * | bias   | (outChannels)                              |
 *
 * with H' = (H - 1)·stride - 2·padding + dilation·(KH - 1) + outputPadding + 1, and W' likewise. Same as
 * `torch.nn.ConvTranspose2d`, but `forward` takes no output size: give `outputPadding`.
 *
 * @throws As `convTranspose2d`, and RangeError or ShapeError for sizes that do not fit together.
 *
 * @example
 * import { ConvTranspose2d } from '@kasane/layers-cnn';
 * import { randn } from '@kasane/tensor-core';
 * const layer = new ConvTranspose2d(128, 64, 4, { stride: 2, padding: 1 });
 * layer.forward(randn([1, 128, 7, 7])).shape; // => [1,64,14,14]
 *
 * @category Convolution
 */
export class ConvTranspose2d extends TransposedConvolution {
  constructor(
    inChannels: number,
    outChannels: number,
    kernelSize: Size,
    options: ConvTransposeOptions = {},
  ) {
    const given = optionsOf(new.target.name, options, convTransposeNames);
    super(inChannels, outChannels, kernelSize, { ...given, dims: 2 });
  }

  forward(input: Tensor): Tensor {
    return convTranspose(2, input, this.weight, this.bias, this);
  }
}
