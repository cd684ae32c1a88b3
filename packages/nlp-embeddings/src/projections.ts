/**
 * Pictures of points of many dimensions: projections onto two or three.
 *
 * @packageDocumentation
 */
export type { Metric } from './projections/distances.ts';
export type { ProjectionProgress } from './projections/given.ts';
export { PCA, type PCAOptions } from './projections/pca.ts';
export type { Points } from './projections/points.ts';
export { trustworthiness, type TrustworthinessOptions } from './projections/trustworthiness.ts';
export { TSNE, type TSNEOptions } from './projections/tsne.ts';
export type { UMAPOptions, UMAPTransformOptions } from './projections/umap-options.ts';
export { UMAP } from './projections/umap.ts';
