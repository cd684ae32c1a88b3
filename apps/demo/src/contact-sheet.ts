import type { ExerciseEvent } from './exercise.ts';

/** A small picture of a sheet: planes of bytes (C, H, W), C = 1 or 3, as in `@kasane/datasets`. */
export interface Tile {
  readonly data: Uint8Array;
  readonly channels: number;
  readonly height: number;
  readonly width: number;
  /** Stands below it: digits, spaces and `>`. */
  readonly caption?: string;
  /** Its caption is red. */
  readonly marked?: boolean;
}

const ZOOM = 2;
const MARGIN = 4;
const [GLYPH_WIDTH, GLYPH_HEIGHT] = [3, 5];
const WHITE = [255, 255, 255] as const;
const RED = [255, 80, 80] as const;

/** Five rows of three pixels each: an octal digit is a row. */
const glyphs: Readonly<Record<string, string>> = {
  '0': '75557',
  '1': '26227',
  '2': '71747',
  '3': '71317',
  '4': '55711',
  '5': '74717',
  '6': '74757',
  '7': '71222',
  '8': '75757',
  '9': '75717',
  '>': '42124',
  ' ': '00000',
};

/** Pictures side by side in rows of `columns`, twice their size, with captions below: a picture in colour. */
export function contactSheet(
  name: string,
  tiles: readonly Tile[],
  columns: number,
): ExerciseEvent<never> {
  const [wide, high] = [
    Math.max(...tiles.map((tile) => tile.width * ZOOM)) + MARGIN,
    Math.max(...tiles.map((tile) => tile.height * ZOOM)) + MARGIN,
  ];
  const captions = tiles.some(({ caption }) => caption !== undefined);
  const rowHeight = high + (captions ? GLYPH_HEIGHT * ZOOM + MARGIN : 0);
  const width = MARGIN + columns * wide;
  const height = MARGIN + Math.ceil(tiles.length / columns) * rowHeight;
  const pixels = new Uint8Array(width * height * 3).fill(40);

  /** One pixel of a tile or a character: ZOOM × ZOOM of the sheet. */
  const dot = (x: number, y: number, colour: readonly number[]): void => {
    for (let dy = 0; dy < ZOOM; dy++) {
      for (let dx = 0; dx < ZOOM; dx++) pixels.set(colour, ((y + dy) * width + x + dx) * 3);
    }
  };
  for (const [i, tile] of tiles.entries()) {
    const left = MARGIN + (i % columns) * wide;
    const top = MARGIN + Math.floor(i / columns) * rowHeight;
    const plane = tile.height * tile.width;
    for (let at = 0; at < plane; at++) {
      const [x, y] = [at % tile.width, Math.floor(at / tile.width)];
      const channel = (c: number): number => tile.data[(tile.channels === 3 ? c : 0) * plane + at]!;
      dot(left + x * ZOOM, top + y * ZOOM, [channel(0), channel(1), channel(2)]);
    }
    for (const [place, character] of [...(tile.caption ?? '')].entries()) {
      for (const [y, row] of [...glyphs[character]!].entries()) {
        for (let x = 0; x < GLYPH_WIDTH; x++) {
          if (((Number(row) >> (GLYPH_WIDTH - 1 - x)) & 1) === 0) continue;
          const column = left + (place * (GLYPH_WIDTH + 1) + x) * ZOOM;
          dot(column, top + high + y * ZOOM, tile.marked === true ? RED : WHITE);
        }
      }
    }
  }
  return { type: 'picture', name, width, height, pixels };
}
