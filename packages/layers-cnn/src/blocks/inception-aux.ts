import {
  Dropout,
  Linear,
  Module,
  initOptions,
  layerNames,
  layerOptions,
  type LayerOptions,
} from '@kasane/nn';
import { optionsOf, type Tensor } from '@kasane/tensor-core';
import { adaptiveAvgPool2d } from '../pool.ts';
import { BasicConv2d } from './conv-blocks.ts';

/** Options of `InceptionAux`. */
export interface InceptionAuxOptions extends LayerOptions {
  /** The probability of a zero before the last layer. Default 0.7. */
  readonly dropout?: number;
}

/**
 * An auxiliary head: a classifier in the middle of a deep network, whose loss reaches the layers before it without the
 * way through those behind.
 *
 * | tensor     | shape                 |
 * | ---------- | --------------------- |
 * | input      | (N, inChannels, H, W) |
 * | output     | (N, numClasses)       |
 * | fc1.weight | (1024, 2048)          |
 * | fc2.weight | (numClasses, 1024)    |
 *
 * The image is pooled to 4 × 4, a `BasicConv2d` leaves 128 channels of it, and two linear layers with ReLU and dropout between
 * them give the logits. Same as torchvision's `InceptionAux`.
 *
 * @throws {@link ShapeError} for other inputs.
 *
 * @example
 * import { InceptionAux } from '@kasane/layers-cnn/models';
 * import { randn, optionsOf } from '@kasane/tensor-core';
 * new InceptionAux(512, 10).forward(randn([2, 512, 14, 14])).shape; // => [2,10]
 *
 * @see Szegedy et al. (2015), Going deeper with convolutions.
 * @category Blocks
 */
export class InceptionAux extends Module {
  readonly conv: BasicConv2d;
  readonly fc1: Linear;
  readonly fc2: Linear;
  readonly dropout: Dropout;

  constructor(inChannels: number, numClasses: number, options: InceptionAuxOptions = {}) {
    super();
    const given = optionsOf('InceptionAux', options, ['dropout', ...layerNames]);
    const how = layerOptions(given);
    this.conv = new BasicConv2d(inChannels, 128, 1, how);
    this.fc1 = new Linear(2048, 1024, how);
    this.fc2 = new Linear(1024, numClasses, how);
    this.dropout = new Dropout(given.dropout ?? 0.7, initOptions(given));
  }

  forward(input: Tensor): Tensor {
    const x = this.conv.forward(adaptiveAvgPool2d(input, 4)); // (N, 128, 4, 4)
    const hidden = this.fc1.forward(x.flatten(1)).relu(); // (N, 1024)
    return this.fc2.forward(this.dropout.forward(hidden));
  }
}
