import { Module, layerOptions } from '@kasane/nn';
import { optionsOf, type Tensor } from '@kasane/tensor-core';
import { BatchNorm2d } from '../batch-norm.ts';
import { Conv2d, namesWithout, type ConvOptions } from '../conv-layers.ts';
import type { Size } from '../size.ts';

/** A convolution with bias, and ReLU. @internal */
export class ConvReLU extends Conv2d {
  override forward(input: Tensor): Tensor {
    return super.forward(input).relu();
  }
}

/**
 * A convolution without bias, batch normalisation, ReLU: what `GoogLeNet` is made of.
 *
 * $$ y = \mathrm{relu}(\mathrm{BN}(x * w)) $$
 *
 * | tensor                                         | shape                             |
 * | ---------------------------------------------- | --------------------------------- |
 * | input                                          | (N, inChannels, H, W)             |
 * | output                                         | (N, outChannels, H', W')          |
 * | conv.weight                                    | (outChannels, inChannels, KH, KW) |
 * | bn.weight, bn.bias, bn.runningMean, bn.runningVar | (outChannels)                  |
 *
 * The eps of the normalisation is 0.001. Same as torchvision's `BasicConv2d`.
 *
 * @throws {@link ShapeError} for other inputs.
 *
 * @example
 * import { BasicConv2d } from '@kasane/layers-cnn/models';
 * import { randn, optionsOf } from '@kasane/tensor-core';
 * const block = new BasicConv2d(3, 8, 3, { padding: 1 });
 * block.forward(randn([2, 3, 5, 5])).shape; // => [2,8,5,5]
 *
 * @category Blocks
 */
export class BasicConv2d extends Module {
  readonly conv: Conv2d;
  readonly bn: BatchNorm2d;

  constructor(
    inChannels: number,
    outChannels: number,
    kernelSize: Size,
    options: Omit<ConvOptions, 'bias'> = {},
  ) {
    super();
    optionsOf('BasicConv2d', options, namesWithout('bias'));
    this.conv = new Conv2d(inChannels, outChannels, kernelSize, { ...options, bias: false });
    this.bn = new BatchNorm2d(outChannels, { ...layerOptions(options), eps: 0.001 });
  }

  forward(input: Tensor): Tensor {
    return this.bn.forward(this.conv.forward(input)).relu();
  }
}
