const BUCKETS = 30;

/**
 * Rows of left edge, right edge and count, one after the other, of 30 buckets of like width between the least and the largest finite value. As
 * the tensorboard package makes them: where all values are equal they are in the last bucket, and where there is none all is 0.
 */
export function histogramOf(values: ArrayLike<number>): Float64Array {
  const rows = new Float64Array(3 * BUCKETS);
  let [least, most] = [Infinity, -Infinity];
  for (let i = 0; i < values.length; i++) {
    const value = values[i]!;
    if (!Number.isFinite(value)) continue;
    if (value < least) least = value;
    if (value > most) most = value;
  }
  if (least > most) return rows;
  const width = (most - least) / BUCKETS;
  for (let b = 0; b < BUCKETS; b++) {
    rows[3 * b] = least + b * width;
    rows[3 * b + 1] = b === BUCKETS - 1 ? most : least + (b + 1) * width;
  }
  for (let i = 0; i < values.length; i++) {
    const value = values[i]!;
    if (!Number.isFinite(value)) continue;
    const bucket = width === 0 ? BUCKETS - 1 : Math.floor((value - least) / width);
    rows[3 * Math.min(bucket, BUCKETS - 1) + 2]!++;
  }
  return rows;
}
