import {
  Module,
  ReLU,
  Sequential,
  layerNames,
  layerOptions,
  type Layer,
  type LayerOptions,
} from '@kasane/nn';
import { optionsOf, type Tensor } from '@kasane/tensor-core';
import { BatchNorm2d } from '../batch-norm.ts';
import { Conv2d } from '../conv-layers.ts';
import { MaxPool2d } from '../pool-layers.ts';

/** Options of `ConvEmbedding`. */
export interface ConvEmbeddingOptions extends LayerOptions {
  /** Channels of the blocks, each of which halves the image. Default 64, 64, 64, 64. */
  readonly channels?: readonly number[];
}

/**
 * Images as points: the embedding that few-shot learning is compared on.
 *
 * | tensor | shape                                                              |
 * | ------ | ------------------------------------------------------------------ |
 * | input  | (N, inChannels, H, W)                                              |
 * | output | (N, D), D = C·⌊H/2ᵏ⌋·⌊W/2ᵏ⌋ for k blocks, the last one of C channels |
 *
 * A block is a convolution of 3 by 3, batch normalisation, ReLU and a pooling of 2 by 2. Not in torchvision. Throws
 * RangeError unless the numbers of channels are whole and ≥ 1, ShapeError for other inputs, and for images that are too
 * small for so many blocks.
 *
 * @example
 * import { ConvEmbedding } from '@kasane/layers-cnn';
 * import { zeros, optionsOf } from '@kasane/tensor-core';
 * const embedding = new ConvEmbedding(1);
 * embedding.forward(zeros([2, 1, 28, 28])).shape; // => [2,64]
 * embedding.parameters().reduce((sum, p) => sum + p.size, 0); // => 111936
 *
 * @see Vinyals et al. (2016), Matching Networks for One Shot Learning.
 * @category Models
 */
export class ConvEmbedding extends Module {
  /** The blocks. */
  readonly blocks: Sequential;

  constructor(inChannels: number, options: ConvEmbeddingOptions = {}) {
    super();
    const given = optionsOf('ConvEmbedding', options, ['channels', ...layerNames]);
    const { channels = [64, 64, 64, 64] } = given;
    const how = layerOptions(given);
    const layers: Layer[] = [];
    let from = inChannels;
    for (const to of channels) {
      layers.push(
        new Conv2d(from, to, 3, { ...how, padding: 1 }),
        new BatchNorm2d(to, how),
        new ReLU(),
        new MaxPool2d(2),
      );
      from = to;
    }
    this.blocks = new Sequential(...layers);
  }

  forward(images: Tensor): Tensor {
    return this.blocks.forward(images).flatten(1);
  }
}
