/** Two objects with their centres in one cell, which can report one class only. */
import type { Scene } from '@kasane/datasets';
import { filterDetections, type Detections } from '@kasane/layers-cnn/detection';
import { scope, tensor } from '@kasane/tensor-core';
import { centreOf, stacked } from '../../pictures/detected.ts';
import { withBoxes, type Layout } from './scenes.ts';

const PAIRS = 20; // scenes with two objects in one cell

const area = ({ boxes: [box] }: Scene): number => (box![2] - box![0]) * (box![3] - box![1]);

/** Out of scenes with one object each: small objects on the middle of large ones of another class. */
export function pairsOf(scenes: readonly Scene[], { s, size }: Layout): Scene[] {
  const bySize = scenes.toSorted((one, other) => area(other) - area(one));
  const smallest = bySize.toReversed();
  // Away from the borders of cells, for pasting moves a centre by up to a pixel.
  const inside = ({ boxes: [box] }: Scene): boolean =>
    centreOf(box!).every(
      (v) => Math.floor(((v - 1) / size) * s) === Math.floor(((v + 1) / size) * s),
    );
  return bySize
    .filter(inside)
    .slice(0, PAIRS)
    .flatMap((large, i) => {
      const others = smallest.filter((scene) => scene.labels[0] !== large.labels[0]);
      return others.length === 0
        ? []
        : [stacked(large, others[i % Math.min(PAIRS, others.length)]!)];
    });
}

/** How many classes the cell of the first object reports with its `b` boxes, of all boxes of a scene. */
export function classesReported(
  all: Detections,
  { boxes: [box] }: Scene,
  { s, size }: Layout,
  b: number,
): number {
  const [column, row] = centreOf(box!).map((v) => Math.floor((v / size) * s)) as [number, number]; // two, as before
  return withBoxes(() =>
    scope(() => {
      const places = Array.from({ length: b }, (_, j) => (row * s + column) * b + j);
      const own = tensor(places, { dtype: 'int32' });
      const kept = filterDetections({
        boxes: all.boxes.indexSelect(0, own),
        scores: all.scores.indexSelect(0, own),
        labels: all.labels.indexSelect(0, own),
      });
      return new Set(kept.labels.dataSync()).size;
    }),
  );
}
