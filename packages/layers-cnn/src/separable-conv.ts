import { Module } from '@kasane/nn';
import { optionsOf, type Tensor } from '@kasane/tensor-core';
import { Conv2d, namesWithout, type ConvOptions } from './conv-layers.ts';
import type { Size } from './size.ts';

/**
 * A convolution of each channel with kernels of its own: `Conv2d` with as many groups as channels.
 *
 * $$ y_{n,o,p} = b_o + \sum_k w_{o,0,k} \, x_{n,\lfloor o / m \rfloor,\,\mathrm{stride} \cdot p + \mathrm{dilation} \cdot k - \mathrm{padding}}, \quad m = \mathrm{outChannels} / \mathrm{inChannels} $$
 *
 * Shapes are those of `Conv2d`, the weight is (outChannels, 1, KH, KW). PyTorch writes it that way.
 *
 * @throws As `Conv2d`.
 * @throws {@link ShapeError} if inChannels does not divide outChannels.
 *
 * @example
 * import { DepthwiseConv2d } from '@kasane/layers-cnn';
 * new DepthwiseConv2d(32, 32, 3).weight.shape; // => [32,1,3,3]
 *
 * @category Convolution
 */
export class DepthwiseConv2d extends Conv2d {
  constructor(
    inChannels: number,
    outChannels: number,
    kernelSize: Size,
    options: Omit<ConvOptions, 'groups'> = {},
  ) {
    const given = optionsOf(new.target.name, options, namesWithout('groups'));
    super(inChannels, outChannels, kernelSize, { ...given, groups: inChannels });
  }
}

/**
 * A convolution in two steps: each channel in space, then all channels at each place. It takes about K² times fewer
 * products than a full one, with K the kernel's size.
 *
 * $$ y_{n,o,p} = b_o + \sum_c v_{o,c} \sum_k w_{c,k} \, x_{n,c,\,\mathrm{stride} \cdot p + \mathrm{dilation} \cdot k - \mathrm{padding}} $$
 *
 * | tensor           | shape                         |
 * | ---------------- | ----------------------------- |
 * | input            | (N, inChannels, H, W)         |
 * | output           | (N, outChannels, H', W')      |
 * | depthwise.weight | (inChannels, 1, KH, KW)       |
 * | pointwise.weight | (outChannels, inChannels, 1, 1) |
 *
 * Stride, padding and dilation are those of the first step, which has no bias. PyTorch has no class for it.
 *
 * @throws As `Conv2d`.
 *
 * @example
 * import { SeparableConv2d } from '@kasane/layers-cnn';
 * import { randn, optionsOf } from '@kasane/tensor-core';
 * const layer = new SeparableConv2d(8, 16, 3, { padding: 1 });
 * layer.forward(randn([1, 8, 10, 10])).shape; // => [1,16,10,10]
 * layer.parameters().reduce((sum, p) => sum + p.size, 0); // => 216
 *
 * @see Chollet (2017), Xception: Deep learning with depthwise separable convolutions.
 * @category Convolution
 */
export class SeparableConv2d extends Module {
  /** Each channel in space. */
  readonly depthwise: DepthwiseConv2d;
  /** All channels at each place. */
  readonly pointwise: Conv2d;

  constructor(
    inChannels: number,
    outChannels: number,
    kernelSize: Size,
    options: Omit<ConvOptions, 'groups'> = {},
  ) {
    super();
    optionsOf('SeparableConv2d', options, namesWithout('groups'));
    const { stride: _, padding: _p, dilation: _d, ...rest } = options;
    const first = { ...options, bias: false };
    this.depthwise = new DepthwiseConv2d(inChannels, inChannels, kernelSize, first);
    this.pointwise = new Conv2d(inChannels, outChannels, 1, rest);
  }

  forward(input: Tensor): Tensor {
    return this.pointwise.forward(this.depthwise.forward(input));
  }
}
