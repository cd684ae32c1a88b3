import type { Tensor } from '@kasane/tensor-core';

const ROUNDS = 200; // of the power iteration

/**
 * Points (N, D) as seen from where they spread most: their places along the two directions of the largest variance.
 *
 *     G = X Xᵀ, X centred      G u = λ u      a point's place = √λ u
 */
export async function principalPlane(points: Tensor): Promise<[x: number[], y: number[]]> {
  const [n, d] = points.shape as [number, number]; // as the caller made it
  const values = await points.data();
  const rows = Array.from({ length: n }, (_, i) =>
    Array.from(values.slice(i * d, (i + 1) * d), Number),
  );
  const centre = rows[0]!.map((_, j) => rows.reduce((sum, row) => sum + row[j]!, 0) / n);
  const x = rows.map((row) => row.map((value, j) => value - centre[j]!));
  const dot = (a: readonly number[], b: readonly number[]): number =>
    a.reduce((sum, value, j) => sum + value * b[j]!, 0);
  let gram = x.map((a) => x.map((b) => dot(a, b)));
  const direction = (): number[] => {
    let u = gram.map((_, i) => Math.cos(i)); // anything that is no eigenvector
    let length = 0;
    for (let round = 0; round < ROUNDS; round++) {
      const next = gram.map((row) => dot(row, u));
      length = Math.hypot(...next);
      if (length === 0) return next;
      u = next.map((value) => value / length);
    }
    // What this direction explains is taken away for the next one.
    gram = gram.map((row, i) => row.map((value, j) => value - length * u[i]! * u[j]!));
    return u.map((value) => Math.sqrt(length) * value);
  };
  return [direction(), direction()];
}
