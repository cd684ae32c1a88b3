import { fitted } from '../../data/picture.ts';

/** Pixels along a side at most: more would hold up the page, and is more than any exercise takes. */
const SIDE = 1024;

/** A drawing from a file that the browser can show: in grey, where it is transparent black, fitted to a size. */
export async function openPicture(file: File, width: number, height: number): Promise<number[]> {
  const bitmap = await createImageBitmap(file);
  const scale = Math.min(1, SIDE / Math.max(bitmap.width, bitmap.height));
  const [wide, high] = [bitmap.width, bitmap.height].map((side) =>
    Math.max(1, Math.round(side * scale)),
  ) as [number, number];
  const canvas = document.createElement('canvas');
  [canvas.width, canvas.height] = [wide, high];
  const context = canvas.getContext('2d')!; // every canvas that has no other has one
  context.fillRect(0, 0, wide, high);
  context.drawImage(bitmap, 0, 0, wide, high);
  bitmap.close();
  const { data } = context.getImageData(0, 0, wide, high);
  // The weights of ITU-R BT.601, as the command line has them.
  const grey = Float64Array.from({ length: wide * high }, (_, i) =>
    Math.round(0.299 * data[4 * i]! + 0.587 * data[4 * i + 1]! + 0.114 * data[4 * i + 2]!),
  );
  return fitted({ data: grey, width: wide, height: high }, width, height);
}
