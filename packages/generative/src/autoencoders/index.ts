export { Autoencoder, type AutoencoderOptions, type ReconstructionLoss } from './autoencoder.ts';
export {
  ConvAutoencoder,
  convDecoder,
  convEncoder,
  type ConvAutoencoderOptions,
  type ConvCoderOptions,
} from './conv-autoencoder.ts';
export { DenoisingAutoencoder, type DenoisingAutoencoderOptions } from './denoising-autoencoder.ts';
export {
  BernoulliLikelihood,
  GaussianLikelihood,
  Likelihood,
  type GaussianLikelihoodOptions,
} from './likelihood.ts';
export { mlp, type MlpOptions } from './mlp.ts';
export { SparseAutoencoder, type SparseAutoencoderOptions } from './sparse-autoencoder.ts';
export {
  VAE,
  type BoundOptions,
  type ConditionOptions,
  type VAELoss,
  type VAELossOptions,
  type VAEOptions,
} from './vae.ts';
export {
  VectorQuantizer,
  type Quantized,
  type VectorQuantizerOptions,
} from './vector-quantizer.ts';
export { VQVAE, type VQVAELoss } from './vq-vae.ts';
