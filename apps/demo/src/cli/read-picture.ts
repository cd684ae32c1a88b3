import { readFile } from 'node:fs/promises';
import { fitted } from '../data/picture.ts';
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
    return fitted(image, width, height);
  } catch (error) {
    throw new UsageError(
      `${where} must name a PNG or JPEG file: ${error instanceof Error ? error.message : String(error)}.`,
    );
  }
}
