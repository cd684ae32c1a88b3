import {
  LeakyReLU,
  Module,
  Sequential,
  layerNames,
  layerOptions,
  type Layer,
  type LayerOptions,
} from '@kasane/nn';
import {
  formatShape,
  requireWhole,
  ShapeError,
  optionsOf,
  type Tensor,
  requireTensor,
} from '@kasane/tensor-core';
import { BatchNorm2d } from '../batch-norm.ts';
import { Conv2d } from '../conv-layers.ts';
import { MaxPool2d } from '../pool-layers.ts';

/** Options of `YOLO`. */
export interface YOLOOptions extends LayerOptions {
  /** Channels of the images. Default 3. */
  readonly inChannels?: number;
  /** Channels of the blocks; all but the last one halve the image. Default 16, 32, 64, 128, 128. */
  readonly channels?: readonly number[];
}

/**
 * A small detector after YOLO: one pass over an image gives B boxes and the probabilities of C classes in each of S by
 * S cells.
 *
 * | tensor | shape                                                                              |
 * | ------ | ---------------------------------------------------------------------------------- |
 * | input  | (N, inChannels, S·2ᵏ, S·2ᵏ), where k is one less than there are blocks             |
 * | output | (N, S, S, B·5 + C), in each cell B times x, y, √w, √h, confidence, then classes    |
 *
 * Blocks are a convolution of 3 by 3, batch normalisation and a leaky ReLU of slope 0.1; a convolution of 1 by 1 makes the
 * output, without an activation. The paper's network has 24 convolutions, trained on ImageNet first, and two dense layers; this
 * one has neither, so all cells share one set of weights and it learns from little data. Not in torchvision.
 *
 * @throws RangeError unless the numbers are whole and ≥ 1.
 * @throws {@link ShapeError} for images of another size.
 *
 * @example
 * import { YOLO } from '@kasane/layers-cnn/detection';
 * import { zeros } from '@kasane/tensor-core';
 * const model = new YOLO(7, 2, 20, { channels: [8, 16, 16, 32] });
 * const output = model.forward(zeros([1, 3, 56, 56]));
 * output.shape; // => [1,7,7,30]
 * output.size; // => 1470
 *
 * @see Redmon et al. (2016), You Only Look Once: Unified, Real-Time Object Detection.
 */
export class YOLO extends Module {
  /** S: cells along each side. */
  readonly s: number;
  /** B: boxes of a cell. */
  readonly b: number;
  /** C: classes. */
  readonly c: number;
  /** Height and width of the images. */
  readonly imageSize: number;
  /** The blocks. */
  readonly features: Sequential;
  /** Makes B·5 + C numbers for each cell. */
  readonly head: Conv2d;

  constructor(s: number, b: number, c: number, options: YOLOOptions = {}) {
    super();
    optionsOf('YOLO', options, ['inChannels', 'channels', ...layerNames]);
    requireWhole('YOLO', 's', s, 1);
    requireWhole('YOLO', 'b', b, 1);
    requireWhole('YOLO', 'c', c, 1);
    const { inChannels = 3, channels = [16, 32, 64, 128, 128] } = options;
    const how = layerOptions(options);
    const layers: Layer[] = [];
    let from = inChannels;
    channels.forEach((to, i) => {
      layers.push(
        new Conv2d(from, to, 3, { ...how, padding: 1, bias: false }), // the norm shifts by itself
        new BatchNorm2d(to, how),
        new LeakyReLU(0.1),
      );
      if (i + 1 < channels.length) layers.push(new MaxPool2d(2));
      from = to;
    });
    this.s = s;
    this.b = b;
    this.c = c;
    this.imageSize = s * 2 ** (channels.length - 1);
    this.features = new Sequential(...layers);
    this.head = new Conv2d(from, b * 5 + c, 1, how);
  }

  forward(images: Tensor): Tensor {
    requireTensor('YOLO', 'the input', images);
    const { imageSize } = this;
    if (images.ndim !== 4 || images.shape[2] !== imageSize || images.shape[3] !== imageSize) {
      throw new ShapeError(
        `YOLO: with ${this.s} × ${this.s} cells the images must have shape (N, C, ${imageSize}, ${imageSize}), got ${formatShape(images.shape)}. Resize them, or change the number of blocks.`,
      );
    }
    return this.head.forward(this.features.forward(images)).permute([0, 2, 3, 1]);
  }

  override extraRepr(): string {
    return `s=${this.s}, b=${this.b}, c=${this.c}`;
  }
}
