/**
 * What an environment looks like: red, green, blue and opacity of each pixel, row by row from the top, from 0 to 255.
 *
 * The form that a canvas takes: `context.putImageData(new ImageData(picture.data, picture.width), 0, 0)`.
 */
export interface Picture {
  readonly width: number;
  readonly height: number;
  readonly data: Uint8ClampedArray<ArrayBuffer>;
}

/** Options of `picture`. */
export interface PictureOptions {
  /** In pixels; the height goes with it. Default: 300, and 40 for each column of a grid. */
  readonly width?: number;
}

/** From light to dark. */
const shades = ' .:+#';

/** A picture in characters, which stand for a pixel's width and two pixels' height each. @internal */
export function textOf({ width, height, data }: Picture): string {
  const lines = Array.from({ length: Math.floor(height / 2) }, (_, row) =>
    Array.from({ length: width }, (_, x) => {
      let dark = 0;
      for (const y of [2 * row, 2 * row + 1]) {
        const at = 4 * (y * width + x);
        dark += 1 - (data[at]! + data[at + 1]! + data[at + 2]!) / 765;
      }
      return shades[Math.min(shades.length - 1, Math.round(dark * 3))]!;
    })
      .join('')
      .trimEnd(),
  );
  return lines.join('\n');
}
