import { DataError, optionsOf, requireWhole, tensor, type Tensor } from '@kasane/tensor-core';
import { Turns } from '@kasane/tensor-core/turns';
import { pointsOf, requireRows, type Points } from './points.ts';
import { symmetricEigen } from './symmetric-eigen.ts';

/** Options of `PCA.fit`. */
export interface PCAOptions {
  /** How many components. Default: all, which are as many as there are rows or columns, whichever is less. */
  readonly nComponents?: number;
  /** Ends the fit. */
  readonly signal?: AbortSignal;
}

/**
 * Principal components: the directions in which points differ most, by the eigenvectors of their covariance.
 *
 * $$ \frac{1}{n - 1} \sum_i (x_i - \bar x)(x_i - \bar x)^\top w_k = \lambda_k w_k $$
 *
 * $$ y_{ik} = w_k \cdot (x_i - \bar x) $$
 *
 * with w the components, λ the explained variance, and y what `transform` gives.
 *
 * | part              | shape               |
 * | ----------------- | ------------------- |
 * | points            | (n, d)              |
 * | components        | (nComponents, d)    |
 * | explainedVariance | (nComponents)       |
 * | mean              | (d)                 |
 *
 * Same as `sklearn.decomposition.PCA` with its full solver, signs included: the largest element of a component is positive. Computed in float64.
 *
 * @example
 * import { PCA } from '@kasane/nlp-embeddings/projections';
 * const pca = await PCA.fit([[0, 0], [1, 2], [2, 4], [3, 6]], { nComponents: 1 });
 * pca.explainedVarianceRatio[0]! > 0.999; // => true
 * pca.transform([[1.5, 3], [2.5, 5]]).toArray(); // => [[0],[2.2361]]
 *
 * @see Pearson (1901), On lines and planes of closest fit to systems of points in space.
 */
export class PCA {
  /** The directions, of length 1, row after row. */
  readonly components: readonly Float64Array[];
  /** The variance along each. */
  readonly explainedVariance: readonly number[];
  /** The share of all variance that each has. */
  readonly explainedVarianceRatio: readonly number[];
  /** The mean of the points. */
  readonly mean: Float64Array;

  private constructor(
    mean: Float64Array,
    components: readonly Float64Array[],
    variances: readonly number[],
    total: number,
  ) {
    this.mean = mean;
    this.components = components;
    this.explainedVariance = variances;
    this.explainedVarianceRatio = variances.map((variance) => (total === 0 ? 0 : variance / total));
  }

  /**
   * Finds the components. Gives way to the event loop while the covariance is made, not while it is taken apart, which takes a second for 500 columns.
   *
   * @throws RangeError for more components than there can be.
   * @throws {@link DataError} for points that are no matrix, fewer than two, or not finite.
   * @throws the reason of `signal`.
   */
  static async fit(points: Points, options?: PCAOptions): Promise<PCA> {
    const given = optionsOf('PCA.fit', options, ['nComponents', 'signal']);
    const turns = new Turns(given.signal);
    const { values, rows, columns } = await pointsOf('PCA.fit', points);
    const most = Math.min(rows, columns);
    const { nComponents = most } = given;
    if (rows < 2) {
      throw new DataError(`PCA.fit: needs at least two points, got ${rows}.`);
    }
    requireWhole('PCA.fit', 'nComponents', nComponents, 1, most);
    const mean = new Float64Array(columns);
    for (let i = 0; i < values.length; i++) mean[i % columns]! += values[i]! / rows;
    const covariance = new Float64Array(columns * columns);
    const row = new Float64Array(columns);
    for (let r = 0; r < rows; r++) {
      for (let j = 0; j < columns; j++) row[j] = values[r * columns + j]! - mean[j]!;
      for (let i = 0; i < columns; i++) {
        const share = row[i]! / (rows - 1);
        for (let j = 0; j <= i; j++) covariance[i * columns + j]! += share * row[j]!;
      }
      if (turns.due) await turns.give();
    }
    let total = 0;
    for (let i = 0; i < columns; i++) {
      total += covariance[i * columns + i]!;
      for (let j = 0; j < i; j++) covariance[j * columns + i] = covariance[i * columns + j]!;
    }
    const eigen = symmetricEigen(covariance, columns);
    const components = Array.from({ length: nComponents }, (_, k) => {
      return positive(eigen.vectors.slice(k * columns, (k + 1) * columns));
    });
    // Rounding may leave less than nothing.
    const variances = Array.from(eigen.values.subarray(0, nComponents), (v) => Math.max(0, v));
    return new PCA(mean, components, variances, total);
  }

  /**
   * Where points lie along the components, (n, nComponents).
   *
   * @throws {@link DataError} for points of another size.
   */
  transform(points: readonly ArrayLike<number>[]): Tensor {
    requireRows('PCA.transform: points must be an array of arrays of numbers', points);
    const columns = this.mean.length;
    const flat = points.flatMap((point, r) => {
      if (point.length !== columns) {
        throw new DataError(
          `PCA.transform: point ${r} must have ${columns} numbers, got ${point.length}.`,
        );
      }
      return this.components.map((component) => {
        let sum = 0;
        for (let j = 0; j < columns; j++) sum += (point[j]! - this.mean[j]!) * component[j]!;
        return sum;
      });
    });
    return tensor(flat, [points.length, this.components.length]);
  }
}

/** The vector with the sign that makes its largest element positive. */
export function positive(vector: Float64Array): Float64Array {
  let largest = 0;
  for (const v of vector) if (Math.abs(v) > Math.abs(largest)) largest = v;
  return largest < 0 ? vector.map((v) => -v) : vector;
}
