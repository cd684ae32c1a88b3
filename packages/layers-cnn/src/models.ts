/**
 * Blocks of convolutional networks, and networks made of them: LeNet, VGG, GoogLeNet, ResNet.
 *
 * @packageDocumentation
 */
export { BasicConv2d } from './blocks/conv-blocks.ts';
export {
  BatchNormInception,
  Inception,
  NaiveInception,
  type InceptionBanks,
  type InceptionChannels,
} from './blocks/inception.ts';
export { InceptionAux, type InceptionAuxOptions } from './blocks/inception-aux.ts';
export {
  BasicBlock,
  Bottleneck,
  PreActivationBlock,
  Residual,
  type ResidualOptions,
} from './blocks/residual.ts';
export { VGGBlock } from './blocks/vgg-block.ts';

export { GoogLeNet, type GoogLeNetOptions, type GoogLeNetOutputs } from './models/googlenet.ts';
export { LeNet, type LeNetOptions } from './models/lenet.ts';
export {
  ResNet,
  resnet101,
  resnet152,
  resnet18,
  resnet34,
  resnet50,
  type ResidualBlock,
  type ResNetOptions,
} from './models/resnet.ts';
export { VGG, vgg11, vgg16, vgg19, type VGGOptions } from './models/vgg.ts';
