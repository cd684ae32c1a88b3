import type { LabeledImages } from '@kasane/datasets';
import { noGrad, scope, type Tensor } from '@kasane/tensor-core';
import type { ProgressEvent } from '../events/event.ts';
import type { AsyncPart } from '../exercise.ts';

const AT_ONCE = 250; // pictures, so that there is a pause every few hundred milliseconds

/** What a function makes of all pictures, given (B, C, H, W), (B) or (B, D), as numbers in rows. */
export async function* outputs(
  of: (x: Tensor) => Tensor,
  images: LabeledImages,
  progress: ProgressEvent,
  atOnce: number = AT_ONCE,
): AsyncPart<never, number[][]> {
  const all: number[][] = [];
  for (let from = 0; from < images.length; from += atOnce) {
    const count = Math.min(atOnce, images.length - from);
    const rows = Array.from({ length: count }, (_, i) => from + i);
    const output = scope(() => noGrad(() => of(images.getBatch(rows)[0])));
    const values = Array.from(await output.data(), Number);
    const width = values.length / count;
    for (let i = 0; i < count; i++) all.push(values.slice(i * width, (i + 1) * width));
    output.dispose();
    yield progress;
  }
  return all;
}
