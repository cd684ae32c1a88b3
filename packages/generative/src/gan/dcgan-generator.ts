import { BatchNorm2d, ConvTranspose2d } from '@kasane/layers-cnn';
import {
  initOptions,
  layerNames,
  layerOptions,
  Module,
  ReLU,
  Sequential,
  Tanh,
  type Layer,
  type LayerOptions,
} from '@kasane/nn';
import {
  concat,
  formatShape,
  optionsOf,
  requireTensor,
  requireWhole,
  ShapeError,
  type Tensor,
} from '@kasane/tensor-core';
import { oneHotLabels } from './conditions.ts';
import { dcganInit } from './dcgan-init.ts';
import { imageSizes, type ImageSize } from './image-sizes.ts';

/** Options of `DCGANGenerator`. */
export interface DCGANGeneratorOptions extends LayerOptions {
  /** Numbers of noise for an image. Default 100. */
  readonly latentSize?: number;
  /** Channels of the images. Default 1. */
  readonly channels?: number;
  /** Channels before the last layer; each one before has twice as many. Default 64. */
  readonly features?: number;
  /** Classes of which one is asked for; 0 for none. Default 0. */
  readonly classes?: number;
}

/**
 * Images from noise, by transposed convolutions that double the sides.
 *
 * $$ H_{i+1} = 2 (H_i - 1) - 2 + 4 + p = 2 H_i + p, \quad p = 1 \text{ where the size is odd, else } 0 $$
 *
 * | tensor | shape                                        |
 * | ------ | -------------------------------------------- |
 * | noise  | (N, latentSize), from N(0, 1)                |
 * | labels | (N), whole numbers, if there are classes     |
 * | output | (N, channels, H, W), from -1 to 1            |
 *
 * The first layer makes the smallest size of the row H, ⌊H/2⌋, ... whose sides are below 8 (4 for 64, 7 for 28), the others, kernel 4,
 * stride 2, padding 1, go back that row; odd sizes are met by a row more at the end. Batch normalisation and ReLU stand between, tanh at
 * the end; weights are from N(0, 0.02²), those of the normalisations from N(1, 0.02²), no convolution has a bias. For 64 by 64 this is the
 * generator of PyTorch's DCGAN tutorial. Labels are appended to the noise as ones among zeros.
 *
 * @throws RangeError if a side is below 8, or a size or a number of channels, features or classes is out of range.
 * @throws {@link ShapeError} if noise has another shape, or labels are not (N).
 * @throws TypeError if labels are given without classes, or missing where there are some.
 *
 * @example
 * import { DCGANGenerator } from '@kasane/generative';
 * import { Generator, randn } from '@kasane/tensor-core';
 * const generator = new Generator(1);
 * const network = new DCGANGenerator(28, { latentSize: 16, features: 8, generator });
 * network.forward(randn([2, 16], { generator })).shape; // => [2,1,28,28]
 *
 * @see Radford, Metz and Chintala (2016), Unsupervised Representation Learning with Deep Convolutional GANs.
 * @see Mirza and Osindero (2014), Conditional Generative Adversarial Nets.
 * @category Adversarial
 */
export class DCGANGenerator extends Module {
  /** Numbers of noise for an image. */
  readonly latentSize: number;
  /** Classes of which one is asked for; 0 for none. */
  readonly classes: number;
  /** All layers. */
  readonly layers: Sequential;

  constructor(size: ImageSize, options: DCGANGeneratorOptions = {}) {
    super();
    const owner = 'DCGANGenerator';
    const names = ['latentSize', 'channels', 'features', 'classes', ...layerNames] as const;
    const given = optionsOf(owner, options, names);
    const { latentSize = 100, channels = 1, features = 64, classes = 0 } = given;
    const sizes = imageSizes(owner, size).reverse(); // the smallest first
    requireWhole(owner, 'latentSize', latentSize, 1);
    requireWhole(owner, 'channels', channels, 1);
    requireWhole(owner, 'features', features, 1);
    requireWhole(owner, 'classes', classes);
    this.latentSize = latentSize;
    this.classes = classes;
    const how = layerOptions(given);
    const bare = { ...how, bias: false };
    let width = features * 2 ** (sizes.length - 2);
    const layers: Layer[] = [
      new ConvTranspose2d(latentSize + classes, width, sizes[0]!, bare),
      new BatchNorm2d(width, how),
      new ReLU(),
    ];
    for (let i = 1; i < sizes.length; i++) {
      const [[h, w], [nextH, nextW]] = [sizes[i - 1]!, sizes[i]!];
      const outputPadding = [nextH - 2 * h, nextW - 2 * w] as const; // 1 where the size is odd
      const shape = { ...bare, stride: 2, padding: 1, outputPadding };
      const last = i === sizes.length - 1;
      const next = last ? channels : width / 2;
      layers.push(new ConvTranspose2d(width, next, 4, shape));
      if (last) layers.push(new Tanh());
      else layers.push(new BatchNorm2d(next, how), new ReLU());
      width = next;
    }
    this.layers = new Sequential(...layers);
    dcganInit(this, initOptions(how));
  }

  forward(noise: Tensor, labels?: Tensor): Tensor {
    requireTensor('DCGANGenerator', 'the noise', noise);
    if (noise.ndim !== 2 || noise.shape[1] !== this.latentSize) {
      throw new ShapeError(
        `DCGANGenerator: the noise must have shape (N, ${this.latentSize}), got ${formatShape(noise.shape)}.`,
      );
    }
    const wanted = oneHotLabels('DCGANGenerator', this.classes, labels, noise);
    const input = wanted === null ? noise : concat([noise, wanted], 1);
    return this.layers.forward(input.reshape([...input.shape, 1, 1]));
  }
}
