/**
 * Convolutional layers: convolutions, their transposes, pooling, batch normalisation and upsampling.
 *
 * @packageDocumentation
 */
export {
  conv1d,
  conv2d,
  conv3d,
  convTranspose1d,
  convTranspose2d,
  type ConvFunctionOptions,
  type ConvTransposeFunctionOptions,
} from './conv.ts';
export {
  Conv1d,
  Conv2d,
  Conv3d,
  ConvLayer,
  ConvTranspose1d,
  ConvTranspose2d,
  type ConvOptions,
  type ConvTransposeOptions,
} from './conv-layers.ts';
export { DepthwiseConv2d, SeparableConv2d } from './separable-conv.ts';

export * from './pool.ts';
export * from './pool-layers.ts';
export type { PoolOptions } from './ops/window.ts';

export { BatchNorm2d } from './batch-norm.ts';
export { InstanceNorm2d } from './instance-norm.ts';
export { LocalResponseNorm, type LocalResponseNormOptions } from './local-response-norm.ts';

export { Fold, fold, Unfold, unfold, type UnfoldOptions } from './unfold.ts';
export { PixelShuffle } from './pixel-shuffle.ts';
export { Upsample, upsample, type UpsampleOptions } from './upsample.ts';
export { ConvEmbedding, type ConvEmbeddingOptions } from './few-shot/conv-embedding.ts';
export { PrototypicalNetwork } from './few-shot/prototypical-network.ts';
export { SiameseNetwork } from './few-shot/siamese-network.ts';
export type { Size } from './size.ts';
