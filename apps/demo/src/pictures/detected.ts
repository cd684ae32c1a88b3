/** Scenes of `@kasane/datasets` with what a detector says about them, for the exercise on YOLO. */
import type { Box, Scene } from '@kasane/datasets';
import type { Detections } from '@kasane/layers-cnn/detection';
import { Canvas, tileOf, type Colour } from './canvas.ts';

const [COLUMNS, ZOOM, GAP] = [4, 3, 6];

/** The colours of the boxes of the classes. */
export const boxColours: readonly (readonly [name: string, colour: Colour])[] = [
  ['red', [255, 60, 60]],
  ['green', [60, 230, 60]],
  ['blue', [90, 120, 255]],
  ['yellow', [255, 235, 60]],
  ['magenta', [255, 70, 230]],
  ['cyan', [50, 235, 235]],
  ['orange', [255, 150, 30]],
  ['white', [255, 255, 255]],
  ['violet', [160, 80, 255]],
  ['black', [0, 0, 0]],
];

/** The centre of a box. */
export const centreOf = ([x1, y1, x2, y2]: Box): readonly [x: number, y: number] => [
  (x1 + x2) / 2,
  (y1 + y2) / 2,
];

/** A scene of two objects: that of `small` cut out and put on the middle of that of `large`, to the pixel. */
export function stacked(large: Scene, small: Scene): Scene {
  const { channels, height, width } = large.image;
  const data = large.image.data.slice();
  const box = small.boxes[0]!;
  const [[cx, cy], [sx, sy]] = [centreOf(large.boxes[0]!), centreOf(box)];
  const [dx, dy] = [Math.round(cx - sx), Math.round(cy - sy)];
  for (let c = 0; c < channels; c++) {
    for (let y = box[1]; y < box[3]; y++) {
      for (let x = box[0]; x < box[2]; x++) {
        const at = (row: number, column: number): number => (c * height + row) * width + column;
        data[at(y + dy, x + dx)] = small.image.data[at(y, x)]!;
      }
    }
  }
  return {
    image: { data, channels, height, width },
    boxes: [large.boxes[0]!, [box[0] + dx, box[1] + dy, box[2] + dx, box[3] + dy]],
    labels: [large.labels[0]!, small.labels[0]!],
  };
}

/** Scenes side by side, with a frame around all that was found. */
export async function framed(
  scenes: readonly Scene[],
  found: readonly Detections[],
): Promise<Canvas> {
  const side = scenes[0]!.image.width * ZOOM + GAP;
  const rows = Math.ceil(scenes.length / COLUMNS);
  const canvas = new Canvas(COLUMNS * side + GAP, rows * side + GAP);
  for (const [i, { image }] of scenes.entries()) {
    const [left, top] = [GAP + (i % COLUMNS) * side, GAP + Math.floor(i / COLUMNS) * side];
    canvas.paste(tileOf(image), left, top, ZOOM);
    const { boxes, labels } = found[i]!;
    const within = [...(await boxes.data())].map(
      (v) => Math.min(Math.max(v, 0), image.width) * ZOOM,
    );
    for (const [k, label] of (await labels.data()).entries()) {
      const [x1, y1, x2, y2] = within.slice(4 * k, 4 * k + 4) as [number, number, number, number]; // four numbers
      canvas.frame([left + x1, top + y1, left + x2, top + y2], boxColours[label]![1]);
    }
  }
  return canvas;
}
