import { optionsOf, type Tensor } from '@kasane/tensor-core';
import { classesOf, classMetricNames, type ClassMetricOptions } from './classes.ts';
import { Metric } from './metric.ts';

/**
 * The share of targets whose class was predicted.
 *
 * $$ \frac1n \sum_i [\hat y_i = y_i] $$
 *
 * with ŷ the class of the largest score, the first of equal ones; or 1 for a score of class 1 above the `threshold`, else 0.
 *
 * | tensor | shape                                                       |
 * | ------ | ----------------------------------------------------------- |
 * | output | (N, C, ...) scores of classes, or (N, ...) scores of class 1 |
 * | target | (N, ...)                                                    |
 *
 * Same as scikit-learn's `accuracy_score` of the predicted classes. NaN before the first sample.
 *
 * @throws {@link ShapeError} if the shapes do not fit.
 *
 * @example
 * import { Accuracy } from '@kasane/trainer';
 * import { tensor } from '@kasane/tensor-core';
 * const accuracy = new Accuracy();
 * await accuracy.update(tensor([[2, 1], [0, 3]]), tensor([0, 0], { dtype: 'int32' }));
 * accuracy.compute(); // => 0.5
 *
 * @category Metrics
 */
export class Accuracy extends Metric<number, { correct: number; count: number }> {
  override readonly higherIsBetter: boolean | null = true;
  readonly #options: ClassMetricOptions;

  constructor(options: ClassMetricOptions = {}) {
    super(() => ({ correct: 0, count: 0 }));
    this.#options = optionsOf('Accuracy', options, classMetricNames);
  }

  /** Adds a batch. */
  async update(output: Tensor, target: Tensor): Promise<void> {
    const { threshold = 0.5, ignoreIndex = -100 } = this.#options;
    const { predicted, actual } = await classesOf('Accuracy', output, target, threshold);
    for (let i = 0; i < actual.length; i++) {
      if (actual[i] === ignoreIndex) continue;
      this.sums.count++;
      if (predicted[i] === actual[i]) this.sums.correct++;
    }
  }

  /** The value over all samples since the last `reset`. */
  compute(): number {
    return this.sums.correct / this.sums.count;
  }
}
