/**
 * Datasets, the loader that makes batches of them, transforms, readers of common formats, and generated data.
 *
 * @packageDocumentation
 */
export { ConcatDataset, mapDataset, Subset, TensorDataset, type Dataset } from './dataset.ts';
export {
  classWeights,
  kFold,
  randomSplit,
  stratifiedSplit,
  type Fold,
  type SplitOptions,
} from './splits.ts';
export {
  DataLoader,
  type DataLoaderOptions,
  type DataLoaderState,
  type IterableDataset,
} from './data-loader.ts';
export { groupByLength } from './group-by-length.ts';
export {
  collate,
  padCollate,
  type Batch,
  type PadCollateOptions,
  type PaddedBatch,
  type SampleArray,
} from './collate.ts';
export { toTensor, type Image } from './image.ts';
export { LabeledImages, type LabeledImage, type LabeledImagesParts } from './labeled-images.ts';

export { compose, normalize, oneHot, type Transform } from './transforms.ts';
export {
  centerCrop,
  crop,
  flipHorizontal,
  flipVertical,
  padImage,
  randomCrop,
  randomRotation,
  resize,
  rotate,
} from './image-transforms.ts';
export { colorJitter, type ColorJitterOptions } from './color-jitter.ts';

export { idxImages, parseIdx, type Idx, type IdxData } from './idx.ts';
export { cifar10Classes, parseCifar10 } from './cifar10.ts';
export { CsvRow, csvRows, type CsvOptions } from './csv.ts';
export { textLines, type ByteChunks } from './text-lines.ts';

export {
  makeBinaryAddition,
  makeSine,
  type BinaryAdditionOptions,
  type Examples,
  type GenerateOptions,
  type SineOptions,
} from './generate/sequences.ts';
export {
  makeBlobs,
  makeMoons,
  makeSpirals,
  type BlobsOptions,
  type MoonsOptions,
  type SpiralsOptions,
} from './generate/points.ts';
export { makeShapes, shapeClasses, type ShapesOptions } from './generate/shapes.ts';
export {
  collateScenes,
  makeScenes,
  type Box,
  type Scene,
  type SceneBatch,
  type Scenes,
  type ScenesOptions,
} from './generate/scenes.ts';
export { makeGlyphs, type GlyphsOptions } from './generate/glyphs.ts';
