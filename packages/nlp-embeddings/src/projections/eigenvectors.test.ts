import { Generator } from '@kasane/tensor-core';
import { describe, expect, it } from 'vitest';
import { Turns } from '@kasane/tensor-core/turns';
import { largestEigenvectors } from './eigenvectors.ts';

describe('largestEigenvectors', () => {
  const diagonal =
    (values: readonly number[]) =>
    (x: Float64Array, out: Float64Array): void =>
      values.forEach((v, i) => (out[i] = v * x[i]!));

  it('finds them by products alone, largest first', async () => {
    const values = Array.from({ length: 400 }, (_, i) => 1 - (i / 400) ** 0.5);
    const generator = new Generator(1);
    const found = await largestEigenvectors(400, 3, diagonal(values), generator, new Turns());
    found.forEach((vector, k) => expect(Math.abs(vector[k]!)).toBeCloseTo(1, 6));
  });

  it('finds those of equal eigenvalues, and leaves out what it is told', async () => {
    const values = [3, 2, 2, 2, 1, 0, 0];
    const without = [Float64Array.of(1, 0, 0, 0, 0, 0, 0)];
    const [generator, turns] = [new Generator(1), new Turns()];
    const found = await largestEigenvectors(7, 4, diagonal(values), generator, turns, without);
    found.forEach((vector, k) => {
      let square = 0;
      vector.forEach((v, i) => {
        if (values[i] === (k < 3 ? 2 : 1) && i > 0) square += v * v;
      });
      expect(square).toBeCloseTo(1, 8);
    });
  });

  it('takes a matrix of zeros', async () => {
    const found = await largestEigenvectors(3, 2, () => {}, new Generator(1), new Turns());
    for (const vector of found) expect(Math.hypot(...vector)).toBeCloseTo(1, 10);
  });
});
