export type { ConditionsOptions } from './conditions.ts';
export { EDM, type EDMLossOptions, type EDMOptions, type EDMSampleOptions } from './edm.ts';
export {
  flowMatchingLoss,
  integrateFlow,
  type FlowMatchingOptions,
  type IntegrateFlowOptions,
  type Velocity,
} from './flow-matching.ts';
export {
  GaussianDiffusion,
  type DdimOptions,
  type DdpmOptions,
  type Denoiser,
  type DiffusionLossOptions,
  type GaussianDiffusionOptions,
} from './gaussian-diffusion.ts';
export {
  dropLabels,
  guided,
  type ClassNetwork,
  type DropLabelsOptions,
  type GuidanceOptions,
} from './guidance.ts';
export { PointNetwork, type PointNetworkOptions } from './point-network.ts';
export type { Objective } from './reverse.ts';
export type { SamplingOptions, SamplingProgress } from './sampling.ts';
export {
  cosineSchedule,
  karrasSigmas,
  linearSchedule,
  type KarrasOptions,
  type NoiseSchedule,
} from './schedule.ts';
export { UNet, type UNetOptions } from './unet.ts';
