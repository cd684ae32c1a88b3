import { optionsOf, defaultGenerator, requireWhole, type Generator } from '@kasane/tensor-core';
import { blankImage } from '../image.ts';
import { LabeledImages } from '../labeled-images.ts';
import { paint, stroke, type Point } from './raster.ts';
import type { GenerateOptions } from './sequences.ts';

/** Options of `makeGlyphs`. */
export interface GlyphsOptions extends GenerateOptions {
  /** Alphabets. Default 5. */
  readonly alphabets?: number;
  /** Characters of an alphabet. Default 20. */
  readonly characters?: number;
  /** Drawings of a character, each by another writer. Default 20. */
  readonly drawings?: number;
  /** Height and width in pixels, at least 16. Default 28. */
  readonly size?: number;
}

/** What the characters of an alphabet have in common. */
interface Alphabet {
  /** How far strokes bend. */
  readonly bend: number;
  /** Strokes of a character: from, to. */
  readonly strokes: readonly [number, number];
  /** Whether a stroke goes on where the last one ended, more often than not. */
  readonly joined: number;
}

/** A stroke: a Bézier curve with two control points. */
type Stroke = readonly [Point, Point, Point, Point];

/**
 * Generated: handwritten characters of alphabets that do not exist, for one-shot learning: a stand-in for
 * Omniglot.
 *
 * Pictures (1, size, size), white on black; a class is a character, named `alphabet/character`. A character is two to five strokes; each drawing
 * shakes, leans, stretches and thickens it like another hand. Alphabet a, character c have the class a · characters + c, and `drawings` pictures
 * after one another.
 *
 * @throws RangeError unless all options are whole numbers ≥ 1, size ≥ 16.
 *
 * @example
 * import { makeGlyphs } from '@kasane/datasets';
 * const glyphs = makeGlyphs({ alphabets: 2, characters: 3, drawings: 4 });
 * glyphs.length; // => 24
 * glyphs.classes[4]; // => 1/1
 * glyphs.origin; // => generated: glyphs of random alphabets
 */
export function makeGlyphs(options?: GlyphsOptions): LabeledImages {
  const {
    alphabets = 5,
    characters = 20,
    drawings = 20,
    size = 28,
    generator = defaultGenerator(),
  } = optionsOf('makeGlyphs', options, [
    'alphabets',
    'characters',
    'drawings',
    'size',
    'generator',
  ]);
  for (const [name, value] of Object.entries({ alphabets, characters, drawings })) {
    requireWhole('makeGlyphs', name, value, 1);
  }
  requireWhole('makeGlyphs', 'size', size, 16);
  const classes: string[] = [];
  const labels: number[] = [];
  const data = new Uint8Array(alphabets * characters * drawings * size * size);
  for (let a = 0; a < alphabets; a++) {
    const alphabet = newAlphabet(generator);
    for (let c = 0; c < characters; c++) {
      const character = newCharacter(alphabet, generator);
      for (let d = 0; d < drawings; d++) {
        data.set(drawing(character, size, generator), labels.length * size * size);
        labels.push(classes.length);
      }
      classes.push(`${a}/${c}`);
    }
  }
  return new LabeledImages({
    data,
    labels,
    channels: 1,
    height: size,
    width: size,
    classes,
    origin: 'generated: glyphs of random alphabets',
  });
}

function newAlphabet(generator: Generator): Alphabet {
  const least = 2 + generator.below(2);
  return {
    bend: 0.05 + 0.3 * generator.random(),
    strokes: [least, least + 1 + generator.below(2)],
    joined: generator.random(),
  };
}

/** Strokes between places of a 3 × 3 grid, from -1 to 1, that fill most of it. */
function newCharacter(alphabet: Alphabet, generator: Generator): Stroke[] {
  for (;;) {
    const character = newStrokes(alphabet, generator);
    const ends = character.flatMap(([start, , , end]) => [start, end]);
    const extent = (k: 0 | 1): number => {
      const values = ends.map((point) => point[k]);
      return Math.max(...values) - Math.min(...values);
    };
    if (extent(0) + extent(1) >= 3) return character;
  }
}

function newStrokes({ bend, strokes, joined }: Alphabet, generator: Generator): Stroke[] {
  const count = strokes[0] + generator.below(strokes[1] - strokes[0] + 1);
  const used = new Set<string>();
  const character: Stroke[] = [];
  let last = generator.below(9);
  while (character.length < count) {
    const from = character.length > 0 && generator.random() < joined ? last : generator.below(9);
    const to = generator.below(9);
    // No two strokes lie between the same places.
    const key = [Math.min(from, to), Math.max(from, to)].join();
    if (from === to || used.has(key)) continue;
    used.add(key);
    last = to;
    const [start, end] = [onGrid(from), onGrid(to)];
    const aside = (t: number): Point => {
      const by = bend * generator.normal();
      const [dx, dy] = [end[0] - start[0], end[1] - start[1]];
      return [start[0] + t * dx - by * dy, start[1] + t * dy + by * dx];
    };
    character.push([start, aside(1 / 3), aside(2 / 3), end]);
  }
  return character;
}

const onGrid = (place: number): Point => [(place % 3) - 1, Math.floor(place / 3) - 1];

/** One drawing: (size, size). */
function drawing(character: readonly Stroke[], size: number, generator: Generator): Uint8Array {
  const hand = newHand(size, generator);
  const image = blankImage(1, size, size);
  const thickness = size * (0.05 + 0.04 * generator.random());
  for (const points of character) {
    const moved = points.map((point) => hand(shaken(point, 0.09, generator)));
    paint(image, stroke(curve(moved, 12), thickness), [255]);
  }
  return image.data;
}

const shaken = ([x, y]: Point, by: number, generator: Generator): Point => [
  x + by * generator.normal(),
  y + by * generator.normal(),
];

/** How a writer leans, stretches and places: from the grid to pixels. */
function newHand(size: number, generator: Generator): (point: Point) => Point {
  const angle = 0.12 * generator.normal();
  const lean = 0.12 * generator.normal();
  const unit = size * 0.3;
  const [wide, high] = [0, 1].map(() => unit * (0.85 + 0.3 * generator.random())) as [
    number,
    number,
  ]; // two of two
  const [left, top] = [0, 1].map(() => size * (0.5 + 0.03 * generator.normal())) as [
    number,
    number,
  ]; // likewise
  const [cos, sin] = [Math.cos(angle), Math.sin(angle)];
  return ([x, y]) => {
    const [u, v] = [wide * (x + lean * y), high * y];
    return [left + cos * u - sin * v, top + sin * u + cos * v];
  };
}

/** Points along a Bézier curve of four control points. */
function curve(control: readonly Point[], pieces: number): Point[] {
  const [a, b, c, d] = control as Stroke; // a stroke has four
  return Array.from({ length: pieces + 1 }, (_, i) => {
    const t = i / pieces;
    const s = 1 - t;
    const at = (k: 0 | 1): number =>
      s * s * s * a[k] + 3 * s * s * t * b[k] + 3 * s * t * t * c[k] + t * t * t * d[k];
    return [at(0), at(1)];
  });
}
