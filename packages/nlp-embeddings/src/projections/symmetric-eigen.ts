/** Eigenvalues in falling order, and the eigenvector of each as a row. */
export interface SymmetricEigen {
  readonly values: Float64Array;
  readonly vectors: Float64Array;
}

/** Steps that one eigenvalue may take; two or three are usual. */
const MOST_STEPS = 60;

/**
 * All eigenvalues and eigenvectors of a symmetric matrix of size n, row-major: Householder reflections make it tridiagonal, then
 * the QL algorithm with implicit shifts diagonal. The matrix is overwritten.
 *
 * @see Golub and Van Loan, Matrix computations, chapter 8.
 */
export function symmetricEigen(a: Float64Array, n: number): SymmetricEigen {
  const d = new Float64Array(n); // the diagonal
  const e = new Float64Array(n); // beside it: e[i] between i and i + 1
  const q = tridiagonal(a, n, d, e);
  diagonal(q, n, d, e);
  const order = Array.from(d.keys()).sort((i, j) => d[j]! - d[i]!);
  const vectors = new Float64Array(n * n);
  order.forEach((from, to) => vectors.set(q.subarray(from * n, (from + 1) * n), to * n));
  return { values: Float64Array.from(order, (i) => d[i]!), vectors };
}

/** A = QᵀTQ with Q's rows returned; T goes to d and e. */
function tridiagonal(a: Float64Array, n: number, d: Float64Array, e: Float64Array): Float64Array {
  const q = new Float64Array(n * n);
  for (let i = 0; i < n; i++) q[i * n + i] = 1;
  const [v, p] = [new Float64Array(n), new Float64Array(n)];
  for (let k = 0; k + 1 < n; k++) {
    // v reflects what is left of column k onto its first element: H = 1 - 2vvᵀ.
    let norm = 0;
    for (let i = k + 1; i < n; i++) norm += a[i * n + k]! ** 2;
    norm = Math.sqrt(norm);
    d[k] = a[k * n + k]!;
    const first = a[(k + 1) * n + k]!;
    e[k] = first > 0 ? -norm : norm;
    if (norm === 0) continue;
    let length = 0;
    for (let i = k + 1; i < n; i++) {
      v[i] = a[i * n + k]! - (i === k + 1 ? e[k]! : 0);
      length += v[i]! ** 2;
    }
    if (length === 0) continue;
    const scale = Math.sqrt(2 / length);
    for (let i = k + 1; i < n; i++) v[i]! *= scale; // H = 1 - vvᵀ
    // HAH = A - vwᵀ - wvᵀ with p = Av and w = p - ½(pᵀv)v
    let dot = 0;
    for (let i = k + 1; i < n; i++) {
      let sum = 0;
      for (let j = k + 1; j < n; j++) sum += a[i * n + j]! * v[j]!;
      p[i] = sum;
      dot += sum * v[i]!;
    }
    for (let i = k + 1; i < n; i++) p[i]! -= (dot / 2) * v[i]!;
    for (let i = k + 1; i < n; i++) {
      for (let j = k + 1; j < n; j++) a[i * n + j]! -= v[i]! * p[j]! + p[i]! * v[j]!;
    }
    // Q ← HQ
    p.fill(0);
    for (let i = k + 1; i < n; i++) for (let j = 0; j < n; j++) p[j]! += v[i]! * q[i * n + j]!;
    for (let i = k + 1; i < n; i++) for (let j = 0; j < n; j++) q[i * n + j]! -= v[i]! * p[j]!;
  }
  if (n > 0) d[n - 1] = a[n * n - 1]!;
  return q;
}

/** Makes T diagonal; the rows of q become the eigenvectors. */
function diagonal(q: Float64Array, n: number, d: Float64Array, e: Float64Array): void {
  // What is as small beside the whole matrix came from rounding; where columns depend on others nothing else is left.
  let norm = 0;
  for (let i = 0; i < n; i++) norm = Math.max(norm, Math.abs(d[i]!) + Math.abs(e[i]!));
  for (let low = 0; low < n; low++) {
    for (let step = 0; ; step++) {
      // Where the matrix falls apart below `low`.
      let end = low;
      while (end + 1 < n) {
        const around = Math.max(norm, Math.abs(d[end]!) + Math.abs(d[end + 1]!));
        if (Math.abs(e[end]!) <= Number.EPSILON * around) break;
        end++;
      }
      if (end === low) break;
      if (step === MOST_STEPS)
        throw new RangeError('PCA: the eigenvalues do not settle. Are all values finite?');
      // The shift is the eigenvalue of the first 2 × 2 block that is nearer to d[low].
      let g = (d[low + 1]! - d[low]!) / (2 * e[low]!);
      let r = Math.hypot(g, 1);
      g = d[end]! - d[low]! + e[low]! / (g + (g < 0 ? -r : r));
      let [s, c, p] = [1, 1, 0];
      let i = end - 1;
      for (; i >= low; i--) {
        const f = s * e[i]!;
        const b = c * e[i]!;
        r = Math.hypot(f, g);
        e[i + 1] = r;
        if (r === 0) {
          d[i + 1]! -= p;
          e[end] = 0;
          break;
        }
        s = f / r;
        c = g / r;
        g = d[i + 1]! - p;
        r = (d[i]! - g) * s + 2 * c * b;
        p = s * r;
        d[i + 1] = g + p;
        g = c * r - b;
        rotate(q, n, i, s, c);
      }
      if (i >= low) continue;
      d[low]! -= p;
      e[low] = g;
      e[end] = 0;
    }
  }
}

/** Turns rows i and i + 1. */
function rotate(q: Float64Array, n: number, i: number, s: number, c: number): void {
  const [a, b] = [i * n, (i + 1) * n];
  for (let j = 0; j < n; j++) {
    const f = q[b + j]!;
    q[b + j] = s * q[a + j]! + c * f;
    q[a + j] = c * q[a + j]! - s * f;
  }
}
