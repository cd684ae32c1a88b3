import {
  Module,
  Sequential,
  layerNames,
  layerOptions,
  type Layer,
  type LayerOptions,
} from '@kasane/nn';
import { optionsOf, type Tensor } from '@kasane/tensor-core';
import { BatchNorm2d } from '../batch-norm.ts';
import { Conv2d } from '../conv-layers.ts';

/** Options of residual blocks. */
export interface ResidualOptions extends LayerOptions {
  /** Of the 3 × 3 convolution that makes the image smaller. Default 1. */
  readonly stride?: number;
}

/**
 * Adds its input to what a module makes of it, so that the module learns the difference.
 *
 * $$ y = x + F(x) $$
 *
 * The gradient ∂y/∂x = 1 + ∂F/∂x reaches what stands before it even where that of F vanishes. `body` is F and must keep the
 * shape. PyTorch has no class for it.
 *
 * @throws {@link ShapeError} if shapes cannot be added, and what F throws.
 *
 * @example
 * import { init, Linear } from '@kasane/nn';
 * import { Residual } from '@kasane/layers-cnn/models';
 * import { tensor, optionsOf } from '@kasane/tensor-core';
 * const body = new Linear(2, 2, { bias: false });
 * init.zeros(body.weight);
 * new Residual(body).forward(tensor([3, -4])).toArray(); // => [3,-4]
 *
 * @see He et al. (2016), Deep residual learning for image recognition.
 * @category Blocks
 */
export class Residual extends Module {
  /** F. */
  readonly body: Layer;

  constructor(body: Layer) {
    super();
    this.body = body;
  }

  forward(input: Tensor): Tensor {
    return this.body.forward(input).add(input);
  }
}

const conv3x3 = (i: number, o: number, options: ResidualOptions): Conv2d =>
  new Conv2d(i, o, 3, { ...options, padding: 1, bias: false });
const conv1x1 = (i: number, o: number, options: ResidualOptions): Conv2d =>
  new Conv2d(i, o, 1, { ...options, bias: false });

/** What stands for the identity where a block changes the shape; null where it does not. */
function downsample(i: number, o: number, options: ResidualOptions): Sequential | null {
  if (i === o && (options.stride ?? 1) === 1) return null;
  return new Sequential(conv1x1(i, o, options), new BatchNorm2d(o, layerOptions(options)));
}

/**
 * The residual block of ResNet-18 and ResNet-34: two 3 × 3 convolutions with batch normalisation.
 *
 * $$ y = \mathrm{relu}(x + F(x)) $$
 *
 * | tensor | shape                            |
 * | ------ | -------------------------------- |
 * | input  | (N, inPlanes, H, W)              |
 * | output | (N, planes, H/stride, W/stride)  |
 *
 * Where the shape changes, x passes through a 1 × 1 convolution with batch normalisation, `downsample`, which the block makes
 * itself. Otherwise the same as torchvision's `BasicBlock`.
 *
 * @throws {@link ShapeError} for other inputs.
 *
 * @example
 * import { BasicBlock } from '@kasane/layers-cnn/models';
 * import { randn } from '@kasane/tensor-core';
 * new BasicBlock(4, 8, { stride: 2 }).forward(randn([2, 4, 6, 6])).shape; // => [2,8,3,3]
 *
 * @see He et al. (2016), Deep residual learning for image recognition.
 * @category Blocks
 */
export class BasicBlock extends Module {
  /** Channels of the output for each of `planes`. */
  static readonly expansion: number = 1;
  readonly conv1: Conv2d;
  readonly bn1: BatchNorm2d;
  readonly conv2: Conv2d;
  readonly bn2: BatchNorm2d;
  /** What x passes through where the shape changes, else null. */
  readonly downsample: Sequential | null;

  constructor(inPlanes: number, planes: number, options: ResidualOptions = {}) {
    super();
    optionsOf('BasicBlock', options, ['stride', ...layerNames]);
    const rest = layerOptions(options);
    this.conv1 = conv3x3(inPlanes, planes, options);
    this.bn1 = new BatchNorm2d(planes, rest);
    this.conv2 = conv3x3(planes, planes, rest);
    this.bn2 = new BatchNorm2d(planes, rest);
    this.downsample = downsample(inPlanes, planes, options);
  }

  forward(input: Tensor): Tensor {
    const hidden = this.bn1.forward(this.conv1.forward(input)).relu();
    const change = this.bn2.forward(this.conv2.forward(hidden));
    return change.add(this.downsample?.forward(input) ?? input).relu();
  }
}

/**
 * The residual block of ResNet-50 and deeper ones: a 1 × 1 convolution to fewer channels, a 3 × 3 one there, and a
 * 1 × 1 one to four times as many, all with batch normalisation.
 *
 * $$ y = \mathrm{relu}(x + F(x)) $$
 *
 * | tensor | shape                               |
 * | ------ | ----------------------------------- |
 * | input  | (N, inPlanes, H, W)                 |
 * | output | (N, 4 planes, H/stride, W/stride)   |
 *
 * The stride is that of the 3 × 3 convolution. Where the shape changes, x passes through a 1 × 1 convolution with batch
 * normalisation, `downsample`, which the block makes itself. Otherwise the same as torchvision's `Bottleneck`.
 *
 * @throws {@link ShapeError} for other inputs.
 *
 * @example
 * import { Bottleneck } from '@kasane/layers-cnn/models';
 * import { randn } from '@kasane/tensor-core';
 * new Bottleneck(8, 4, { stride: 2 }).forward(randn([2, 8, 6, 6])).shape; // => [2,16,3,3]
 *
 * @see He et al. (2016), Deep residual learning for image recognition.
 * @category Blocks
 */
export class Bottleneck extends Module {
  /** Channels of the output for each of `planes`. */
  static readonly expansion: number = 4;
  readonly conv1: Conv2d;
  readonly bn1: BatchNorm2d;
  readonly conv2: Conv2d;
  readonly bn2: BatchNorm2d;
  readonly conv3: Conv2d;
  readonly bn3: BatchNorm2d;
  /** What x passes through where the shape changes, else null. */
  readonly downsample: Sequential | null;

  constructor(inPlanes: number, planes: number, options: ResidualOptions = {}) {
    super();
    optionsOf('Bottleneck', options, ['stride', ...layerNames]);
    const rest = layerOptions(options);
    const outPlanes = planes * Bottleneck.expansion;
    this.conv1 = conv1x1(inPlanes, planes, rest);
    this.bn1 = new BatchNorm2d(planes, rest);
    this.conv2 = conv3x3(planes, planes, options);
    this.bn2 = new BatchNorm2d(planes, rest);
    this.conv3 = conv1x1(planes, outPlanes, rest);
    this.bn3 = new BatchNorm2d(outPlanes, rest);
    this.downsample = downsample(inPlanes, outPlanes, options);
  }

  forward(input: Tensor): Tensor {
    const reduced = this.bn1.forward(this.conv1.forward(input)).relu();
    const hidden = this.bn2.forward(this.conv2.forward(reduced)).relu();
    const change = this.bn3.forward(this.conv3.forward(hidden));
    return change.add(this.downsample?.forward(input) ?? input).relu();
  }
}

/**
 * A residual block whose normalisations and ReLUs stand before its convolutions, so that nothing lies on the way of x.
 *
 * $$ y = x + F(\mathrm{relu}(\mathrm{BN}(x))) $$
 *
 * | tensor | shape                            |
 * | ------ | -------------------------------- |
 * | input  | (N, inPlanes, H, W)              |
 * | output | (N, planes, H/stride, W/stride)  |
 *
 * Where the shape changes, a 1 × 1 convolution of relu(BN(x)), `downsample`, stands for x. torchvision has no class for it.
 *
 * @throws {@link ShapeError} for other inputs.
 *
 * @example
 * import { PreActivationBlock } from '@kasane/layers-cnn/models';
 * import { randn } from '@kasane/tensor-core';
 * new PreActivationBlock(4, 8, { stride: 2 }).forward(randn([2, 4, 6, 6])).shape; // => [2,8,3,3]
 *
 * @see He et al. (2016), Identity mappings in deep residual networks.
 * @category Blocks
 */
export class PreActivationBlock extends Module {
  /** Channels of the output for each of `planes`. */
  static readonly expansion: number = 1;
  readonly bn1: BatchNorm2d;
  readonly conv1: Conv2d;
  readonly bn2: BatchNorm2d;
  readonly conv2: Conv2d;
  /** What makes the shape of x that of the output where they differ, else null. */
  readonly downsample: Conv2d | null;

  constructor(inPlanes: number, planes: number, options: ResidualOptions = {}) {
    super();
    optionsOf('PreActivationBlock', options, ['stride', ...layerNames]);
    const { stride = 1 } = options;
    const rest = layerOptions(options);
    this.bn1 = new BatchNorm2d(inPlanes, rest);
    this.conv1 = conv3x3(inPlanes, planes, options);
    this.bn2 = new BatchNorm2d(planes, rest);
    this.conv2 = conv3x3(planes, planes, rest);
    const same = inPlanes === planes && stride === 1;
    this.downsample = same ? null : conv1x1(inPlanes, planes, options);
  }

  forward(input: Tensor): Tensor {
    const active = this.bn1.forward(input).relu();
    const hidden = this.bn2.forward(this.conv1.forward(active)).relu();
    const change = this.conv2.forward(hidden);
    return change.add(this.downsample?.forward(active) ?? input);
  }
}
