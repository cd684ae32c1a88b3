import type { Scene } from '@kasane/datasets';
import type { YOLO } from '@kasane/layers-cnn/detection';
import { concat, noGrad, scope } from '@kasane/tensor-core';
import type { Tensor } from '@kasane/tensor-core';
import type { ProgressEvent } from '../../events/event.ts';
import type { AsyncPart } from '../../exercise.ts';
import { fastest } from '../../timing.ts';
import { imagesOf } from './scenes.ts';

export const ROUNDS = 15; // of timing

/** Milliseconds that one image takes, looked at once and window by window. */
export interface Speed {
  /** Pixels along the side of a window. */
  readonly side: number;
  readonly windows: number;
  readonly once: number;
  readonly sliding: number;
}

/**
 * Times one pass over an image against sliding windows, as detectors before YOLO had them: at each of the S × S cells a window half as
 * wide as the image, around the middle of the cell, goes through the same layers. All windows go in one batch, which is the fastest
 * they can be.
 */
export async function* speedOf(
  model: YOLO,
  scene: Scene,
  progress: ProgressEvent,
): AsyncPart<never, Speed> {
  const { s, imageSize: size } = model;
  const cell = size / s;
  const side = cell * Math.ceil(s / 2);
  const image = imagesOf([scene]);
  const starts = Array.from({ length: s }, (_, i) => {
    const start = Math.round((i + 0.5) * cell - side / 2);
    return Math.min(Math.max(start, 0), size - side);
  });
  const windows = scope(() =>
    concat(
      starts.flatMap((top) => {
        const row = image.slice(2, top, top + side);
        return starts.map((left) => row.slice(3, left, left + side));
      }),
    ),
  ); // (S · S, 3, side, side)
  const layers = (x: Tensor): Tensor =>
    scope(() => noGrad(() => model.head.forward(model.features.forward(x))));
  const [once, sliding] = (yield* fastest(
    [() => layers(image), () => layers(windows)],
    ROUNDS,
    progress,
  )) as [number, number]; // one for each
  image.dispose();
  windows.dispose();
  return { side, windows: s * s, once, sliding };
}
