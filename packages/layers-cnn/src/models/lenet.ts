import { Linear, Module, layerNames, layerOptions, type LayerOptions } from '@kasane/nn';
import { optionsOf, type Tensor } from '@kasane/tensor-core';
import { Conv2d } from '../conv-layers.ts';
import { avgPool2d } from '../pool.ts';

/** Options of `LeNet`. */
export interface LeNetOptions extends LayerOptions {
  /** Default 10. */
  readonly numClasses?: number;
}

/**
 * LeNet-5, which read digits in 1998: two convolutions with tanh and pooling, and three layers that see all.
 *
 * | tensor | shape            |
 * | ------ | ---------------- |
 * | input  | (N, 1, 32, 32)   |
 * | output | (N, numClasses)  |
 *
 * Digits of 28 × 28 pixels are padded by 2 on each side. As it is usually built today: pooling has no weights, every map of the
 * second convolution sees all six of the first, and the last layer gives logits instead of distances. torchvision has no class
 * for it.
 *
 * @throws {@link ShapeError} for other inputs.
 *
 * @example
 * import { LeNet } from '@kasane/layers-cnn/models';
 * import { randn, optionsOf } from '@kasane/tensor-core';
 * const model = new LeNet();
 * model.forward(randn([2, 1, 28, 28]).pad([[0, 0], [0, 0], [2, 2], [2, 2]])).shape; // => [2,10]
 * model.parameters().reduce((sum, p) => sum + p.size, 0); // => 61706
 *
 * @see LeCun et al. (1998), Gradient-based learning applied to document recognition.
 * @category Models
 */
export class LeNet extends Module {
  readonly conv1: Conv2d;
  readonly conv2: Conv2d;
  readonly fc1: Linear;
  readonly fc2: Linear;
  readonly fc3: Linear;

  constructor(options: LeNetOptions = {}) {
    super();
    const given = optionsOf('LeNet', options, ['numClasses', ...layerNames]);
    const how = layerOptions(given);
    this.conv1 = new Conv2d(1, 6, 5, how);
    this.conv2 = new Conv2d(6, 16, 5, how);
    this.fc1 = new Linear(400, 120, how);
    this.fc2 = new Linear(120, 84, how);
    this.fc3 = new Linear(84, given.numClasses ?? 10, how);
  }

  forward(input: Tensor): Tensor {
    const x = avgPool2d(this.conv1.forward(input).tanh(), 2); // (N, 6, 14, 14)
    const y = avgPool2d(this.conv2.forward(x).tanh(), 2); // (N, 16, 5, 5)
    const hidden = this.fc1.forward(y.flatten(1)).tanh();
    return this.fc3.forward(this.fc2.forward(hidden).tanh());
  }
}
