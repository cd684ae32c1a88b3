import type { LabeledImages } from '@kasane/datasets';
import { randperm, reference, withBackend } from '@kasane/tensor-core';
import type { Generator as Random, Tensor } from '@kasane/tensor-core';

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
    // The order is needed here, whatever device the pictures go to.
    const order = withBackend(reference(), () => randperm(images.length, { generator }));
    const rows = [...order.dataSync()];
    order.dispose();
    for (let i = 0; i + step <= rows.length; i += step) {
      yield images.getBatch(rows.slice(i, i + step));
    }
  }
}
