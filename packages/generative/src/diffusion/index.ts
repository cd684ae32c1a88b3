export {
  GaussianDiffusion,
  type DdimOptions,
  type Denoiser,
  type GaussianDiffusionOptions,
} from './gaussian-diffusion.ts';
export {
  flowMatchingLoss,
  integrateFlow,
  type FlowMatchingOptions,
  type IntegrateFlowOptions,
  type Velocity,
} from './flow-matching.ts';
export { cosineSchedule, linearSchedule, type NoiseSchedule } from './schedule.ts';
export { PointNetwork, type PointNetworkOptions } from './point-network.ts';
export type { SamplingOptions, SamplingProgress } from './sampling.ts';
