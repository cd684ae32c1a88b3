/** Moments of an environment side by side. */
import type { Picture } from '@kasane/rl';
import type { PictureEvent } from '../events/event.ts';
import { Canvas } from './canvas.ts';
import type { Tile } from './canvas.ts';

const GAP = 4; // pixels between two pictures

/** Pixels as an environment draws itself. */
export function tileOfPicture({ data, width, height }: Picture): Tile {
  return {
    width,
    height,
    at(row, column) {
      const place = 4 * (row * width + column);
      return [data[place]!, data[place + 1]!, data[place + 2]!];
    },
  };
}

/** How a film is laid out. */
export interface FilmOptions {
  /** Pictures in a row. */
  readonly columns: number;
  /** At most so many of them, as far apart from each other; the last moment is the last picture. */
  readonly count: number;
  /** Draws into the picture of a moment, whose corner this is. */
  readonly mark?: (canvas: Canvas, moment: number, left: number, top: number) => void;
}

/** Moments, each drawn as a picture, row by row. */
export function film(
  name: string,
  moments: readonly Picture[],
  { columns, count, mark }: FilmOptions,
): PictureEvent {
  const shown = Math.min(count, moments.length);
  const { width, height } = moments[0]!;
  const across = Math.min(columns, shown);
  const rows = Math.ceil(shown / columns);
  const canvas = new Canvas(across * (width + GAP) + GAP, rows * (height + GAP) + GAP, 210);
  for (let i = 0; i < shown; i++) {
    const at = shown === 1 ? 0 : Math.round((i * (moments.length - 1)) / (shown - 1));
    const left = GAP + (i % columns) * (width + GAP);
    const top = GAP + Math.floor(i / columns) * (height + GAP);
    canvas.paste(tileOfPicture(moments[at]!), left, top, 1);
    mark?.(canvas, at, left, top);
  }
  return canvas.shown(name);
}
