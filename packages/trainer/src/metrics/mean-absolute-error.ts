import { formatShape, sameShape, ShapeError, type Tensor } from '@kasane/tensor-core';
import { Metric, requireOutputAndTarget } from './metric.ts';

/**
 * The mean of |ŷ - y| over all elements of output and target, which have the same shape.
 *
 * $$ \frac1n \sum_i |\hat y_i - y_i| $$
 *
 * NaN before the first sample.
 *
 * @throws {@link ShapeError} if the shapes differ.
 *
 * @example
 * import { MeanAbsoluteError } from '@kasane/trainer';
 * import { tensor } from '@kasane/tensor-core';
 * const error = new MeanAbsoluteError();
 * await error.update(tensor([1, 2]), tensor([1, 4]));
 * await error.update(tensor([5]), tensor([6]));
 * error.compute(); // => 1
 *
 * @category Metrics
 */
export class MeanAbsoluteError extends Metric<number, { sum: number; count: number }> {
  override readonly higherIsBetter: boolean | null = false;
  constructor() {
    super(() => ({ sum: 0, count: 0 }));
  }

  /** Adds a batch. */
  async update(output: Tensor, target: Tensor): Promise<void> {
    requireOutputAndTarget('MeanAbsoluteError', output, target);
    if (!sameShape(output.shape, target.shape)) {
      throw new ShapeError(
        `MeanAbsoluteError: output and target must have the same shape, got ${formatShape(output.shape)} and ${formatShape(target.shape)}. Reshape one.`,
      );
    }
    const [guesses, targets] = await Promise.all([output.data(), target.data()]);
    for (let i = 0; i < targets.length; i++) this.sums.sum += Math.abs(guesses[i]! - targets[i]!);
    this.sums.count += targets.length;
  }

  /** The value over all samples since the last `reset`. */
  compute(): number {
    return this.sums.sum / this.sums.count;
  }
}
