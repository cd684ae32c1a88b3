import { optionsOf, DataError, type Tensor } from '@kasane/tensor-core';
import { classMetricNames, type ClassMetricOptions } from './classes.ts';
import { ConfusionMatrix } from './confusion-matrix.ts';
import { Metric } from './metric.ts';

/** Options of `Precision`, `Recall` and `F1`. */
export interface AverageOptions extends ClassMetricOptions {
  /**
   * `'binary'`: of class 1 against class 0. `'macro'`: the mean over the classes that occur in targets or predictions. `'micro'`: of the
   * counts of all classes together. Default 'binary'.
   */
  readonly average?: 'binary' | 'macro' | 'micro';
}

/** Of one class: predicted and so, predicted but not so, so but not predicted. */
interface Counts {
  readonly tp: number;
  readonly fp: number;
  readonly fn: number;
}

abstract class FromCounts extends Metric<number, number[][]> {
  override readonly higherIsBetter: boolean | null = true;
  readonly #matrix: ConfusionMatrix;
  readonly #average: 'binary' | 'macro' | 'micro';

  constructor(options: AverageOptions = {}) {
    super(() => []);
    const names = ['average', ...classMetricNames] as const;
    const given = optionsOf(this.constructor.name, options, names);
    const { average = 'binary', ...classes } = given;
    this.#matrix = new ConfusionMatrix(classes);
    this.#average = average;
  }

  /** The value of a class. @internal */
  protected abstract ratio(counts: Counts): number;

  /** Adds a batch. */
  async update(output: Tensor, target: Tensor): Promise<void> {
    await this.#matrix.update(output, target);
  }

  /** Forgets all samples. */
  override reset(): void {
    this.#matrix.reset();
  }

  /** A copy of the counts. */
  override stateDict(): number[][] {
    return this.#matrix.stateDict();
  }

  /**
   * Goes on from counts that `stateDict` gave.
   *
   * @throws {@link CheckpointError} for others, and then changes nothing.
   */
  override loadStateDict(state: number[][]): void {
    this.#matrix.loadStateDict(state);
  }

  /** The value over all samples since the last `reset`. */
  compute(): number {
    const matrix = this.#matrix.compute();
    const counts = matrix.map((row, c) => {
      const tp = row[c]!;
      const predicted = matrix.reduce((sum, other) => sum + other[c]!, 0);
      return { tp, fp: predicted - tp, fn: row.reduce((sum, n) => sum + n, 0) - tp };
    });
    const seen = counts.filter(({ tp, fp, fn }) => tp + fp + fn > 0);
    if (seen.length === 0) return NaN; // no sample, or all of them ignored
    if (this.#average === 'macro') {
      return seen.reduce((sum, one) => sum + this.ratio(one), 0) / seen.length;
    }
    if (this.#average === 'micro') {
      return this.ratio(
        counts.reduce((a, b) => ({ tp: a.tp + b.tp, fp: a.fp + b.fp, fn: a.fn + b.fn })),
      );
    }
    if (counts.length !== 2) {
      throw new DataError(
        `${this.constructor.name}: the average 'binary' is for two classes, got ${counts.length}. Pass { average: 'macro' } or 'micro'.`,
      );
    }
    return this.ratio(counts[1]!);
  }
}

const ratio = (part: number, whole: number): number => (whole === 0 ? 0 : part / whole);

/**
 * The share of predictions of a class that are right, 0 where nothing was predicted.
 *
 * $$ \frac{TP}{TP + FP} $$
 *
 * with how often the class was predicted rightly (TP), predicted wrongly (FP) and missed (FN).
 *
 * Shapes and errors as in `ConfusionMatrix`; the averages are scikit-learn's. NaN before the first sample.
 *
 * @throws {@link DataError} for the average `'binary'` of other than two classes.
 *
 * @example
 * import { Precision } from '@kasane/trainer';
 * import { tensor } from '@kasane/tensor-core';
 * const precision = new Precision();
 * await precision.update(tensor([0.9, 0.8, 0.1]), tensor([1, 0, 1]));
 * precision.compute(); // => 0.5
 *
 * @category Metrics
 */
export class Precision extends FromCounts {
  /** @internal */
  protected ratio({ tp, fp }: Counts): number {
    return ratio(tp, tp + fp);
  }
}

/**
 * The share of a class that was found, 0 where there is none of it.
 *
 * $$ \frac{TP}{TP + FN} $$
 *
 * with how often the class was predicted rightly (TP), predicted wrongly (FP) and missed (FN).
 *
 * Shapes and errors as in `ConfusionMatrix`; the averages are scikit-learn's. NaN before the first sample.
 *
 * @throws {@link DataError} for the average `'binary'` of other than two classes.
 *
 * @example
 * import { Recall } from '@kasane/trainer';
 * import { tensor } from '@kasane/tensor-core';
 * const recall = new Recall();
 * await recall.update(tensor([0.9, 0.8, 0.1, 0.2]), tensor([1, 0, 1, 1]));
 * recall.compute().toFixed(4); // => 0.3333
 *
 * @category Metrics
 */
export class Recall extends FromCounts {
  /** @internal */
  protected ratio({ tp, fn }: Counts): number {
    return ratio(tp, tp + fn);
  }
}

/**
 * The harmonic mean of precision and recall, 0 where all of them are 0.
 *
 * $$ \frac{2 \, TP}{2 \, TP + FP + FN} $$
 *
 * with how often the class was predicted rightly (TP), predicted wrongly (FP) and missed (FN).
 *
 * Shapes and errors as in `ConfusionMatrix`; the averages are scikit-learn's. NaN before the first sample.
 *
 * @throws {@link DataError} for the average `'binary'` of other than two classes.
 *
 * @example
 * import { F1 } from '@kasane/trainer';
 * import { tensor } from '@kasane/tensor-core';
 * const f1 = new F1();
 * await f1.update(tensor([0.9, 0.8, 0.1]), tensor([1, 0, 1]));
 * f1.compute(); // => 0.5
 *
 * @category Metrics
 */
export class F1 extends FromCounts {
  /** @internal */
  protected ratio({ tp, fp, fn }: Counts): number {
    return ratio(2 * tp, 2 * tp + fp + fn);
  }
}
