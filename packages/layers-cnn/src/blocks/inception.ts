import { Module, Sequential, layerNames, type Layer, type LayerOptions } from '@kasane/nn';
import { concat, optionsOf, type Tensor } from '@kasane/tensor-core';
import type { ConvOptions } from '../conv-layers.ts';
import { MaxPool2d } from '../pool-layers.ts';
import { BasicConv2d, ConvReLU } from './conv-blocks.ts';

/** Channels that each size of kernel gives. */
export interface InceptionBanks {
  readonly ch1x1: number;
  readonly ch3x3: number;
  readonly ch5x5: number;
}

/** Channels in the branches of an Inception block, under torchvision's names. */
export interface InceptionChannels extends InceptionBanks {
  /** To how many channels a 1 × 1 convolution reduces the input of the 3 × 3 one. */
  readonly ch3x3red: number;
  /** To how many channels a 1 × 1 convolution reduces the input of the 5 × 5 one. */
  readonly ch5x5red: number;
  /** What a 1 × 1 convolution leaves of the pooled input. */
  readonly poolProj: number;
}

/** Makes a convolution with what follows it. */
type MakeConv = (inChannels: number, outChannels: number, kernel: number, o: ConvOptions) => Layer;

const convReLU: MakeConv = (i, o, kernel, options) => new ConvReLU(i, o, kernel, options);
const basicConv: MakeConv = (i, o, kernel, options) => new BasicConv2d(i, o, kernel, options);

/** Four branches side by side, their channels one after the other. */
abstract class ReducedInception extends Module {
  readonly branch1: Layer;
  readonly branch2: Sequential;
  readonly branch3: Sequential;
  readonly branch4: Sequential;

  constructor(
    inChannels: number,
    channels: InceptionChannels,
    options: LayerOptions,
    conv: MakeConv,
    kernel3: number,
  ) {
    super();
    const given = Object(channels) as InceptionChannels; // of what has none, the first convolution says so
    const { ch1x1, ch3x3red, ch3x3, ch5x5red, ch5x5, poolProj } = given;
    this.branch1 = conv(inChannels, ch1x1, 1, options);
    this.branch2 = new Sequential(
      conv(inChannels, ch3x3red, 1, options),
      conv(ch3x3red, ch3x3, 3, { ...options, padding: 1 }),
    );
    this.branch3 = new Sequential(
      conv(inChannels, ch5x5red, 1, options),
      conv(ch5x5red, ch5x5, kernel3, { ...options, padding: (kernel3 - 1) / 2 }),
    );
    this.branch4 = new Sequential(
      new MaxPool2d(3, { stride: 1, padding: 1 }),
      conv(inChannels, poolProj, 1, options),
    );
  }

  /** (N, inChannels, H, W) → (N, ch1x1 + ch3x3 + ch5x5 + poolProj, H, W) */
  forward(input: Tensor): Tensor {
    const branches = [this.branch1, this.branch2, this.branch3, this.branch4];
    return concat(
      branches.map((branch) => branch.forward(input)),
      1,
    );
  }
}

/**
 * Kernels of several sizes side by side over the same image, as the paper has it: 1 × 1, 3 × 3, 5 × 5, and a pooled
 * copy.
 *
 * $$ y = [f_1(x);\, f_3(r_3(x));\, f_5(r_5(x));\, f_p(\mathrm{maxpool}(x))], \quad f = \mathrm{relu}(w * x + b) $$
 *
 * 1 × 1 convolutions r first reduce the channels that the larger kernels see, which is what keeps the block cheap; see
 * `NaiveInception`.
 *
 * | tensor | shape                                            |
 * | ------ | ------------------------------------------------ |
 * | input  | (N, inChannels, H, W)                            |
 * | output | (N, ch1x1 + ch3x3 + ch5x5 + poolProj, H, W)      |
 *
 * Every convolution has a bias and is followed by ReLU. torchvision's block is `BatchNormInception`.
 *
 * @throws RangeError unless the numbers of channels are whole and ≥ 1.
 * @throws {@link ShapeError} for other inputs.
 *
 * @example
 * import { Inception } from '@kasane/layers-cnn/models';
 * import { randn } from '@kasane/tensor-core';
 * const channels = { ch1x1: 64, ch3x3red: 96, ch3x3: 128, ch5x5red: 16, ch5x5: 32, poolProj: 32 };
 * const block = new Inception(192, channels);
 * block.forward(randn([1, 192, 4, 4])).shape; // => [1,256,4,4]
 * block.parameters().reduce((sum, p) => sum + p.size, 0); // => 163696
 *
 * @see Szegedy et al. (2015), Going deeper with convolutions.
 * @category Blocks
 */
export class Inception extends ReducedInception {
  constructor(inChannels: number, channels: InceptionChannels, options: LayerOptions = {}) {
    super(inChannels, channels, optionsOf('Inception', options, layerNames), convReLU, 5);
  }
}

/**
 * The Inception block of torchvision's GoogLeNet: `BasicConv2d` in place of convolutions with bias, and 3 × 3 where the
 * paper has 5 × 5.
 *
 * $$ y = [f_1(x);\, f_3(r_3(x));\, g_3(r_5(x));\, f_p(\mathrm{maxpool}(x))], \quad f = \mathrm{relu}(\mathrm{BN}(w * x)) $$
 *
 * | tensor | shape                                            |
 * | ------ | ------------------------------------------------ |
 * | input  | (N, inChannels, H, W)                            |
 * | output | (N, ch1x1 + ch3x3 + ch5x5 + poolProj, H, W)      |
 *
 * Same as torchvision's `Inception`.
 *
 * @throws RangeError unless the numbers of channels are whole and ≥ 1.
 * @throws {@link ShapeError} for other inputs.
 *
 * @example
 * import { BatchNormInception } from '@kasane/layers-cnn/models';
 * import { randn } from '@kasane/tensor-core';
 * const channels = { ch1x1: 64, ch3x3red: 96, ch3x3: 128, ch5x5red: 16, ch5x5: 32, poolProj: 32 };
 * new BatchNormInception(192, channels).forward(randn([1, 192, 4, 4])).shape; // => [1,256,4,4]
 *
 * @see Szegedy et al. (2015), Going deeper with convolutions.
 * @category Blocks
 */
export class BatchNormInception extends ReducedInception {
  constructor(inChannels: number, channels: InceptionChannels, options: LayerOptions = {}) {
    const how = optionsOf('BatchNormInception', options, layerNames);
    super(inChannels, channels, how, basicConv, 3);
  }
}

/**
 * The Inception block before its 1 × 1 reductions: all kernels see all channels, and the pooled input is passed on
 * whole, so that each block has more channels than the one before.
 *
 * $$ y = [f_1(x);\, f_3(x);\, f_5(x);\, \mathrm{maxpool}(x)], \quad f = \mathrm{relu}(w * x + b) $$
 *
 * | tensor | shape                                              |
 * | ------ | -------------------------------------------------- |
 * | input  | (N, inChannels, H, W)                              |
 * | output | (N, ch1x1 + ch3x3 + ch5x5 + inChannels, H, W)      |
 *
 * Every convolution has a bias and is followed by ReLU. torchvision has no class for it.
 *
 * @throws RangeError unless the numbers of channels are whole and ≥ 1.
 * @throws {@link ShapeError} for other inputs.
 *
 * @example
 * import { NaiveInception } from '@kasane/layers-cnn/models';
 * import { randn } from '@kasane/tensor-core';
 * const block = new NaiveInception(192, { ch1x1: 64, ch3x3: 128, ch5x5: 32 });
 * block.forward(randn([1, 192, 4, 4])).shape; // => [1,416,4,4]
 * block.parameters().reduce((sum, p) => sum + p.size, 0); // => 387296
 *
 * @see Szegedy et al. (2015), Going deeper with convolutions, figure 2a.
 * @category Blocks
 */
export class NaiveInception extends Module {
  readonly branch1: Layer;
  readonly branch2: Layer;
  readonly branch3: Layer;
  readonly branch4: MaxPool2d;

  constructor(inChannels: number, banks: InceptionBanks, options: LayerOptions = {}) {
    super();
    optionsOf('NaiveInception', options, layerNames);
    const { ch1x1, ch3x3, ch5x5 } = Object(banks) as InceptionBanks; // of what has none, the first says so
    this.branch1 = new ConvReLU(inChannels, ch1x1, 1, options);
    this.branch2 = new ConvReLU(inChannels, ch3x3, 3, { ...options, padding: 1 });
    this.branch3 = new ConvReLU(inChannels, ch5x5, 5, { ...options, padding: 2 });
    this.branch4 = new MaxPool2d(3, { stride: 1, padding: 1 });
  }

  forward(input: Tensor): Tensor {
    const branches = [this.branch1, this.branch2, this.branch3, this.branch4];
    return concat(
      branches.map((branch) => branch.forward(input)),
      1,
    );
  }
}
