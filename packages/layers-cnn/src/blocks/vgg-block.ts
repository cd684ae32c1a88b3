import { ReLU, Sequential, layerNames, type Layer, type LayerOptions } from '@kasane/nn';
import { optionsOf } from '@kasane/tensor-core';
import { Conv2d } from '../conv-layers.ts';
import { MaxPool2d } from '../pool-layers.ts';

/**
 * 3 × 3 convolutions with ReLU, each with the same number of channels, and max pooling to half the size.
 *
 * | tensor | shape                       |
 * | ------ | --------------------------- |
 * | input  | (N, inChannels, H, W)       |
 * | output | (N, outChannels, ⌊H/2⌋, ⌊W/2⌋) |
 *
 * Two convolutions on each other see 5 × 5 pixels with 18/25 of the weights. torchvision has no class for it, but its VGG
 * consists of them.
 *
 * @throws {@link ShapeError} for other inputs.
 *
 * @example
 * import { VGGBlock } from '@kasane/layers-cnn/models';
 * import { randn } from '@kasane/tensor-core';
 * const block = new VGGBlock(3, 8, 2);
 * block.forward(randn([1, 3, 6, 6])).shape; // => [1,8,3,3]
 * [...block].map((layer) => layer.constructor.name).join(); // => Conv2d,ReLU,Conv2d,ReLU,MaxPool2d
 *
 * @see Simonyan and Zisserman (2015), Very deep convolutional networks for large-scale image recognition.
 * @category Blocks
 */
export class VGGBlock extends Sequential {
  constructor(
    inChannels: number,
    outChannels: number,
    convolutions: number,
    options: LayerOptions = {},
  ) {
    optionsOf('VGGBlock', options, layerNames);
    const layers: Layer[] = [];
    for (let i = 0; i < convolutions; i++) {
      const channels = i === 0 ? inChannels : outChannels;
      layers.push(new Conv2d(channels, outChannels, 3, { ...options, padding: 1 }), new ReLU());
    }
    super(...layers, new MaxPool2d(2));
  }
}
