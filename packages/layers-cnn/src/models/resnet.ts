import {
  init,
  Linear,
  Module,
  Sequential,
  skipInit,
  initOptions,
  layerNames,
  layerOptions,
  type Layer,
  type LayerOptions,
} from '@kasane/nn';
import { optionsOf, type Tensor, shown } from '@kasane/tensor-core';
import { BatchNorm2d } from '../batch-norm.ts';
import { BasicBlock, Bottleneck, type ResidualOptions } from '../blocks/residual.ts';
import { Conv2d } from '../conv-layers.ts';
import { AdaptiveAvgPool2d, MaxPool2d } from '../pool-layers.ts';
import { initialize } from './initialize.ts';

/** A class of residual blocks, such as `BasicBlock`. */
export interface ResidualBlock {
  /** Channels of the output for each of `planes`. */
  readonly expansion: number;
  new (inPlanes: number, planes: number, options?: ResidualOptions): Layer;
}

/** Options of `ResNet`. */
export interface ResNetOptions extends LayerOptions {
  /** Default 1000. */
  readonly numClasses?: number;
  /** Channels of the first stage; each stage has twice as many as the one before. Default 64. */
  readonly width?: number;
}

/**
 * A residual network: a 7 × 7 convolution, four stages of residual blocks, the mean over the image, a linear layer.
 *
 * | tensor | shape            |
 * | ------ | ---------------- |
 * | input  | (N, 3, H, W)     |
 * | output | (N, numClasses)  |
 *
 * `layers` says how many blocks each of the four stages has; every stage but the first halves the image, which the layers
 * before them have made four times smaller. Convolutions start from N(0, 2 / (outChannels · KH · KW)). Same as torchvision's
 * `ResNet`, but for `width`.
 *
 * @throws RangeError unless width and numClasses are whole numbers.
 * @throws {@link ShapeError} for other inputs.
 *
 * @example
 * import { BasicBlock, ResNet } from '@kasane/layers-cnn/models';
 * import { randn, optionsOf } from '@kasane/tensor-core';
 * const model = new ResNet(BasicBlock, [1, 1, 1, 1], { numClasses: 10, width: 8 });
 * model.forward(randn([2, 3, 32, 32])).shape; // => [2,10]
 *
 * @see He et al. (2016), Deep residual learning for image recognition.
 * @category Models
 */
export class ResNet extends Module {
  readonly conv1: Conv2d;
  readonly bn1: BatchNorm2d;
  readonly maxpool: MaxPool2d;
  readonly layer1: Sequential;
  readonly layer2: Sequential;
  readonly layer3: Sequential;
  readonly layer4: Sequential;
  readonly avgpool: AdaptiveAvgPool2d;
  readonly fc: Linear;

  constructor(block: ResidualBlock, layers: readonly number[], options: ResNetOptions = {}) {
    super();
    const given = optionsOf('ResNet', options, ['numClasses', 'width', ...layerNames]);
    const { numClasses = 1000, width = 64 } = given;
    const how = layerOptions(given);
    if (typeof block !== 'function' || block.prototype === undefined) {
      throw new TypeError(
        `ResNet: the block must be a class such as BasicBlock, got ${shown(block)}.`,
      );
    }
    if (!Array.isArray(layers)) {
      throw new TypeError(
        `ResNet: layers must be an array of numbers of blocks, got ${shown(layers)}.`,
      );
    }
    let inPlanes = width;
    const stage = (i: number): Sequential => {
      const planes = width * 2 ** i;
      const blocks = Array.from({ length: layers[i] ?? 0 }, (_, j) => {
        const made = new block(inPlanes, planes, {
          ...how,
          stride: i > 0 && j === 0 ? 2 : 1,
        });
        inPlanes = planes * block.expansion;
        return made;
      });
      return new Sequential(...blocks);
    };
    const first = { ...how, stride: 2, padding: 3, bias: false };
    // Weights of convolutions are drawn below.
    this.conv1 = skipInit(() => new Conv2d(3, width, 7, first));
    this.bn1 = new BatchNorm2d(width, how);
    this.maxpool = new MaxPool2d(3, { stride: 2, padding: 1 });
    this.layer1 = skipInit(() => stage(0));
    this.layer2 = skipInit(() => stage(1));
    this.layer3 = skipInit(() => stage(2));
    this.layer4 = skipInit(() => stage(3));
    this.avgpool = new AdaptiveAvgPool2d(1);
    this.fc = new Linear(inPlanes, numClasses, how);
    initialize(this, {
      convolution: (w) => init.kaimingNormal(w, { ...initOptions(given), mode: 'fanOut' }),
      zeroBias: false,
    });
  }

  forward(input: Tensor): Tensor {
    let x = this.maxpool.forward(this.bn1.forward(this.conv1.forward(input)).relu());
    for (const stage of [this.layer1, this.layer2, this.layer3, this.layer4]) x = stage.forward(x);
    return this.fc.forward(this.avgpool.forward(x).flatten(1));
  }
}

/**
 * ResNet-18: `new ResNet(BasicBlock, [2, 2, 2, 2], options)`, 11,689,512 parameters.
 *
 * (N, 3, H, W) becomes (N, numClasses). Same as torchvision's `resnet18`, with no weights to download.
 *
 * @throws As `ResNet`.
 *
 * @example
 * import { resnet18 } from '@kasane/layers-cnn/models';
 * import { skipInit } from '@kasane/nn';
 * const model = skipInit(() => resnet18()); // only counted
 * model.parameters().reduce((sum, p) => sum + p.size, 0); // => 11689512
 *
 * @category Models
 */
export function resnet18(options: ResNetOptions = {}): ResNet {
  return new ResNet(BasicBlock, [2, 2, 2, 2], options);
}

/**
 * ResNet-34: `new ResNet(BasicBlock, [3, 4, 6, 3], options)`, 21,797,672 parameters.
 *
 * (N, 3, H, W) becomes (N, numClasses). Same as torchvision's `resnet34`, with no weights to download.
 *
 * @throws As `ResNet`.
 *
 * @example
 * import { resnet34 } from '@kasane/layers-cnn/models';
 * resnet34({ width: 8 }).layer3.length; // => 6
 *
 * @category Models
 */
export function resnet34(options: ResNetOptions = {}): ResNet {
  return new ResNet(BasicBlock, [3, 4, 6, 3], options);
}

/**
 * ResNet-50: `new ResNet(Bottleneck, [3, 4, 6, 3], options)`, 25,557,032 parameters.
 *
 * (N, 3, H, W) becomes (N, numClasses). Same as torchvision's `resnet50`, with no weights to download.
 *
 * @throws As `ResNet`.
 *
 * @example
 * import { resnet50 } from '@kasane/layers-cnn/models';
 * import { skipInit } from '@kasane/nn';
 * const model = skipInit(() => resnet50()); // only counted
 * model.parameters().reduce((sum, p) => sum + p.size, 0); // => 25557032
 *
 * @category Models
 */
export function resnet50(options: ResNetOptions = {}): ResNet {
  return new ResNet(Bottleneck, [3, 4, 6, 3], options);
}

/**
 * ResNet-101: `new ResNet(Bottleneck, [3, 4, 23, 3], options)`, 44,549,160 parameters.
 *
 * (N, 3, H, W) becomes (N, numClasses). Same as torchvision's `resnet101`, with no weights to download.
 *
 * @throws As `ResNet`.
 *
 * @example
 * import { resnet101 } from '@kasane/layers-cnn/models';
 * resnet101({ width: 8 }).layer3.length; // => 23
 *
 * @category Models
 */
export function resnet101(options: ResNetOptions = {}): ResNet {
  return new ResNet(Bottleneck, [3, 4, 23, 3], options);
}

/**
 * ResNet-152: `new ResNet(Bottleneck, [3, 8, 36, 3], options)`, 60,192,808 parameters.
 *
 * (N, 3, H, W) becomes (N, numClasses). Same as torchvision's `resnet152`, with no weights to download.
 *
 * @throws As `ResNet`.
 *
 * @example
 * import { resnet152 } from '@kasane/layers-cnn/models';
 * resnet152({ width: 8 }).layer3.length; // => 36
 *
 * @category Models
 */
export function resnet152(options: ResNetOptions = {}): ResNet {
  return new ResNet(Bottleneck, [3, 8, 36, 3], options);
}
