import type { Box, Image } from '@kasane/datasets';
import type { ExerciseEvent } from './exercise.ts';

/** Red, green and blue from 0 to 255. */
export type Colour = readonly [red: number, green: number, blue: number];

/** A picture in colours that smaller ones are pasted into. */
export class Canvas {
  readonly width: number;
  readonly height: number;
  readonly pixels: Uint8Array;

  constructor(width: number, height: number, grey: number = 40) {
    this.width = width;
    this.height = height;
    this.pixels = new Uint8Array(width * height * 3).fill(grey);
  }

  /** One pixel. */
  dot(x: number, y: number, colour: Colour): void {
    if (x < 0 || y < 0 || x >= this.width || y >= this.height) return;
    this.pixels.set(colour, (y * this.width + x) * 3);
  }

  /** A picture, each of its pixels `zoom` by `zoom`. */
  paste({ data, channels, height, width }: Image, left: number, top: number, zoom: number): void {
    const plane = height * width;
    for (let y = 0; y < height * zoom; y++) {
      for (let x = 0; x < width * zoom; x++) {
        const at = Math.floor(y / zoom) * width + Math.floor(x / zoom);
        const channel = (c: number): number => data[(channels === 3 ? c : 0) * plane + at]!;
        this.dot(left + x, top + y, [channel(0), channel(1), channel(2)]);
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
  shown(name: string): ExerciseEvent<never> {
    const { width, height, pixels } = this;
    return { type: 'picture', name, width, height, pixels };
  }
}
