import type { LabeledImages } from '@kasane/datasets';
import { noGrad, scope } from '@kasane/tensor-core';
import type { Tensor } from '@kasane/tensor-core';
import type { ProgressEvent } from '../events/event.ts';
import type { AsyncPart } from '../exercise.ts';

/** What a network answers to pictures. */
export interface Answers {
  /** The class given to each picture. */
  readonly classes: Int32Array;
  /** The share that is right. */
  readonly accuracy: number;
}

const AT_ONCE = 250; // pictures, so that there is a pause every few hundred milliseconds

/**
 * Asks a network for the class of every picture; `forward` gives the scores (B, C) of pictures
 * (B, C, H, W), and `progress`, which is reported in between, says how far the exercise has come; `atOnce` go in one batch.
 */
export async function* answers(
  forward: (x: Tensor) => Tensor,
  images: LabeledImages,
  progress: ProgressEvent,
  atOnce: number = AT_ONCE,
): AsyncPart<never, Answers> {
  const classes = new Int32Array(images.length);
  for (let from = 0; from < images.length; from += atOnce) {
    const rows = Array.from({ length: Math.min(atOnce, images.length - from) }, (_, i) => from + i);
    const given = scope(() => {
      const [x] = images.getBatch(rows);
      return noGrad(() => forward(x)).argmax(1);
    }); // (B)
    classes.set(await given.data(), from);
    given.dispose();
    yield progress;
  }
  const right = classes.reduce((sum, given, i) => sum + Number(given === images.labels[i]), 0);
  return { classes, accuracy: right / images.length };
}
