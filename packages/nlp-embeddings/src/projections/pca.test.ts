import { Generator, tensor } from '@kasane/tensor-core';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { PCA } from './pca.ts';
import { symmetricEigen } from './symmetric-eigen.ts';

const points = (rows: number, columns: number, seed = 1): number[][] => {
  const generator = new Generator(seed);
  return Array.from({ length: rows }, () =>
    Array.from(
      { length: columns },
      (_, j) => generator.normal() * (1 + j) + (j > 0 ? generator.normal() : 3),
    ),
  );
};

describe('symmetricEigen', () => {
  it('takes symmetric matrices apart: A = VᵀDV, V orthonormal, D falling', () => {
    const matrix = fc
      .integer({ min: 1, max: 12 })
      .chain((n) =>
        fc.array(fc.integer({ min: -5, max: 5 }), { minLength: n * n, maxLength: n * n }),
      );
    fc.assert(
      fc.property(matrix, (list) => {
        const n = Math.sqrt(list.length);
        const a = Float64Array.from(list, (_, k) => {
          const [i, j] = [Math.floor(k / n), k % n];
          return list[Math.min(i, j) * n + Math.max(i, j)]!;
        });
        const { values, vectors } = symmetricEigen(a.slice(), n);
        for (let i = 0; i < n; i++) {
          if (i > 0) expect(values[i]).toBeLessThanOrEqual(values[i - 1]! + 1e-12);
          for (let j = 0; j < n; j++) {
            let [inner, whole] = [0, 0];
            for (let k = 0; k < n; k++) {
              inner += vectors[i * n + k]! * vectors[j * n + k]!;
              whole += vectors[k * n + i]! * values[k]! * vectors[k * n + j]!;
            }
            expect(inner).toBeCloseTo(Number(i === j), 10);
            expect(whole).toBeCloseTo(a[i * n + j]!, 9);
          }
        }
      }),
    );
  });
});

describe('PCA', () => {
  it('takes columns that are made of a few others, where all but rounding is missing', async () => {
    const few = points(200, 6, 3);
    const mix = points(6, 120, 4);
    const many = few.map((row) =>
      mix[0]!.map((_, j) =>
        j % 3 === 0 ? 0 : row.reduce((sum, v, i) => sum + v * mix[i]![j]!, 0),
      ),
    );
    const pca = await PCA.fit(many);
    expect(pca.explainedVarianceRatio.slice(0, 6).reduce((sum, v) => sum + v, 0)).toBeCloseTo(1, 9);
    expect(pca.explainedVariance[6]! / pca.explainedVariance[0]!).toBeLessThan(1e-12);
  });

  it('finds orthonormal directions whose coordinates do not vary together', async () => {
    const x = points(200, 6);
    const pca = await PCA.fit(x);
    expect(pca.explainedVarianceRatio.reduce((a, b) => a + b)).toBeCloseTo(1, 10);
    const y = pca.transform(x).toArray() as number[][];
    for (let a = 0; a < 6; a++) {
      for (let b = 0; b < 6; b++) {
        const covariance = y.reduce((sum, row) => sum + row[a]! * row[b]!, 0) / 199;
        expect(covariance).toBeCloseTo(a === b ? pca.explainedVariance[a]! : 0, 3);
      }
      const largest = pca.components[a]!.reduce((m, v) => (Math.abs(v) > Math.abs(m) ? v : m), 0);
      expect(largest).toBeGreaterThan(0);
    }
  });

  it('takes tensors, and fewer points than dimensions', async () => {
    const x = points(4, 9);
    const pca = await PCA.fit(tensor(x));
    expect(pca.components).toHaveLength(4);
    expect(pca.explainedVariance[3]).toBeCloseTo(0, 8);
  });

  it('refuses what has no components', async () => {
    await expect(PCA.fit([[1, 2]])).rejects.toThrow('needs at least two points, got 1');
    await expect(PCA.fit([])).rejects.toThrow(
      'points must have at least one number each, got none',
    );
    await expect(PCA.fit([[1, 2], [3]])).rejects.toThrow('as the first, 2, got 1');
    await expect(
      PCA.fit([
        [1, NaN],
        [3, 1],
      ]),
    ).rejects.toThrow('every number must be finite, got NaN in point 0');
    await expect(PCA.fit(tensor([1, 2]))).rejects.toThrow('points must have shape (n, d), got [2]');
    await expect(PCA.fit(points(5, 2), { nComponents: 3 })).rejects.toThrow('nComponents must be');
    // @ts-expect-error -- its name is another
    await expect(PCA.fit(points(5, 2), { components: 1 })).rejects.toThrow(
      'did you mean nComponents?',
    );
    const pca = await PCA.fit(points(5, 2));
    // @ts-expect-error -- plain JavaScript
    expect(() => pca.transform(3)).toThrow('points must be an array of arrays of numbers, got 3.');
    expect(() => pca.transform([[1]])).toThrow('point 0 must have 2 numbers, got 1');
  });
});
