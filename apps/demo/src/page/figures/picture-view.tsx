import { useEffect, useRef } from 'preact/hooks';
import type { PictureEvent } from '../../events/event.ts';

/** Small pictures are shown larger, by whole pixels. */
const zoomOf = (width: number): number => Math.max(1, Math.floor(320 / width));

/** How wide a picture stands on the page. */
export const shownWidth = ({ width }: PictureEvent): number => width * zoomOf(width);

/** A picture's pixels on a canvas. */
export function paint(canvas: HTMLCanvasElement, { width, height, pixels }: PictureEvent): void {
  canvas.width = width;
  canvas.height = height;
  const context = canvas.getContext('2d');
  if (context === null) return;
  const image = context.createImageData(width, height);
  const channels = pixels.length / (width * height);
  for (let i = 0; i < width * height; i++) {
    for (let c = 0; c < 3; c++)
      image.data[4 * i + c] = pixels[channels * i + (channels === 3 ? c : 0)]!;
    image.data[4 * i + 3] = 255;
  }
  context.putImageData(image, 0, 0);
}

export function PictureView({ picture }: { picture: PictureEvent }) {
  const canvas = useRef<HTMLCanvasElement>(null);
  useEffect(() => paint(canvas.current!, picture), [picture]); // it is shown with this
  return (
    <canvas
      ref={canvas}
      class="picture"
      role="img"
      aria-label={`${picture.name}, ${picture.width} × ${picture.height}`}
      style={{ width: `${shownWidth(picture)}px` }}
    />
  );
}
