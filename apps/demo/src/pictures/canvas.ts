/** Pictures that are made of smaller ones. */
import type { Box, Image } from '@kasane/datasets';
import type { ExerciseEvent } from '../events/event.ts';

/** Red, green and blue from 0 to 255. */
export type Colour = readonly [red: number, green: number, blue: number];

/** Something with a colour at every place. */
export interface Tile {
  readonly height: number;
  readonly width: number;
  at(row: number, column: number): Colour;
}

/** An image of one channel or three as a tile. */
export function tileOf({ data, channels, height, width }: Image): Tile {
  const plane = height * width;
  return {
    height,
    width,
    at(row, column) {
      const place = row * width + column;
      const channel = (c: number): number => data[(channels === 3 ? c : 0) * plane + place]!;
      return [channel(0), channel(1), channel(2)];
    },
  };
}

/** Characters of captions: five rows of three dots each, a row an octal digit. */
const FONT: Readonly<Record<string, string>> = {
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
const [COLUMNS, DOT] = [3, 2]; // dots of a character, and pixels of a dot
/** Pixels from one character to the next. */
export const CHARACTER_WIDTH = 8;
/** Pixels of a line of text. */
export const LINE_HEIGHT = 14;

/** A picture in colours that tiles, captions and frames are put into; what is outside of it is left out. */
export class Canvas {
  readonly width: number;
  readonly height: number;
  readonly pixels: Uint8Array;

  constructor(width: number, height: number, grey: number = 40) {
    this.width = width;
    this.height = height;
    this.pixels = new Uint8Array(width * height * 3).fill(grey);
  }

  /** A square of pixels. */
  dot(x: number, y: number, colour: Colour, size: number = 1): void {
    for (let row = Math.max(y, 0); row < Math.min(y + size, this.height); row++) {
      for (let column = Math.max(x, 0); column < Math.min(x + size, this.width); column++) {
        this.pixels.set(colour, (row * this.width + column) * 3);
      }
    }
  }

  /** A tile, each of its pixels `zoom` by `zoom`. */
  paste(tile: Tile, left: number, top: number, zoom: number): void {
    for (let y = 0; y < tile.height; y++) {
      for (let x = 0; x < tile.width; x++) {
        this.dot(left + x * zoom, top + y * zoom, tile.at(y, x), zoom);
      }
    }
  }

  /** Digits, spaces and `>`. */
  text(characters: string, left: number, top: number, colour: Colour): void {
    for (const [place, character] of [...characters].entries()) {
      for (const [y, row] of [...FONT[character]!].entries()) {
        for (let x = 0; x < COLUMNS; x++) {
          if (((Number(row) >> (COLUMNS - 1 - x)) & 1) === 0) continue;
          this.dot(left + place * CHARACTER_WIDTH + x * DOT, top + y * DOT, colour, DOT);
        }
      }
    }
  }

  /** The outline of a box, two pixels wide. */
  frame(box: Box, colour: Colour): void {
    const [x1, y1, x2, y2] = box.map(Math.round) as [number, number, number, number]; // four, as before
    for (const inset of [0, 1]) {
      for (let x = x1; x < x2; x++) {
        this.dot(x, y1 + inset, colour);
        this.dot(x, y2 - 1 - inset, colour);
      }
      for (let y = y1; y < y2; y++) {
        this.dot(x1 + inset, y, colour);
        this.dot(x2 - 1 - inset, y, colour);
      }
    }
  }

  /** What an exercise yields to show it. */
  shown(name: string): Extract<ExerciseEvent, { type: 'picture' }> {
    const { width, height, pixels } = this;
    return { type: 'picture', name, width, height, pixels };
  }
}
