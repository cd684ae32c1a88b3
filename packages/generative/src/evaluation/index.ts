export { frechetDistance } from './frechet.ts';
export { mmd, type MmdOptions } from './mmd.ts';
export { modesCovered, type Modes, type ModesOptions } from './modes.ts';
export { eightCentres, eightGaussians, twoMoons, type PointsOptions } from './points.ts';
export {
  precisionRecall,
  type PrecisionRecall,
  type PrecisionRecallOptions,
} from './precision-recall.ts';
