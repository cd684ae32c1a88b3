/**
 * L with L Lᵀ = a, below the diagonal and on it, of a covariance of n rows. Directions without any variance have columns of 0.
 * @internal
 */
export function lowerRoot(a: Float64Array, n: number): Float64Array {
  const root = new Float64Array(n * n);
  let largest = 0;
  for (let i = 0; i < n; i++) largest = Math.max(largest, a[i * n + i]!);
  for (let j = 0; j < n; j++) {
    let pivot = a[j * n + j]!;
    for (let k = 0; k < j; k++) pivot -= root[j * n + k]! ** 2;
    if (pivot <= 1e-14 * largest) continue; // what is left is rounding
    const diagonal = Math.sqrt(pivot);
    root[j * n + j] = diagonal;
    for (let i = j + 1; i < n; i++) {
      let sum = a[i * n + j]!;
      for (let k = 0; k < j; k++) sum -= root[i * n + k]! * root[j * n + k]!;
      root[i * n + j] = sum / diagonal;
    }
  }
  return root;
}

/** The eigenvalues of a symmetric matrix of n rows, which is used up, in no order. @internal */
export function eigenvalues(a: Float64Array, n: number): Float64Array {
  const { diagonal, beside } = tridiagonal(a, n);
  rotated(diagonal, beside);
  return diagonal;
}

/** Makes all but three diagonals 0 by Householder's reflections, which keep the eigenvalues. */
function tridiagonal(a: Float64Array, n: number): { diagonal: Float64Array; beside: Float64Array } {
  const v = new Float64Array(n);
  const w = new Float64Array(n);
  for (let k = 0; k < n - 2; k++) {
    let squares = 0;
    for (let i = k + 1; i < n; i++) squares += (v[i] = a[i * n + k]!) ** 2;
    const first = v[k + 1]!;
    const length = first > 0 ? -Math.sqrt(squares) : Math.sqrt(squares);
    // v is where the column is to be reflected, of length 1.
    const norm = Math.sqrt(squares - first * first + (first - length) ** 2);
    if (norm === 0) continue;
    v[k + 1] = first - length;
    for (let i = k + 1; i < n; i++) v[i]! /= norm;
    let along = 0;
    for (let i = k + 1; i < n; i++) {
      let sum = 0;
      for (let j = k + 1; j < n; j++) sum += a[i * n + j]! * v[j]!;
      w[i] = sum;
      along += sum * v[i]!;
    }
    for (let i = k + 1; i < n; i++) w[i] = 2 * (w[i]! - along * v[i]!);
    for (let i = k + 1; i < n; i++) {
      const [vi, wi] = [v[i]!, w[i]!];
      for (let j = k + 1; j < n; j++) a[i * n + j]! -= vi * w[j]! + wi * v[j]!;
    }
    a[(k + 1) * n + k] = length;
  }
  return {
    diagonal: Float64Array.from({ length: n }, (_, i) => a[i * n + i]!),
    beside: Float64Array.from({ length: n }, (_, i) => (i < n - 1 ? a[(i + 1) * n + i]! : 0)),
  };
}

/** Turns a diagonal and what is beside it into eigenvalues and 0: the QL method with implicit shifts. */
function rotated(d: Float64Array, e: Float64Array): void {
  const n = d.length;
  for (let low = 0; low < n; low++) {
    for (let round = 0; round < 100; round++) {
      let high = low;
      while (high < n - 1 && Math.abs(e[high]!) > Number.EPSILON * (Math.abs(d[high]!) + Math.abs(d[high + 1]!))) high++;
      if (high === low) break;
      // The shift is the eigenvalue of the first two rows that is nearer to the first.
      const half = (d[low + 1]! - d[low]!) / (2 * e[low]!);
      const root = Math.hypot(half, 1);
      let g = d[high]! - d[low]! + e[low]! / (half + (half < 0 ? -root : root));
      let sin = 1;
      let cos = 1;
      let moved = 0;
      let i = high - 1;
      for (; i >= low; i--) {
        const f = sin * e[i]!;
        const b = cos * e[i]!;
        const r = Math.hypot(f, g);
        e[i + 1] = r;
        if (r === 0) break;
        sin = f / r;
        cos = g / r;
        g = d[i + 1]! - moved;
        const s = (d[i]! - g) * sin + 2 * cos * b;
        moved = sin * s;
        d[i + 1] = g + moved;
        g = cos * s - b;
      }
      if (i >= low) {
        d[i + 1]! -= moved;
        e[high] = 0;
        continue;
      }
      d[low]! -= moved;
      e[low] = g;
      e[high] = 0;
    }
  }
} // prettier-ignore
