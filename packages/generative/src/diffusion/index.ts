export {
  GaussianDiffusion,
  type DdimOptions,
  type Denoiser,
  type GaussianDiffusionOptions,
} from './gaussian-diffusion.ts';
export {
  flowMatchingLoss,
  integrateFlow,
  type IntegrateFlowOptions,
  type Velocity,
} from './flow-matching.ts';
export { cosineSchedule, linearSchedule, type NoiseSchedule } from './schedule.ts';
