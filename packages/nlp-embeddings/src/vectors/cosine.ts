/** Σ aⱼ·bⱼ. */
export function dot(a: ArrayLike<number>, b: ArrayLike<number>): number {
  let sum = 0;
  for (let j = 0; j < a.length; j++) sum += a[j]! * b[j]!;
  return sum;
}

/** Kept away from dividing by zero in 3CosMul. */
const EPSILON = 1e-6;

/** 3CosMul of the cosines with three words, moved to 0 … 1: to · other / (from + ε). */
export function product(from: number, to: number, other: number): number {
  return (((1 + to) / 2) * ((1 + other) / 2)) / ((1 + from) / 2 + EPSILON);
}

/** The rows with length 1; zeros stay zeros. */
export function unitRows(vectors: Float32Array, size: number): Float32Array<ArrayBuffer> {
  const units = new Float32Array(vectors.length);
  for (let at = 0; at < vectors.length; at += size) {
    const row = vectors.subarray(at, at + size);
    const length = Math.sqrt(dot(row, row)) || 1;
    for (let j = 0; j < size; j++) units[at + j] = row[j]! / length;
  }
  return units;
}
