/**
 * Pictures of points of many dimensions: projections onto two or three.
 *
 * @packageDocumentation
 */
export { PCA, type PCAOptions } from './projections/pca.ts';
export type { Points } from './projections/points.ts';
