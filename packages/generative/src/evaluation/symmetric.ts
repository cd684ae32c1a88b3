/**
 * The eigenvalues of a symmetric matrix of n rows, in no order, and its eigenvectors as columns if a matrix for them is given. By Jacobi's
 * rotations, in float64; the matrix is used up. @internal
 */
export function eigenvalues(a: Float64Array, n: number, vectors?: Float64Array): Float64Array {
  if (vectors) for (let i = 0; i < n; i++) vectors[i * n + i] = 1;
  let total = 0;
  for (const v of a) total += v * v;
  for (let sweep = 0; sweep < 60; sweep++) {
    let off = 0;
    for (let p = 0; p < n; p++) for (let q = 0; q < p; q++) off += a[p * n + q]! ** 2;
    if (off <= 1e-30 * total) break;
    for (let p = 0; p < n - 1; p++) for (let q = p + 1; q < n; q++) rotate(a, n, p, q, vectors);
  }
  return Float64Array.from({ length: n }, (_, i) => a[i * n + i]!);
}

/** Turns the plane of two axes so that nothing is left between them. */
function rotate(a: Float64Array, n: number, p: number, q: number, vectors?: Float64Array): void {
  const between = a[p * n + q]!;
  if (between === 0) return;
  const theta = (a[q * n + q]! - a[p * n + p]!) / (2 * between);
  const t = (theta < 0 ? -1 : 1) / (Math.abs(theta) + Math.hypot(theta, 1));
  const c = 1 / Math.hypot(t, 1);
  const s = t * c;
  for (let k = 0; k < n; k++) {
    const [x, y] = [a[k * n + p]!, a[k * n + q]!];
    a[k * n + p] = c * x - s * y;
    a[k * n + q] = s * x + c * y;
  }
  for (let k = 0; k < n; k++) {
    const [x, y] = [a[p * n + k]!, a[q * n + k]!];
    a[p * n + k] = c * x - s * y;
    a[q * n + k] = s * x + c * y;
  }
  if (!vectors) return;
  for (let k = 0; k < n; k++) {
    const [x, y] = [vectors[k * n + p]!, vectors[k * n + q]!];
    vectors[k * n + p] = c * x - s * y;
    vectors[k * n + q] = s * x + c * y;
  }
}

/** The product of two square matrices of n rows. @internal */
export function product(a: Float64Array, b: Float64Array, n: number): Float64Array {
  const out = new Float64Array(n * n);
  for (let i = 0; i < n; i++) {
    for (let k = 0; k < n; k++) {
      const v = a[i * n + k]!;
      if (v !== 0) for (let j = 0; j < n; j++) out[i * n + j]! += v * b[k * n + j]!;
    }
  }
  return out;
}
