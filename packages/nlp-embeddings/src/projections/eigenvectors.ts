import type { Generator } from '@kasane/tensor-core';
import type { Turns } from '@kasane/tensor-core/turns';
import { symmetricEigen } from './symmetric-eigen.ts';

/** After so many more steps the eigenvectors are looked at. */
const ROUND = 50;

/** Steps at most. */
const MOST = 300;

/** How far a vector may be from being an eigenvector, as a share of the largest eigenvalue. */
const NEAR = 1e-4;

/**
 * The eigenvectors of the k largest eigenvalues of a symmetric matrix of size n, which is known by its products alone, largest first: Lanczos' method,
 * each new vector made orthogonal to all before. Vectors of `without`, eigenvectors of length 1, are left out.
 *
 * After 300 steps they are what they are: good enough to begin with.
 *
 * @see Golub and Van Loan, Matrix computations, chapter 10.
 */
export async function largestEigenvectors(
  n: number,
  k: number,
  multiply: (x: Float64Array, out: Float64Array) => Promise<void> | void,
  generator: Generator,
  turns: Turns,
  without: readonly Float64Array[] = [],
): Promise<Float64Array[]> {
  const basis: Float64Array[] = [];
  const [diagonal, beside]: [number[], number[]] = [[], []]; // the matrix in the basis
  const steps = Math.min(MOST, n - without.length);
  let next = fresh();
  for (;;) {
    basis.push(next);
    const product = new Float64Array(n);
    await multiply(next, product);
    diagonal.push(dot(product, next));
    const before = Math.sqrt(dot(product, product));
    removeAll(product);
    const length = Math.sqrt(dot(product, product));
    if (turns.due) await turns.give();
    const m = basis.length;
    if (m >= steps || (m % ROUND === 0 && m >= 2 * k)) {
      const { values, vectors } = eigenOf(diagonal, beside);
      let rest = 0;
      for (let i = 0; i < k; i++) rest = Math.max(rest, Math.abs(vectors[i * m + m - 1]!) * length);
      if (m >= steps || rest <= NEAR * Math.abs(values[0]!)) {
        return Array.from({ length: Math.min(k, m) }, (_, i) => combined(vectors.subarray(i * m)));
      }
    }
    // Where nothing new is left the matrix falls apart; the rest is looked for from elsewhere.
    const ended = length <= 1e-12 * before;
    beside.push(ended ? 0 : length);
    next = ended ? fresh() : product.map((v) => v / length);
  }

  function removeAll(x: Float64Array): void {
    const others = [...without, ...basis];
    for (let before = dot(x, x); ;) {
      for (const other of others) {
        const share = dot(x, other);
        for (let i = 0; i < n; i++) x[i]! -= share * other[i]!;
      }
      // Where little is left much of it is rounding: once more.
      const left = dot(x, x);
      if (left >= 0.01 * before || left === 0) return;
      before = left;
    }
  }

  function fresh(): Float64Array {
    const x = Float64Array.from({ length: n }, () => generator.normal());
    removeAll(x);
    const length = Math.sqrt(dot(x, x));
    return x.map((v) => v / length);
  }

  function combined(shares: Float64Array): Float64Array {
    const out = new Float64Array(n);
    basis.forEach((vector, b) => {
      for (let i = 0; i < n; i++) out[i]! += shares[b]! * vector[i]!;
    });
    return out;
  }
}

function eigenOf(
  diagonal: readonly number[],
  beside: readonly number[],
): ReturnType<typeof symmetricEigen> {
  const m = diagonal.length;
  const matrix = new Float64Array(m * m);
  diagonal.forEach((value, i) => {
    matrix[i * m + i] = value;
    if (i + 1 < m) matrix[i * m + i + 1] = matrix[(i + 1) * m + i] = beside[i]!;
  });
  return symmetricEigen(matrix, m);
}

function dot(x: Float64Array, y: Float64Array): number {
  let sum = 0;
  for (let i = 0; i < x.length; i++) sum += x[i]! * y[i]!;
  return sum;
}
