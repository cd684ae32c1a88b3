/**
 * `count` numbers from -1 to 1 that look like nothing in particular and are the same on every side:
 * sines, at angles too far apart to show their wave.
 */
export function numbers(count: number, seed: number): Float32Array<ArrayBuffer> {
  return Float32Array.from({ length: count }, (_, i) =>
    Math.sin((i + 1) * 12.9898 + seed * 78.233),
  );
}

/** As `numbers`, but from 1/2 to 3/2: sums and products of them have no cancellation. */
export function positives(count: number, seed: number): Float32Array<ArrayBuffer> {
  return numbers(count, seed).map((x) => 1 + x / 2);
}

/** About a thousand values spread over a large result, to compare it by. */
export function sample(values: ArrayLike<number>): number[] {
  const stride = Math.max(1, Math.floor(values.length / 1021));
  return Array.from({ length: Math.floor(values.length / stride) }, (_, i) => values[i * stride]!);
}
