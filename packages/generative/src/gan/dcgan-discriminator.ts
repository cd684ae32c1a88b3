import { BatchNorm2d, Conv2d } from '@kasane/layers-cnn';
import {
  initOptions,
  layerNames,
  layerOptions,
  LeakyReLU,
  Module,
  Sequential,
  type Layer,
  type LayerOptions,
} from '@kasane/nn';
import {
  concat,
  formatShape,
  optionsOf,
  requireTensor,
  requireThat,
  requireWhole,
  ShapeError,
  shown,
  type Tensor,
} from '@kasane/tensor-core';
import { oneHotLabels } from './conditions.ts';
import { dcganInit } from './dcgan-init.ts';
import { imageSizes, type ImageSize } from './image-sizes.ts';
import { SpectralNorm } from './spectral-norm.ts';

/** What keeps a discriminator's layers in bounds. */
export type Normalization = 'batch' | 'spectral' | 'none';

/** Options of `DCGANDiscriminator`. */
export interface DCGANDiscriminatorOptions extends LayerOptions {
  /** Channels of the images. Default 1. */
  readonly channels?: number;
  /** Channels behind the first layer; each one after has twice as many. Default 64. */
  readonly features?: number;
  /** The slope of LeakyReLU below 0. Default 0.2. */
  readonly negativeSlope?: number;
  /**
   * Batch normalisation of all layers but the first and the last, spectral normalisation of all, or none, which a gradient penalty
   * wants. Default batch.
   */
  readonly normalization?: Normalization;
  /** Classes one of which an image shall be of; 0 for none. Default 0. */
  readonly classes?: number;
}

const normalizations: readonly unknown[] = ['batch', 'spectral', 'none'];

/**
 * Scores of how real images are, by convolutions that halve the sides.
 *
 * $$ H_{i+1} = \lfloor (H_i + 2 - 4) / 2 \rfloor + 1 = \lfloor H_i / 2 \rfloor $$
 *
 * | tensor | shape                                                |
 * | ------ | ---------------------------------------------------- |
 * | images | (N, channels, H, W), from -1 to 1                    |
 * | labels | (N), whole numbers, if there are classes             |
 * | output | (N): logits, without a sigmoid                       |
 *
 * The mirror image of `DCGANGenerator`: kernel 4, stride 2, padding 1 and LeakyReLU while sides are 8 or more, then one kernel over all
 * that is left. The same first values. For 64 by 64 this is the discriminator of PyTorch's DCGAN tutorial, without its sigmoid. Labels are
 * appended as channels of ones among zeros.
 *
 * @throws RangeError if a side is below 8, or a number of channels, features or classes, or the slope, is out of range.
 * @throws {@link ShapeError} if images have another shape, or labels are not (N).
 * @throws TypeError if labels are given without classes, or missing where there are some.
 *
 * @example
 * import { DCGANDiscriminator } from '@kasane/generative';
 * import { zeros } from '@kasane/tensor-core';
 * new DCGANDiscriminator(28, { features: 8 }).forward(zeros([2, 1, 28, 28])).shape; // => [2]
 *
 * @see Radford, Metz and Chintala (2016), Unsupervised Representation Learning with Deep Convolutional GANs.
 * @category Adversarial
 */
export class DCGANDiscriminator extends Module {
  /** Classes one of which an image shall be of; 0 for none. */
  readonly classes: number;
  /** All layers. */
  readonly layers: Sequential;
  readonly #shape: readonly [channels: number, height: number, width: number];

  constructor(size: ImageSize, options: DCGANDiscriminatorOptions = {}) {
    super();
    const owner = 'DCGANDiscriminator';
    const own = ['channels', 'features', 'negativeSlope', 'normalization', 'classes'] as const;
    const given = optionsOf(owner, options, [...own, ...layerNames]);
    const { channels = 1, features = 64, negativeSlope = 0.2, normalization = 'batch' } = given;
    const { classes = 0 } = given;
    const sizes = imageSizes(owner, size);
    requireWhole(owner, 'channels', channels, 1);
    requireWhole(owner, 'features', features, 1);
    requireWhole(owner, 'classes', classes);
    requireThat(negativeSlope >= 0, owner, 'negativeSlope', negativeSlope, '≥ 0');
    if (!normalizations.includes(normalization)) {
      throw new RangeError(
        `${owner}: normalization must be 'batch', 'spectral' or 'none', got ${shown(normalization)}.`,
      );
    }
    this.classes = classes;
    this.#shape = [channels, ...sizes[0]!];
    const how = layerOptions(given);
    const bare = { ...how, bias: false };
    const convolutions: Conv2d[] = [];
    let width = channels + classes;
    for (let next = features; convolutions.length < sizes.length - 1; next *= 2) {
      convolutions.push(new Conv2d(width, next, 4, { ...bare, stride: 2, padding: 1 }));
      width = next;
    }
    convolutions.push(new Conv2d(width, 1, sizes.at(-1)!, bare));
    const drawn = initOptions(how);
    for (const convolution of convolutions) dcganInit(convolution, drawn);

    const layers: Layer[] = [];
    for (const [i, convolution] of convolutions.entries()) {
      const last = i === convolutions.length - 1;
      if (normalization === 'spectral') layers.push(new SpectralNorm(convolution, drawn));
      else layers.push(convolution);
      if (normalization === 'batch' && i > 0 && !last) {
        layers.push(dcganInit(new BatchNorm2d(convolution.outChannels, how), drawn));
      }
      if (!last) layers.push(new LeakyReLU(negativeSlope));
    }
    this.layers = new Sequential(...layers);
  }

  forward(images: Tensor, labels?: Tensor): Tensor {
    requireTensor('DCGANDiscriminator', 'the images', images);
    const [n, ...rest] = images.shape;
    if (String(rest) !== String(this.#shape)) {
      throw new ShapeError(
        `DCGANDiscriminator: the images must have shape (N, ${this.#shape.join(', ')}), got ${formatShape(images.shape)}.`,
      );
    }
    const wanted = oneHotLabels('DCGANDiscriminator', this.classes, labels, images);
    if (wanted === null) return this.layers.forward(images).reshape([n!]);
    const [, height, width] = this.#shape;
    const planes = wanted.reshape([n!, this.classes, 1, 1]);
    const wide = planes.broadcastTo([n!, this.classes, height, width]);
    return this.layers.forward(concat([images, wide], 1)).reshape([n!]);
  }
}
