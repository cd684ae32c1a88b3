import {
  optionsOf,
  defaultGenerator,
  requireWhole,
  scope,
  tensor,
  type Generator,
  type Tensor,
} from '@kasane/tensor-core';
import { requireList, requireScene } from '../given.ts';
import { collate } from '../collate.ts';
import { checkIndex, type Dataset } from '../dataset.ts';
import { blankImage, type Image } from '../image.ts';
import { paint, paintGround, type Figure } from './raster.ts';
import type { GenerateOptions } from './sequences.ts';
import { around, groundAndColours, shapeClasses, shapeFigure } from './shapes.ts';

/** A box in pixels: x₁, y₁ its upper left corner, x₂, y₂ its lower right one. */
export type Box = readonly [x1: number, y1: number, x2: number, y2: number];

/** A picture and the objects in it. */
export interface Scene {
  readonly image: Image;
  readonly boxes: readonly Box[];
  /** The class of the object in each box. */
  readonly labels: readonly number[];
}

/** Scenes and what their classes are called. */
export interface Scenes extends Dataset<Scene> {
  get(index: number): Scene;
  readonly classes: readonly string[];
  readonly origin: string;
}

/** Options of `makeScenes`. */
export interface ScenesOptions extends GenerateOptions {
  /** Height and width in pixels, at least 32. Default 112. */
  readonly size?: number;
  /** Objects in a picture: 1 to this many. Default 3. */
  readonly maxObjects?: number;
  /** How many of the classes of `makeShapes` occur. Default 10. */
  readonly classes?: number;
}

const ATTEMPTS = 50;
const GAP = 2;

/**
 * Generated: pictures with coloured figures of several sizes that do not overlap, and their boxes, for
 * detection.
 *
 * Pictures (3, size, size). Boxes fit the figures to the pixel. Objects that found no room after 50 attempts are left out; one there always is.
 *
 * @throws RangeError unless n ≥ 1, size ≥ 32, maxObjects ≥ 1 and 1 ≤ classes ≤ 10 are whole numbers.
 * @throws RangeError in `get` for an index that there is not.
 *
 * @example
 * import { collateScenes, DataLoader, makeScenes } from '@kasane/datasets';
 * const scenes = makeScenes(4, { size: 64 });
 * scenes.origin; // => generated: scenes of coloured shapes
 * for await (const { images, boxes } of new DataLoader(scenes, { batchSize: 4, collate: collateScenes })) {
 *   console.log(images.shape, boxes.length, boxes[0]!.shape[1]);
 * }
 * // => [ 4, 3, 64, 64 ] 4 4
 */
export function makeScenes(n: number, options?: ScenesOptions): Scenes {
  const {
    size = 112,
    maxObjects = 3,
    classes = 10,
    generator = defaultGenerator(),
  } = optionsOf('makeScenes', options, ['size', 'maxObjects', 'classes', 'generator']);
  requireWhole('makeScenes', 'n', n, 1);
  requireWhole('makeScenes', 'size', size, 32);
  requireWhole('makeScenes', 'maxObjects', maxObjects, 1);
  requireWhole('makeScenes', 'classes', classes, 1);
  if (classes > shapeClasses.length) {
    throw new RangeError(
      `makeScenes: there are only ${shapeClasses.length} classes, got ${classes}.`,
    );
  }
  const scenes = Array.from({ length: n }, () => scene(size, maxObjects, classes, generator));
  return {
    length: n,
    get(index) {
      checkIndex('makeScenes', index, n);
      return scenes[index]!;
    },
    classes: shapeClasses.slice(0, classes),
    origin: 'generated: scenes of coloured shapes',
  };
}

function scene(size: number, most: number, classes: number, generator: Generator): Scene {
  const image = blankImage(3, size, size);
  const [from, to, colour] = groundAndColours(generator);
  paintGround(image, [from, to], 8, generator);
  const boxes: Box[] = [];
  const labels: number[] = [];
  const wanted = 1 + generator.below(most);
  for (let attempt = 0; attempt < ATTEMPTS && boxes.length < wanted; attempt++) {
    const label = generator.below(classes);
    const radius = size * (0.09 + 0.14 * generator.random());
    const place = (): number => radius + (size - 2 * radius) * generator.random();
    const centre = [place(), place()] as const;
    const angle = ((2 * generator.random() - 1) * 25 * Math.PI) / 180;
    const figure = shapeFigure(label, centre, radius, angle);
    const reach = around(centre, radius);
    const box = fitted(figure, reach, size);
    if (boxes.some((other) => touch(box, other))) continue;
    paint(image, figure, colour(), reach);
    boxes.push(box);
    labels.push(label);
  }
  return { image, boxes, labels };
}

function touch(a: Box, b: Box): boolean {
  return a[0] < b[2] + GAP && b[0] < a[2] + GAP && a[1] < b[3] + GAP && b[1] < a[3] + GAP;
}

/** The smallest box around the pixels that a figure covers by half or more. */
function fitted(figure: Figure, [left, top, right, bottom]: Box, size: number): Box {
  const box: [number, number, number, number] = [size, size, 0, 0];
  for (let y = Math.max(0, Math.floor(top)); y < Math.min(size, bottom); y++) {
    for (let x = Math.max(0, Math.floor(left)); x < Math.min(size, right); x++) {
      if (figure(x + 0.5, y + 0.5) > 0) continue;
      box[0] = Math.min(box[0], x);
      box[1] = Math.min(box[1], y);
      box[2] = Math.max(box[2], x + 1);
      box[3] = Math.max(box[3], y + 1);
    }
  }
  return box;
}

/** A batch of scenes: pictures in one tensor, the rest scene by scene, for each has a number of objects of its own. */
export interface SceneBatch {
  /** (B, 3, H, W), float32 from 0 to 1. */
  readonly images: Tensor;
  /** (k, 4) for each scene: x₁, y₁, x₂, y₂ in pixels. */
  readonly boxes: readonly Tensor[];
  /** (k), int32, for each scene. */
  readonly labels: readonly Tensor[];
}

/**
 * Joins scenes to a batch: the `collate` of a loader for detection.
 *
 * torchvision's detectors take lists of pictures and of `{ boxes, labels }` instead.
 *
 * @throws {@link ShapeError} if the pictures differ in size.
 * @throws {@link DataError} if there are none.
 *
 * @example
 * import { collateScenes, makeScenes } from '@kasane/datasets';
 * const scenes = makeScenes(2, { maxObjects: 1 });
 * const { images, boxes, labels } = collateScenes([scenes.get(0), scenes.get(1)]);
 * images.shape; // => [2,3,112,112]
 * [boxes[0]!.shape, labels[0]!.shape]; // => [[1,4],[1]]
 */
export function collateScenes(scenes: readonly Scene[]): SceneBatch {
  requireList('collateScenes', 'scenes', scenes);
  for (const scene of scenes) requireScene('collateScenes', scene);
  return scope(() => ({
    images: collate(scenes.map(({ image }) => image)),
    boxes: scenes.map(({ boxes }) => tensor(boxes.flat(), [boxes.length, 4])),
    labels: scenes.map(({ labels }) => tensor(labels, [labels.length], { dtype: 'int32' })),
  }));
}
