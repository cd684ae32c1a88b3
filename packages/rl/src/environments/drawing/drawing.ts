import { optionsOf, requireWhole } from '@kasane/tensor-core';
import type { Picture, PictureOptions } from './picture.ts';

/** Red, green and blue from 0 to 255. @internal */
export type Colour = readonly [red: number, green: number, blue: number];

/** A place in the environment's own coordinates. @internal */
export type Point = readonly [x: number, y: number];

/** What part of the world is seen, in its coordinates; y may grow in either direction. @internal */
export interface View {
  readonly left: number;
  readonly right: number;
  readonly top: number;
  readonly bottom: number;
}

/** Each pixel is looked at in this many places along either side, so that edges are smooth. */
const samples = 3;

/** A picture that shapes are drawn into, each over those before, in the coordinates of the world. @internal */
export class Drawing {
  readonly picture: Picture;
  readonly #view: View;
  /** Pixels for a unit of the world. */
  readonly #scale: number;

  constructor(
    owner: string,
    view: View,
    options: PictureOptions | undefined,
    usualWidth: number,
    [red, green, blue]: Colour,
  ) {
    const { width = usualWidth } = optionsOf(owner, options, ['width']);
    requireWhole(owner, 'width', width, 8, 8192);
    this.#view = view;
    this.#scale = width / (view.right - view.left);
    const height = Math.max(1, Math.round(Math.abs(view.top - view.bottom) * this.#scale));
    const data = new Uint8ClampedArray(4 * width * height);
    for (let at = 0; at < data.length; at += 4) {
      data[at] = red;
      data[at + 1] = green;
      data[at + 2] = blue;
      data[at + 3] = 255;
    }
    this.picture = { width, height, data };
  }

  disc([x, y]: Point, radius: number, colour: Colour): void {
    this.#paint([x - radius, y - radius], [x + radius, y + radius], colour, (px, py) => {
      return (px - x) ** 2 + (py - y) ** 2 <= radius ** 2;
    });
  }

  rectangle([x1, y1]: Point, [x2, y2]: Point, colour: Colour): void {
    const [left, right] = [Math.min(x1, x2), Math.max(x1, x2)];
    const [low, high] = [Math.min(y1, y2), Math.max(y1, y2)];
    this.#paint([left, low], [right, high], colour, (x, y) => {
      return x >= left && x <= right && y >= low && y <= high;
    });
  }

  /** A line with round ends. */
  line([x1, y1]: Point, [x2, y2]: Point, width: number, colour: Colour): void {
    const half = width / 2;
    const [dx, dy] = [x2 - x1, y2 - y1];
    const square = dx * dx + dy * dy;
    this.#paint(
      [Math.min(x1, x2) - half, Math.min(y1, y2) - half],
      [Math.max(x1, x2) + half, Math.max(y1, y2) + half],
      colour,
      (x, y) => {
        const along = square === 0 ? 0 : ((x - x1) * dx + (y - y1) * dy) / square;
        const t = Math.min(Math.max(along, 0), 1);
        return (x - x1 - t * dx) ** 2 + (y - y1 - t * dy) ** 2 <= half * half;
      },
    );
  }

  /** Lines from each point to the next. */
  path(points: readonly Point[], width: number, colour: Colour): void {
    for (let i = 1; i < points.length; i++) this.line(points[i - 1]!, points[i]!, width, colour);
  }

  /** Colours what is inside, of a rectangle from the least to the greatest coordinates. */
  #paint(
    [x1, y1]: Point,
    [x2, y2]: Point,
    colour: Colour,
    isInside: (x: number, y: number) => boolean,
  ): void {
    const { width, height, data } = this.picture;
    const { left, top, bottom } = this.#view;
    const scale = this.#scale;
    const up = bottom < top ? -1 : 1; // y of the world against rows
    const rows = [(y1 - top) * up * scale, (y2 - top) * up * scale] as const;
    const firstColumn = Math.max(0, Math.floor((x1 - left) * scale));
    const lastColumn = Math.min(width - 1, Math.floor((x2 - left) * scale));
    const firstRow = Math.max(0, Math.floor(Math.min(...rows)));
    const lastRow = Math.min(height - 1, Math.floor(Math.max(...rows)));
    for (let row = firstRow; row <= lastRow; row++) {
      for (let column = firstColumn; column <= lastColumn; column++) {
        let hits = 0;
        for (let i = 0; i < samples * samples; i++) {
          const x = column + ((i % samples) + 0.5) / samples;
          const y = row + (Math.floor(i / samples) + 0.5) / samples;
          if (isInside(left + x / scale, top + (up * y) / scale)) hits++;
        }
        if (hits === 0) continue;
        const share = hits / samples ** 2;
        const at = 4 * (row * width + column);
        for (let c = 0; c < 3; c++) {
          data[at + c] = data[at + c]! + share * (colour[c]! - data[at + c]!);
        }
      }
    }
  }
}
