export {
  hingeLoss,
  leastSquaresLoss,
  minimaxLoss,
  nonSaturatingLoss,
  optimalDiscriminator,
  wassersteinLoss,
  type GanLoss,
  type LabelSmoothingOptions,
} from './gan-loss.ts';
export {
  gradientPenalty,
  r1Penalty,
  type Critic,
  type GradientPenaltyOptions,
} from './gradient-penalty.ts';
export { SpectralNorm, type SpectralNormOptions } from './spectral-norm.ts';
export {
  GanTrainer,
  type DiscriminatorReport,
  type GanProgress,
  type GanState,
  type GanTrainingOptions,
} from './gan-trainer.ts';
export type { GanTrainerOptions } from './gan-options.ts';
export type { DiscriminatorNetwork, GeneratorNetwork, RealBatch } from './players.ts';
export { DCGANGenerator, type DCGANGeneratorOptions } from './dcgan-generator.ts';
export {
  DCGANDiscriminator,
  type DCGANDiscriminatorOptions,
  type Normalization,
} from './dcgan-discriminator.ts';
export { dcganInit } from './dcgan-init.ts';
export type { ImageSize } from './image-sizes.ts';
