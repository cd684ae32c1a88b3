import { formatShape, sameShape, ShapeError, type Tensor } from '@kasane/tensor-core';
import { Metric, requireOutputAndTarget } from './metric.ts';

/**
 * The mean of (ŷ - y)² over all elements of output and target, which have the same shape.
 *
 * $$ \frac1n \sum_i (\hat y_i - y_i)^2 $$
 *
 * NaN before the first sample.
 *
 * @throws {@link ShapeError} if the shapes differ.
 *
 * @example
 * import { MeanSquaredError } from '@kasane/trainer';
 * import { tensor } from '@kasane/tensor-core';
 * const error = new MeanSquaredError();
 * await error.update(tensor([1, 2]), tensor([1, 2]));
 * await error.update(tensor([3]), tensor([0]));
 * error.compute(); // => 3
 *
 * @category Metrics
 */
export class MeanSquaredError extends Metric<number, { sum: number; count: number }> {
  override readonly higherIsBetter: boolean | null = false;
  constructor() {
    super(() => ({ sum: 0, count: 0 }));
  }

  /** Adds a batch. */
  async update(output: Tensor, target: Tensor): Promise<void> {
    requireOutputAndTarget('MeanSquaredError', output, target);
    if (!sameShape(output.shape, target.shape)) {
      throw new ShapeError(
        `MeanSquaredError: output and target must have the same shape, got ${formatShape(output.shape)} and ${formatShape(target.shape)}. Reshape one.`,
      );
    }
    const [guesses, targets] = await Promise.all([output.data(), target.data()]);
    for (let i = 0; i < targets.length; i++) this.sums.sum += (guesses[i]! - targets[i]!) ** 2;
    this.sums.count += targets.length;
  }

  /** The value over all samples since the last `reset`. */
  compute(): number {
    return this.sums.sum / this.sums.count;
  }
}
