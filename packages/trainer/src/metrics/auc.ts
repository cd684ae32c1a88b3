import { DataError, formatShape, sameShape, ShapeError, type Tensor } from '@kasane/tensor-core';
import { isListOf } from '../checkpoint/training-state.ts';
import { Metric, requireSums, requireOutputAndTarget } from './metric.ts';

/**
 * The area under the ROC curve: how probably a sample of class 1 has a larger score than one of class 0.
 *
 * $$ \frac{1}{n_1 n_0} \left( \sum_{i: y_i = 1} r_i - \frac{n_1 (n_1 + 1)}{2} \right) $$
 *
 * with r the rank among all scores, the mean rank where scores are equal. It is exact, as scikit-learn's
 * `roc_auc_score`, where Keras' `AUC` counts at 200 thresholds; it keeps every score until `reset`.
 *
 * | tensor | shape                     |
 * | ------ | ------------------------- |
 * | output | (N, ...) scores of class 1 |
 * | target | (N, ...) 0 or 1           |
 *
 * NaN while one of the classes is missing.
 *
 * @throws {@link ShapeError} if the shapes differ.
 * @throws {@link DataError} for targets other than 0 and 1.
 *
 * @example
 * import { AUC } from '@kasane/trainer';
 * import { tensor } from '@kasane/tensor-core';
 * const auc = new AUC();
 * await auc.update(tensor([0.1, 0.4, 0.35, 0.8]), tensor([0, 0, 1, 1]));
 * auc.compute(); // => 0.75
 *
 * @category Metrics
 * @see Hanley and McNeil (1982), The meaning and use of the area under a receiver operating characteristic curve.
 */
export class AUC extends Metric<number, { scores: number[]; labels: number[] }> {
  override readonly higherIsBetter: boolean | null = true;
  constructor() {
    super(() => ({ scores: [], labels: [] }));
  }

  /** Adds a batch. */
  async update(output: Tensor, target: Tensor): Promise<void> {
    requireOutputAndTarget('AUC', output, target);
    if (!sameShape(output.shape, target.shape)) {
      throw new ShapeError(
        `AUC: output and target must have the same shape, got ${formatShape(output.shape)} and ${formatShape(target.shape)}. Pass the scores of class 1, such as select(1, 1).`,
      );
    }
    const [scores, labels] = await Promise.all([output.data(), target.data()]);
    for (let i = 0; i < labels.length; i++) {
      if (labels[i] !== 0 && labels[i] !== 1) {
        throw new DataError(
          `AUC: targets must be 0 or 1, got ${labels[i]}. Compare one class with the rest.`,
        );
      }
      this.sums.scores.push(scores[i]!);
      this.sums.labels.push(labels[i]!);
    }
  }

  /** The value over all samples since the last `reset`. */
  compute(): number {
    const { scores, labels } = this.sums;
    const order = scores.map((_, i) => i).sort((a, b) => scores[a]! - scores[b]!);
    let ranks = 0;
    let ones = 0;
    for (let first = 0, end = 0; first < order.length; first = end) {
      while (end < order.length && scores[order[end]!] === scores[order[first]!]) end++;
      if (end === first) return NaN; // a score that is NaN has no rank
      for (let i = first; i < end; i++) {
        if (labels[order[i]!] === 0) continue;
        ranks += (first + 1 + end) / 2; // ranks count from 1
        ones++;
      }
    }
    return (ranks - (ones * (ones + 1)) / 2) / (ones * (order.length - ones));
  }

  /**
   * Goes on from scores that `stateDict` gave.
   *
   * @throws {@link CheckpointError} for others, and then changes nothing.
   */
  override loadStateDict(state: { scores: number[]; labels: number[] }): void {
    const fits =
      isListOf(state?.scores, (score) => typeof score === 'number') &&
      isListOf(state.labels, (label) => label === 0 || label === 1) &&
      state.scores.length === state.labels.length;
    requireSums('AUC', fits, state);
    super.loadStateDict(state);
  }
}
