/** Files that are made in the page and saved; what makes them loads when it is asked for. */
import type { Drawing } from '../../drawings/drawing.ts';
import type { PictureEvent, TableEvent } from '../../events/event.ts';
import { fileName } from '../../output/file-name.ts';
import { paint } from './picture-view.tsx';

/** Hands a file to the browser, which keeps it where the reader wants. */
export function save(name: string, content: BlobPart, type: string): void {
  const url = URL.createObjectURL(new Blob([content], { type }));
  const link = document.createElement('a');
  link.href = url;
  link.download = name;
  link.click();
  setTimeout(() => URL.revokeObjectURL(url), 1000);
}

export async function saveCsv(
  title: string,
  table: Pick<TableEvent, 'columns' | 'rows'>,
): Promise<void> {
  const { tableCsv } = await import('../../output/csv.ts');
  save(fileName('csv', title), tableCsv(table), 'text/csv');
}

export async function saveSvg(title: string, drawing: Drawing): Promise<void> {
  const { svgDocument } = await import('../../drawings/document.ts');
  save(fileName('svg', title), svgDocument(title, drawing), 'image/svg+xml');
}

/** Twice as fine as on the page. */
const SCALE = 2;

export async function savePng(title: string, drawing: Drawing): Promise<void> {
  const { svgDocument } = await import('../../drawings/document.ts');
  const url = URL.createObjectURL(
    new Blob([svgDocument(title, drawing)], { type: 'image/svg+xml' }),
  );
  try {
    const image = new Image();
    image.src = url;
    await image.decode();
    const canvas = document.createElement('canvas');
    canvas.width = image.width * SCALE;
    canvas.height = image.height * SCALE;
    canvas.getContext('2d')?.drawImage(image, 0, 0, canvas.width, canvas.height);
    saveCanvas(fileName('png', title), canvas);
  } finally {
    URL.revokeObjectURL(url);
  }
}

export function savePicture(title: string, picture: PictureEvent): void {
  const canvas = document.createElement('canvas');
  paint(canvas, picture);
  saveCanvas(fileName('png', title), canvas);
}

function saveCanvas(name: string, canvas: HTMLCanvasElement): void {
  canvas.toBlob((blob) => blob !== null && save(name, blob, 'image/png'));
}
