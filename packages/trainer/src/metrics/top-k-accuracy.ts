import { requireWhole, ShapeError, type Tensor } from '@kasane/tensor-core';
import { classDim } from './classes.ts';
import { Metric, requireOutputAndTarget } from './metric.ts';

/**
 * The share of targets whose class is among the k with the largest scores; of equal scores, the later class goes first.
 *
 * $$ \frac1n \sum_i [r_i < k] $$
 *
 * with r how many classes go before that of the target.
 *
 * | tensor | shape                     |
 * | ------ | ------------------------- |
 * | output | (N, C, ...) scores        |
 * | target | (N, ...) class indices    |
 *
 * Same as scikit-learn's `top_k_accuracy_score`, for equal scores too, where `topk` and `Accuracy` take the earlier class; a score that is NaN counts
 * as larger than the target's. Targets of -100 do not count. NaN before the first sample.
 *
 * @throws RangeError unless k is a whole number ≥ 1.
 * @throws {@link ShapeError} if the shapes do not fit or a target is no class.
 *
 * @example
 * import { TopKAccuracy } from '@kasane/trainer';
 * import { tensor } from '@kasane/tensor-core';
 * const accuracy = new TopKAccuracy(2);
 * await accuracy.update(tensor([[3, 2, 1], [3, 2, 1]]), tensor([1, 2], { dtype: 'int32' }));
 * accuracy.compute(); // => 0.5
 *
 * @category Metrics
 */
export class TopKAccuracy extends Metric<number, { correct: number; count: number }> {
  override readonly higherIsBetter: boolean | null = true;
  readonly #k: number;

  /** Takes k. */
  constructor(k: number = 5) {
    super(() => ({ correct: 0, count: 0 }));
    requireWhole('TopKAccuracy', 'k', k, 1);
    this.#k = k;
  }

  /** Adds a batch. */
  async update(output: Tensor, target: Tensor): Promise<void> {
    requireOutputAndTarget('TopKAccuracy', output, target);
    const inner = classDim('TopKAccuracy', output, target);
    const classes = output.shape[1]!;
    const [scores, actual] = await Promise.all([output.data(), target.data()]);
    for (let i = 0; i < actual.length; i++) {
      const label = actual[i]!;
      if (label === -100) continue;
      if (!(Number.isInteger(label) && label >= 0 && label < classes)) {
        throw new ShapeError(
          `TopKAccuracy: targets must be classes from 0 to ${classes - 1}, got ${label}. Give the output a score for each class.`,
        );
      }
      const start = Math.floor(i / inner) * classes * inner + (i % inner);
      const score = scores[start + label * inner]!;
      let rank = 0;
      for (let c = 0; c < classes; c++) {
        const other = scores[start + c * inner]!;
        // Written so that NaN, as target or as rival, is never beaten.
        if (c !== label && (c > label ? !(other < score) : !(other <= score))) rank++;
      }
      this.sums.count++;
      if (rank < this.#k) this.sums.correct++;
    }
  }

  /** The value over all samples since the last `reset`. */
  compute(): number {
    return this.sums.correct / this.sums.count;
  }
}
