/** Pictures in rows: images with what was answered to them, and weights as colours. */
import type { Image, LabeledImages } from '@kasane/datasets';
import type { Tensor } from '@kasane/tensor-core';
import type { ExerciseEvent } from '../exercise.ts';

type Picture = Extract<ExerciseEvent, { type: 'picture' }>;
type Colour = readonly [red: number, green: number, blue: number];

const GAP = 4; // pixels between two tiles
const [GREEN, RED, GREY]: readonly Colour[] = [[0, 128, 64], [200, 30, 30], [120, 120, 120]]; // prettier-ignore

/** A picture in a gallery, and what stands under it. */
interface Tile {
  /** The colour of the pixel in a row and a column. */
  at(row: number, column: number): Colour;
  readonly height: number;
  readonly width: number;
  readonly caption: readonly (readonly [text: string, colour: Colour])[];
}

/** The digits, five rows of three pixels each, a row an octal digit. */
const FONT = ['75557', '26227', '71747', '71717', '55711', '74717', '74757', '71111', '75757', '75717']; // prettier-ignore
const [GLYPH, LINE] = [8, 14]; // width of a character and height of a caption, at two pixels a dot

/** Lays tiles of one size in rows, each pixel enlarged to `zoom` pixels. */
function layOut(name: string, tiles: readonly Tile[], columns: number, zoom: number): Picture {
  const { height: h, width: w, caption } = tiles[0]!;
  const [high, wide] = [h * zoom + (caption.length > 0 ? LINE : 0) + GAP, w * zoom + GAP];
  const width = Math.min(columns, tiles.length) * wide + GAP;
  const height = Math.ceil(tiles.length / columns) * high + GAP;
  const pixels = new Uint8Array(height * width * 3).fill(255);
  const put = (y: number, x: number, size: number, colour: Colour): void => {
    for (let i = 0; i < size * size; i++) {
      pixels.set(colour, ((y + Math.floor(i / size)) * width + x + (i % size)) * 3);
    }
  };
  tiles.forEach((tile, i) => {
    const [top, left] = [GAP + Math.floor(i / columns) * high, GAP + (i % columns) * wide];
    for (let y = 0; y < h; y++) {
      for (let x = 0; x < w; x++) put(top + y * zoom, left + x * zoom, zoom, tile.at(y, x));
    }
    let column = left;
    for (const [text, colour] of tile.caption) {
      for (const digit of text) {
        for (let dot = 0; dot < 15; dot++) {
          const line = Number(FONT[Number(digit)]![Math.floor(dot / 3)]);
          if ((line >> (2 - (dot % 3))) % 2 === 0) continue;
          const [y, x] = [top + h * zoom + 2 + 2 * Math.floor(dot / 3), column + 2 * (dot % 3)];
          put(y, x, 2, colour);
        }
        column += GLYPH;
      }
      column += GLYPH / 2;
    }
  });
  return { type: 'picture', name, width, height, pixels };
}

const pixelOf =
  ({ data, channels, height, width }: Image): Tile['at'] =>
  (row, column) => {
    const at = (channel: number): number =>
      data[(Math.min(channel, channels - 1) * height + row) * width + column]!;
    return [at(0), at(1), at(2)];
  };

/**
 * Pictures that were answered wrongly, with the number of their class in green and of the answer in red
 * below; if there are none, others. `name` has to say what there is to see.
 */
export function mistakes(
  name: string,
  images: LabeledImages,
  classes: Int32Array,
  { most = 40, columns = 10, zoom = 2 }: { most?: number; columns?: number; zoom?: number } = {},
): Picture {
  const rows = [...classes.keys()];
  const wrong = rows.filter((row) => classes[row] !== images.labels[row]);
  const shown = wrong.length > 0 ? wrong : rows;
  const count = Math.min(most, shown.length);
  const tiles = Array.from({ length: count }, (_, i): Tile => {
    const row = shown[Math.floor((i * shown.length) / count)]!; // some of every class, which they are sorted by
    const caption = [
      [String(images.labels[row]), GREEN!],
      [String(classes[row]), classes[row] === images.labels[row] ? GREY! : RED!],
    ] as const;
    return { ...images, at: pixelOf(images.image(row)), caption };
  });
  return layOut(name, tiles, columns, zoom);
}

/**
 * Weights as pictures, `values` (N, H, W): red above zero, blue below, each picture by its own largest.
 */
export function weightPicture(
  name: string,
  values: Tensor,
  { columns, zoom }: { columns: number; zoom: number },
): Picture {
  const [count, height, width] = values.shape as [number, number, number]; // as the caller made it
  const all = values.detach().dataSync();
  const tiles = Array.from({ length: count }, (_, n): Tile => {
    const own = Array.from(all.slice(n * height * width, (n + 1) * height * width));
    const largest = Math.max(...own.map(Math.abs), Number.MIN_VALUE);
    const at = (row: number, column: number): Colour => {
      const value = own[row * width + column]! / largest;
      const rest = Math.round(255 * (1 - Math.abs(value)));
      return value > 0 ? [255, rest, rest] : [rest, rest, 255];
    };
    return { at, height, width, caption: [] };
  });
  return layOut(name, tiles, columns, zoom);
}

/** Kernels over red, green and blue as coloured pictures, `values` (N, 3, H, W), each by its own range. */
export function kernelPicture(
  name: string,
  values: Tensor,
  { columns, zoom }: { columns: number; zoom: number },
): Picture {
  const [count, channels, height, width] = values.shape as [number, number, number, number]; // likewise
  const all = values.detach().dataSync();
  const size = channels * height * width;
  const tiles = Array.from({ length: count }, (_, n): Tile => {
    const own = Array.from(all.slice(n * size, (n + 1) * size));
    const [low, high] = [Math.min(...own), Math.max(...own)];
    const data = Uint8Array.from(own, (v) => (255 * (v - low)) / (high - low || 1));
    return { at: pixelOf({ data, channels, height, width }), height, width, caption: [] };
  });
  return layOut(name, tiles, columns, zoom);
}
