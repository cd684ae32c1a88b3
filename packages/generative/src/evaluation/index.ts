export { mmd, type MmdOptions } from './mmd.ts';
export { eightGaussians, twoMoons, type PointsOptions } from './points.ts';
