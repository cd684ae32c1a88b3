import { formatShape, sameShape, ShapeError, type Tensor } from '@kasane/tensor-core';
import { isRecord } from '../checkpoint/header.ts';
import { isListOf } from '../checkpoint/training-state.ts';
import { Metric, requireSums, requireOutputAndTarget } from './metric.ts';

/** Of one column of targets: their mean, the sum of squared distances from it, and the sum of squared errors. */
export interface R2Column {
  mean: number;
  total: number;
  residual: number;
}

/**
 * The share of the targets' variance that the output explains, the mean over columns.
 *
 * $$ 1 - \frac{\sum_i (y_i - \hat y_i)^2}{\sum_i (y_i - \bar y)^2} $$
 *
 * | tensor | shape                                        |
 * | ------ | -------------------------------------------- |
 * | output | (N, ...); all dims behind the first are columns |
 * | target | (N, ...)                                     |
 *
 * Same as scikit-learn's `r2_score`: where all targets are equal it is 1 if there is no error, else 0. NaN before the second sample.
 *
 * @throws {@link ShapeError} if the shapes differ.
 *
 * @example
 * import { R2 } from '@kasane/trainer';
 * import { tensor } from '@kasane/tensor-core';
 * const r2 = new R2();
 * await r2.update(tensor([1, 2, 4]), tensor([1, 2, 3]));
 * r2.compute(); // => 0.5
 *
 * @category Metrics
 */
export class R2 extends Metric<number, { count: number; columns: R2Column[] }> {
  override readonly higherIsBetter: boolean | null = true;
  constructor() {
    super(() => ({ count: 0, columns: [] }));
  }

  /** Adds a batch. */
  async update(output: Tensor, target: Tensor): Promise<void> {
    requireOutputAndTarget('R2', output, target);
    const width = target.shape.slice(1).reduce((product, size) => product * size, 1);
    const { columns } = this.sums;
    if (
      !sameShape(output.shape, target.shape) ||
      (columns.length > 0 && columns.length !== width)
    ) {
      throw new ShapeError(
        `R2: output and target must have the same shape, and the same columns as before, got ${formatShape(output.shape)} and ${formatShape(target.shape)}. Reshape one, or call reset.`,
      );
    }
    const [guesses, targets] = await Promise.all([output.data(), target.data()]);
    while (columns.length < width) columns.push({ mean: 0, total: 0, residual: 0 });
    for (let i = 0; i < targets.length; i++) {
      const column = columns[i % width]!;
      if (i % width === 0) this.sums.count++;
      // Welford: sums of squares of large numbers would lose the difference between them.
      const away = targets[i]! - column.mean;
      column.mean += away / this.sums.count;
      column.total += away * (targets[i]! - column.mean);
      column.residual += (targets[i]! - guesses[i]!) ** 2;
    }
  }

  /** The value over all samples since the last `reset`. */
  compute(): number {
    const { count, columns } = this.sums;
    if (count < 2) return NaN;
    const shares = columns.map(({ total, residual }) =>
      total === 0 ? Number(residual === 0) : 1 - residual / total,
    );
    return shares.reduce((sum, share) => sum + share, 0) / columns.length;
  }

  /**
   * Goes on from sums that `stateDict` gave.
   *
   * @throws {@link CheckpointError} for others, and then changes nothing.
   */
  override loadStateDict(state: { count: number; columns: R2Column[] }): void {
    const isColumn = (column: unknown): boolean =>
      isRecord(column) &&
      ['mean', 'total', 'residual'].every((key) => typeof column[key] === 'number');
    requireSums('R2', isListOf(state?.columns, isColumn), state);
    super.loadStateDict(state);
  }
}
