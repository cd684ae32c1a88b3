import { optionsOf, defaultGenerator, requireWhole, type Generator } from '@kasane/tensor-core';
import { blankImage, type Image } from '../image.ts';
import { LabeledImages } from '../labeled-images.ts';
import {
  colourOf,
  disc,
  paint,
  paintGround,
  placed,
  polygon,
  without,
  type Colour,
  type Figure,
  type Point,
} from './raster.ts';
import type { GenerateOptions } from './sequences.ts';

const regular = (corners: number, radius: (i: number) => number, start: number): Point[] =>
  Array.from({ length: corners }, (_, i) => {
    const angle = start + (2 * Math.PI * i) / corners;
    return [radius(i) * Math.cos(angle), radius(i) * Math.sin(angle)];
  });

const UP = -Math.PI / 2;

/** The classes and their figures: about the origin, none reaching farther than 1 from it. */
const figures: Readonly<Record<string, Figure>> = {
  circle: disc([0, 0], 0.9),
  ring: without(disc([0, 0], 0.95), disc([0, 0], 0.5)),
  square: polygon(regular(4, () => 1, Math.PI / 4)),
  triangle: polygon(regular(3, () => 1, UP)),
  star: polygon(regular(10, (i) => (i % 2 === 0 ? 1 : 0.42), UP)),
  plus: polygon([
    [0.3, -0.95],
    [0.3, -0.3],
    [0.95, -0.3],
    [0.95, 0.3],
    [0.3, 0.3],
    [0.3, 0.95],
    [-0.3, 0.95],
    [-0.3, 0.3],
    [-0.95, 0.3],
    [-0.95, -0.3],
    [-0.3, -0.3],
    [-0.3, -0.95],
  ]),
  crescent: without(disc([-0.05, 0], 0.95), disc([0.4, 0], 0.78)),
  heart: polygon(heart(40)),
  arrow: polygon([
    [-0.95, -0.22],
    [0.1, -0.22],
    [0.1, -0.7],
    [0.98, 0],
    [0.1, 0.7],
    [0.1, 0.22],
    [-0.95, 0.22],
  ]),
  hourglass: polygon([
    [-0.7, -0.7],
    [0.7, -0.7],
    [0.12, 0],
    [0.7, 0.7],
    [-0.7, 0.7],
    [-0.12, 0],
  ]),
};

// x = 16 sin³t, y = 13 cos t - 5 cos 2t - 2 cos 3t - cos 4t
function heart(corners: number): Point[] {
  return Array.from({ length: corners }, (_, i) => {
    const t = (2 * Math.PI * i) / corners;
    const y = 13 * Math.cos(t) - 5 * Math.cos(2 * t) - 2 * Math.cos(3 * t) - Math.cos(4 * t);
    return [Math.sin(t) ** 3 * 0.95, -(y + 2.5) / 16.8];
  });
}

/**
 * The names of the classes that `makeShapes` and `makeScenes` draw.
 *
 * @example
 * import { shapeClasses } from '@kasane/datasets';
 * shapeClasses.length; // => 10
 */
export const shapeClasses: readonly string[] = Object.keys(figures);

/** A figure of a class in its place. @internal */
export function shapeFigure(label: number, centre: Point, radius: number, angle: number): Figure {
  return placed(figures[shapeClasses[label]!]!, centre, radius, angle);
}

/** The box that a figure of a radius stays in, with its edge, which is half a pixel soft. @internal */
export function around([x, y]: Point, radius: number): [number, number, number, number] {
  const out = radius + 1;
  return [x - out, y - out, x + out, y + out];
}

/** A ground of two dull colours, and a bright or dark one that stands out from it. @internal */
export function groundAndColours(generator: Generator): [Colour, Colour, () => Colour] {
  const dark = generator.random() < 0.5;
  const hue = generator.random();
  const dull = (shift: number): Colour => {
    const lightness = (dark ? 0.12 : 0.72) + 0.16 * generator.random();
    return colourOf((hue + shift) % 1, 0.35 * generator.random(), lightness);
  };
  const bright = (): Colour => {
    const lightness = (dark ? 0.5 : 0.3) + 0.15 * generator.random();
    return colourOf(generator.random(), 0.65 + 0.35 * generator.random(), lightness);
  };
  return [dull(0), dull(0.2), bright];
}

/** Options of `makeShapes`. */
export interface ShapesOptions extends GenerateOptions {
  /** Height and width in pixels, at least 8. Default 32. */
  readonly size?: number;
}

/**
 * Generated: one coloured figure in each picture, of ten classes, on a noisy ground: a stand-in for CIFAR-10.
 *
 * Pictures (3, size, size); the classes take turns. Place, size, angle (up to 25°) and colours say nothing about the class.
 *
 * @throws RangeError unless n ≥ 1 and size ≥ 8 are whole numbers.
 *
 * @example
 * import { makeShapes } from '@kasane/datasets';
 * import { Generator } from '@kasane/tensor-core';
 * const shapes = makeShapes(20, { generator: new Generator(1) });
 * shapes.origin; // => generated: coloured shapes
 * const [x, y] = shapes.getBatch([0, 1, 12]);
 * x.shape; // => [3,3,32,32]
 * y.toArray(); // => [0,1,2]
 */
export function makeShapes(n: number, options?: ShapesOptions): LabeledImages {
  const { size = 32, generator = defaultGenerator() } = optionsOf('makeShapes', options, [
    'size',
    'generator',
  ]);
  requireWhole('makeShapes', 'n', n, 1);
  requireWhole('makeShapes', 'size', size, 8);
  const data = new Uint8Array(n * 3 * size * size);
  const labels = Uint8Array.from({ length: n }, (_, i) => i % shapeClasses.length);
  labels.forEach((label, i) => data.set(shape(label, size, generator).data, i * 3 * size * size));
  return new LabeledImages({
    data,
    labels,
    channels: 3,
    height: size,
    width: size,
    classes: shapeClasses,
    origin: 'generated: coloured shapes',
  });
}

function shape(label: number, size: number, generator: Generator): Image {
  const image = blankImage(3, size, size);
  const [from, to, colour] = groundAndColours(generator);
  paintGround(image, [from, to], 10, generator);
  const radius = size * (0.27 + 0.17 * generator.random());
  const room = size / 2 - radius;
  const place = (): number => size / 2 + room * (2 * generator.random() - 1);
  const angle = ((2 * generator.random() - 1) * 25 * Math.PI) / 180;
  const centre: Point = [place(), place()];
  paint(image, shapeFigure(label, centre, radius, angle), colour(), around(centre, radius));
  return image;
}
