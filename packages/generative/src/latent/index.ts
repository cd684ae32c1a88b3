export { imageGrid, type ImageGridOptions } from './image-grid.ts';
export { interpolate, traverse, type InterpolateOptions } from './interpolate.ts';
