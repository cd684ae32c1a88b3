import { requireWhole } from '@kasane/tensor-core';
import { requireCount } from '../vector/given.ts';

/**
 * Mean and variance of all that was seen, number by number, kept up to date as more comes.
 *
 * It starts from mean 0 and variance 1 as if those had been seen n = 1e-4 times, which is `count`. Same as `RunningMeanStd` of Gymnasium,
 * in float64, of one list at a time, there of a batch.
 *
 * $$ \delta = x - \text{mean}, \quad \text{mean} \leftarrow \text{mean} + \frac{\delta}{n + 1}, \quad \text{variance} \leftarrow \frac{n}{n + 1} \Bigl(\text{variance} + \frac{\delta^2}{n + 1}\Bigr), \quad n \leftarrow n + 1 $$
 *
 * Its fields are numbers and lists of them, to be written down and read again.
 *
 * @throws RangeError if `size` is not a whole number of at least 1, or a list has another length.
 *
 * @example
 * import { RunningMeanStd } from '@kasane/rl';
 * const seen = new RunningMeanStd(1);
 * for (const x of [1, 2, 3]) seen.update([x]);
 * seen.mean[0]!.toFixed(3); // => 2.000
 * @see https://en.wikipedia.org/wiki/Algorithms_for_calculating_variance#Parallel_algorithm
 * @category Wrappers
 */
export class RunningMeanStd {
  readonly mean: Float64Array;
  readonly variance: Float64Array;
  /** How many were seen. */
  count = 1e-4;

  constructor(size: number) {
    requireWhole('RunningMeanStd', 'size', size, 1, 2 ** 31);
    this.mean = new Float64Array(size);
    this.variance = new Float64Array(size).fill(1);
  }

  /** Takes one more list of numbers. */
  update(x: ArrayLike<number>): void {
    requireCount('RunningMeanStd', 'what is seen', x, this.mean.length);
    const { mean, variance, count } = this;
    const total = count + 1;
    for (let i = 0; i < mean.length; i++) {
      const delta = x[i]! - mean[i]!;
      mean[i]! += delta / total;
      variance[i] = (variance[i]! * count + (delta * delta * count) / total) / total;
    }
    this.count = total;
  }
}
