/**
 * Modules, layers, activations, initialisers and losses.
 *
 * @packageDocumentation
 */
export { Module, type Layer } from './module.ts';
export { newParameter, type NewParameterOptions } from './new-parameter.ts';
export { Buffer, Parameter, type BufferOptions, type ParameterOptions } from './parameter.ts';
export type { LoadOptions, LoadReport, StateDict } from './state-dict.ts';
export { ModuleDict, ParameterDict } from './module-dict.ts';
export { ModuleList, ParameterList } from './module-list.ts';
export { Sequential } from './sequential.ts';
export { summary, type Summary, type SummaryRow } from './summary.ts';
export * as init from './init/index.ts';
export { skipInit } from './init/skip-init.ts';
export { initOptions } from './init/basic.ts';
export type {
  InitOptions,
  KaimingOptions,
  Nonlinearity,
  TruncatedNormalOptions,
  XavierOptions,
} from './init/index.ts';

export { layerNames, layerOptions, type LayerOptions } from './layer-options.ts';
export { BatchNorm, BatchNorm1d, type BatchNormOptions } from './batch-norm.ts';
export { Bilinear, type BilinearOptions } from './bilinear.ts';
export * from './dropout.ts';
export { Embedding, type EmbeddingOptions } from './embedding.ts';
export { Flatten } from './flatten.ts';
export { GroupNorm, type GroupNormOptions } from './group-norm.ts';
export { Identity } from './identity.ts';
export { LayerNorm, type LayerNormOptions } from './layer-norm.ts';
export { Linear, linear, type LinearOptions } from './linear.ts';
export * from './padding.ts';
export { RMSNorm, type RMSNormOptions } from './rms-norm.ts';
export { Unflatten } from './unflatten.ts';

export * from './activations/bounded.ts';
export * from './activations/learned.ts';
export * from './activations/rectifiers.ts';
export * from './activations/shrink.ts';
export * from './activations/smooth.ts';
export * from './activations/softmax.ts';

export type { LossOptions, Reduction } from './losses/reduction.ts';
export * from './losses/binary-cross-entropy.ts';
export * from './losses/contrastive.ts';
export * from './losses/cosine-embedding.ts';
export * from './losses/cosine-similarity.ts';
export {
  crossEntropy,
  CrossEntropyLoss,
  type CrossEntropyOptions,
} from './losses/cross-entropy.ts';
export * from './losses/huber.ts';
export * from './losses/kl-div.ts';
export * from './losses/l1.ts';
export * from './losses/likelihoods.ts';
export * from './losses/margins.ts';
export * from './losses/mse.ts';
export { nllLoss, NLLLoss, type ClassOptions } from './losses/nll.ts';
export * from './losses/pairwise-distance.ts';
export * from './losses/triplet-margin.ts';
