/** Pictures in rows: images with what was answered to them, and weights as colours. */
import type { LabeledImages } from '@kasane/datasets';
import type { Tensor } from '@kasane/tensor-core';
import type { ExerciseEvent } from '../events/event.ts';
import { Canvas, CHARACTER_WIDTH, LINE_HEIGHT, tileOf, type Colour, type Tile } from './canvas.ts';

type Picture = Extract<ExerciseEvent, { type: 'picture' }>;

const GAP = 4; // pixels between two tiles
const GREEN: Colour = [0, 128, 64];
export const RED: Colour = [200, 30, 30];
export const GREY: Colour = [120, 120, 120];

/** A tile in a gallery, and what stands under it. */
export interface Captioned extends Tile {
  readonly caption?: readonly (readonly [text: string, colour: Colour])[];
}

/** How a gallery is laid out. */
export interface Layout {
  /** Tiles in a row. */
  readonly columns: number;
  /** Pixels of the picture for one of a tile, along each side. */
  readonly zoom: number;
}

/** Tiles of one size in rows, with their captions. */
export function gallery(
  name: string,
  tiles: readonly Captioned[],
  { columns, zoom }: Layout,
): Picture {
  const [first] = tiles;
  if (first === undefined) throw new Error(`internal: the picture "${name}" would be empty`);
  const line = first.caption === undefined ? 0 : LINE_HEIGHT;
  const [high, wide] = [first.height * zoom + line + GAP, first.width * zoom + GAP];
  const width = Math.min(columns, tiles.length) * wide + GAP;
  const canvas = new Canvas(width, Math.ceil(tiles.length / columns) * high + GAP, 255);
  tiles.forEach((tile, i) => {
    const [top, left] = [GAP + Math.floor(i / columns) * high, GAP + (i % columns) * wide];
    canvas.paste(tile, left, top, zoom);
    let column = left;
    for (const [text, colour] of tile.caption ?? []) {
      canvas.text(text, column, top + tile.height * zoom + 2, colour);
      column += (text.length + 0.5) * CHARACTER_WIDTH;
    }
  });
  return canvas.shown(name);
}

/**
 * Pictures that were answered wrongly, with the number of their class in green and of the answer in red
 * below; if there are none, others. `name` has to say what there is to see.
 */
export function mistakes(
  name: string,
  images: LabeledImages,
  classes: Int32Array,
  { most = 40, columns = 10, zoom = 2 }: Partial<Layout> & { most?: number } = {},
): Picture {
  const rows = [...classes.keys()];
  const wrong = rows.filter((row) => classes[row] !== images.labels[row]);
  const shown = wrong.length > 0 ? wrong : rows;
  const count = Math.min(most, shown.length);
  const tiles = Array.from({ length: count }, (_, i): Captioned => {
    const row = shown[Math.floor((i * shown.length) / count)]!; // some of every class, which they are sorted by
    const [truth, answer] = [images.labels[row]!, classes[row]!];
    const caption = [[String(truth), GREEN], [String(answer), truth === answer ? GREY : RED]] as const; // prettier-ignore
    return { ...tileOf(images.image(row)), caption };
  });
  return gallery(name, tiles, { columns, zoom });
}

/**
 * Weights as pictures, `values` (N, H, W): red above zero, blue below, each picture by its own largest.
 */
export async function weightPicture(
  name: string,
  values: Tensor,
  layout: Layout,
): Promise<Picture> {
  const [count, height, width] = values.shape as [number, number, number]; // as the caller made it
  const all = await values.detach().data();
  const tiles = Array.from({ length: count }, (_, n): Tile => {
    const own = Array.from(all.slice(n * height * width, (n + 1) * height * width));
    const largest = Math.max(...own.map(Math.abs), Number.MIN_VALUE);
    const at = (row: number, column: number): Colour => {
      const value = own[row * width + column]! / largest;
      const rest = Math.round(255 * (1 - Math.abs(value)));
      return value > 0 ? [255, rest, rest] : [rest, rest, 255];
    };
    return { at, height, width };
  });
  return gallery(name, tiles, layout);
}

/** Kernels over red, green and blue as coloured pictures, `values` (N, 3, H, W), each by its own range. */
export async function kernelPicture(
  name: string,
  values: Tensor,
  layout: Layout,
): Promise<Picture> {
  const [count, channels, height, width] = values.shape as [number, number, number, number]; // likewise
  const all = await values.detach().data();
  const size = channels * height * width;
  const tiles = Array.from({ length: count }, (_, n) => {
    const own = Array.from(all.slice(n * size, (n + 1) * size));
    const [low, high] = [Math.min(...own), Math.max(...own)];
    const data = Uint8Array.from(own, (v) => (255 * (v - low)) / (high - low || 1));
    return tileOf({ data, channels, height, width });
  });
  return gallery(name, tiles, layout);
}
