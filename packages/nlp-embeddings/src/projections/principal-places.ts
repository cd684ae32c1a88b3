import type { Generator } from '@kasane/tensor-core';
import type { Turns } from '@kasane/tensor-core/turns';
import { largestEigenvectors } from './eigenvectors.ts';
import { positive } from './pca.ts';
import type { PointValues } from './points.ts';

/**
 * Where points lie along their first k principal components, (n, k). Same as `PCA` to some digits, without the whole covariance; a component that
 * there is not, because the points have no more dimensions, is 0.
 */
export async function principalPlaces(
  { values, rows, columns }: PointValues,
  k: number,
  generator: Generator,
  turns: Turns,
): Promise<Float64Array> {
  const mean = new Float64Array(columns);
  for (let i = 0, j = 0; i < values.length; i++) {
    mean[j]! += values[i]! / rows;
    if (++j === columns) j = 0;
  }
  const along = (r: number, x: Float64Array): number => {
    let sum = 0;
    for (let j = 0; j < columns; j++) sum += (values[r * columns + j]! - mean[j]!) * x[j]!;
    return sum;
  };
  // The covariance times a vector, Σ_r (r - mean) (r - mean)ᵀ x
  const multiply = async (x: Float64Array, out: Float64Array): Promise<void> => {
    for (let r = 0; r < rows; r++) {
      const share = along(r, x);
      for (let j = 0; j < columns; j++) out[j]! += share * (values[r * columns + j]! - mean[j]!);
      if (r % 64 === 0 && turns.due) await turns.give();
    }
  };
  const found = Math.min(k, columns);
  const components = await largestEigenvectors(columns, found, multiply, generator, turns);
  const places = new Float64Array(rows * k);
  components.forEach((component, c) => {
    const direction = positive(component);
    for (let r = 0; r < rows; r++) places[r * k + c] = along(r, direction);
  });
  return places;
}
