import { readFile } from 'node:fs/promises';
import type { PictureParameter } from '../parameter.ts';
import { UsageError } from '../usage-error.ts';

/**
 * A drawing from a PNG or JPEG file: in grey, fitted to the parameter's size by means over the pixels that fall into each place.
 *
 * @throws UsageError naming the file and what is wrong with it
 */
export async function readPicture(
  where: string,
  { width, height }: PictureParameter,
  path: string,
): Promise<number[]> {
  try {
    const { decodeImage } = await import('@kasane/datasets/images');
    const image = decodeImage(await readFile(path), path, 1);
    return Array.from({ length: width * height }, (_, i) => {
      const span = (at: number, count: number, size: number): [number, number] => {
        const from = Math.floor((at * size) / count);
        return [from, Math.max(from + 1, Math.floor(((at + 1) * size) / count))];
      };
      const [left, right] = span(i % width, width, image.width);
      const [top, bottom] = span(Math.floor(i / width), height, image.height);
      let sum = 0;
      for (let y = top; y < bottom; y++)
        for (let x = left; x < right; x++) sum += image.data[y * image.width + x]!;
      return sum / ((right - left) * (bottom - top));
    });
  } catch (error) {
    throw new UsageError(
      `${where} must name a PNG or JPEG file: ${error instanceof Error ? error.message : String(error)}.`,
    );
  }
}
