import { optionsOf, DataError, type Tensor } from '@kasane/tensor-core';
import { classesOf, classMetricNames, type ClassMetricOptions } from './classes.ts';
import { isCount, isListOf } from '../checkpoint/training-state.ts';
import { Metric, requireSums } from './metric.ts';

/**
 * How often targets of each class (rows) were predicted as each class (columns).
 *
 * $$ M_{ij} = \sum_n [y_n = i] \, [\hat y_n = j] $$
 *
 * | tensor  | shape                                                       |
 * | ------- | ----------------------------------------------------------- |
 * | output  | (N, C, ...) scores of classes, or (N, ...) scores of class 1 |
 * | target  | (N, ...)                                                    |
 * | compute | C rows of C counts                                          |
 *
 * Rows and columns as in scikit-learn's `confusion_matrix`, for all C classes, also those that do not occur. Empty before the first sample.
 *
 * @throws {@link ShapeError} if the shapes do not fit.
 * @throws {@link DataError} for a target that is no class and for a batch of another number of classes.
 *
 * @example
 * import { ConfusionMatrix } from '@kasane/trainer';
 * import { tensor } from '@kasane/tensor-core';
 * const matrix = new ConfusionMatrix();
 * await matrix.update(tensor([0.9, 0.2, 0.7]), tensor([1, 1, 0]));
 * matrix.compute(); // => [[0,1],[1,1]]
 *
 * @category Metrics
 */
export class ConfusionMatrix extends Metric<number[][], number[][]> {
  readonly #options: ClassMetricOptions;

  constructor(options: ClassMetricOptions = {}) {
    super(() => []);
    this.#options = optionsOf('ConfusionMatrix', options, classMetricNames);
  }

  /** Adds a batch. */
  async update(output: Tensor, target: Tensor): Promise<void> {
    const { threshold = 0.5, ignoreIndex = -100 } = this.#options;
    const { predicted, actual, count } = await classesOf(
      'ConfusionMatrix',
      output,
      target,
      threshold,
    );
    const { sums } = this;
    if (sums.length > 0 && sums.length !== count) {
      throw new DataError(
        `ConfusionMatrix: all batches must have the same classes, got ${count} after ${sums.length}. Call reset in between.`,
      );
    }
    while (sums.length < count) sums.push(Array<number>(count).fill(0));
    for (let i = 0; i < actual.length; i++) {
      const label = actual[i]!;
      if (label === ignoreIndex) continue;
      const row = sums[label];
      if (row === undefined) {
        throw new DataError(
          `ConfusionMatrix: targets must be classes from 0 to ${count - 1}, got ${label}. Give the output a score for each class.`,
        );
      }
      row[predicted[i]!]!++;
    }
  }

  /** The counts over all samples since the last `reset`, a copy. */
  compute(): number[][] {
    return this.stateDict();
  }

  /**
   * Goes on from counts that `stateDict` gave.
   *
   * @throws {@link CheckpointError} for others, and then changes nothing.
   */
  override loadStateDict(state: number[][]): void {
    const isRow = (row: unknown): boolean => isListOf(row, isCount) && row.length === state.length;
    requireSums(this.constructor.name, isListOf(state, isRow), state);
    super.loadStateDict(state);
  }
}
