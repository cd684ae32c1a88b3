import {
  Dropout,
  init,
  Linear,
  Module,
  ReLU,
  Sequential,
  skipInit,
  initOptions,
  layerNames,
  layerOptions,
  type LayerOptions,
} from '@kasane/nn';
import { optionsOf, type Tensor } from '@kasane/tensor-core';
import { VGGBlock } from '../blocks/vgg-block.ts';
import { AdaptiveAvgPool2d } from '../pool-layers.ts';
import { initialize } from './initialize.ts';

/** Options of `VGG`. */
export interface VGGOptions extends LayerOptions {
  /** Default 1000. */
  readonly numClasses?: number;
  /** The probability of a zero between the linear layers. Default 0.5. */
  readonly dropout?: number;
}

const CHANNELS = [64, 128, 256, 512, 512]; // of the blocks

/**
 * Five blocks of 3 × 3 convolutions, and three linear layers that hold most of the weights.
 *
 * | tensor | shape            |
 * | ------ | ---------------- |
 * | input  | (N, 3, H, W)     |
 * | output | (N, numClasses)  |
 *
 * `convolutions` says how many each of the five blocks has; H and W are at least 32, and 224 in the paper. What the blocks give
 * is pooled to 7 × 7. Weights start as torchvision's: those of convolutions from N(0, 2 / (9 outChannels)), those of linear
 * layers from N(0, 0.01²), biases from zero. Same as torchvision's `VGG` without batch normalisation.
 *
 * @throws RangeError for more than five blocks, a numClasses that is not whole or a dropout that is no probability.
 * @throws {@link ShapeError} for other inputs.
 *
 * @example
 * import { VGG } from '@kasane/layers-cnn/models';
 * import { skipInit } from '@kasane/nn';
 * const vgg13 = skipInit(() => new VGG([2, 2, 2, 2, 2])); // only counted
 * vgg13.parameters().reduce((sum, p) => sum + p.size, 0); // => 133047848
 *
 * @see Simonyan and Zisserman (2015), Very deep convolutional networks for large-scale image recognition.
 * @category Models
 */
export class VGG extends Module {
  /** The layers of the blocks, one after the other. */
  readonly features: Sequential;
  readonly avgpool: AdaptiveAvgPool2d;
  readonly classifier: Sequential;

  constructor(convolutions: readonly number[], options: VGGOptions = {}) {
    super();
    const given = optionsOf('VGG', options, ['numClasses', 'dropout', ...layerNames]);
    const { numClasses = 1000, dropout = 0.5 } = given;
    const how = layerOptions(given);
    const blocks = (): VGGBlock[] =>
      convolutions.map((count, i) => {
        return new VGGBlock(CHANNELS[i - 1] ?? 3, CHANNELS[i]!, count, how);
      });
    const classifier = (): Sequential =>
      new Sequential(
        new Linear(512 * 7 * 7, 4096, how),
        new ReLU(),
        new Dropout(dropout, initOptions(given)),
        new Linear(4096, 4096, how),
        new ReLU(),
        new Dropout(dropout, initOptions(given)),
        new Linear(4096, numClasses, how),
      );
    // All weights are drawn below.
    this.features = new Sequential(...skipInit(blocks).flatMap((block) => [...block]));
    this.avgpool = new AdaptiveAvgPool2d(7);
    this.classifier = skipInit(classifier);
    initialize(this, {
      convolution: (w) => init.kaimingNormal(w, { ...initOptions(given), mode: 'fanOut' }),
      linear: (w) => init.normal(w, 0, 0.01, initOptions(given)),
      zeroBias: true,
    });
  }

  forward(input: Tensor): Tensor {
    const x = this.avgpool.forward(this.features.forward(input)); // (N, 512, 7, 7)
    return this.classifier.forward(x.flatten(1));
  }
}

/**
 * VGG with 11 layers that have weights: `new VGG([1, 1, 2, 2, 2], options)`.
 *
 * (N, 3, H, W) becomes (N, numClasses). Same as torchvision's `vgg11`, with no weights to download.
 *
 * @throws As `VGG`.
 *
 * @example
 * import { vgg11 } from '@kasane/layers-cnn/models';
 * import { skipInit } from '@kasane/nn';
 * const model = skipInit(() => vgg11()); // only counted
 * model.parameters().reduce((sum, p) => sum + p.size, 0); // => 132863336
 *
 * @category Models
 */
export function vgg11(options: VGGOptions = {}): VGG {
  return new VGG([1, 1, 2, 2, 2], options);
}

/**
 * VGG with 16 layers that have weights, 138,357,544 of them: `new VGG([2, 2, 3, 3, 3], options)`.
 *
 * (N, 3, H, W) becomes (N, numClasses). Same as torchvision's `vgg16`, with no weights to download.
 *
 * @throws As `VGG`.
 *
 * @example
 * import { vgg16 } from '@kasane/layers-cnn/models';
 * import { skipInit } from '@kasane/nn';
 * const model = skipInit(() => vgg16()); // only counted
 * model.parameters().reduce((sum, p) => sum + p.size, 0); // => 138357544
 * Object.keys(model.stateDict()).slice(0, 3); // => ["features.0.weight","features.0.bias","features.2.weight"]
 *
 * @category Models
 */
export function vgg16(options: VGGOptions = {}): VGG {
  return new VGG([2, 2, 3, 3, 3], options);
}

/**
 * VGG with 19 layers that have weights: `new VGG([2, 2, 4, 4, 4], options)`.
 *
 * (N, 3, H, W) becomes (N, numClasses). Same as torchvision's `vgg19`, with no weights to download.
 *
 * @throws As `VGG`.
 *
 * @example
 * import { vgg19 } from '@kasane/layers-cnn/models';
 * import { skipInit } from '@kasane/nn';
 * const model = skipInit(() => vgg19()); // only counted
 * model.parameters().reduce((sum, p) => sum + p.size, 0); // => 143667240
 *
 * @category Models
 */
export function vgg19(options: VGGOptions = {}): VGG {
  return new VGG([2, 2, 4, 4, 4], options);
}
