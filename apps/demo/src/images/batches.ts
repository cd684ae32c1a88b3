import type { LabeledImages } from '@kasane/datasets';
import { randperm, reference, scope, withBackend } from '@kasane/tensor-core';
import type { Generator as Random, Tensor } from '@kasane/tensor-core';

/** The numbers from 0 to before `n` in random order; they are needed here, whatever device the pictures go to. */
export function shuffled(n: number, generator: Random): number[] {
  return withBackend(reference(), () => scope(() => [...randperm(n, { generator }).dataSync()]));
}

/**
 * Batch after batch without end: pictures (B, C, H, W) and classes (B). Each pass is in a new random order;
 * what does not fill a batch at its end is left out. Fewer pictures than a batch are one batch.
 */
export function* batches(
  images: LabeledImages,
  size: number,
  generator: Random,
): Generator<[x: Tensor, t: Tensor], never, void> {
  const step = Math.min(size, images.length);
  for (;;) {
    const rows = shuffled(images.length, generator);
    for (let i = 0; i + step <= rows.length; i += step) {
      yield images.getBatch(rows.slice(i, i + step));
    }
  }
}
