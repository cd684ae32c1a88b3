/** The middle value; the mean of the two middle ones if there is an even number. */
export function median(values: readonly number[]): number {
  if (values.length === 0) throw new Error('median: needs at least one value, got none.');
  const sorted = values.toSorted((a, b) => a - b);
  const middle = sorted.length >> 1;
  return sorted.length % 2 === 1 ? sorted[middle]! : (sorted[middle - 1]! + sorted[middle]!) / 2;
}

/** The smallest and the largest value. */
export function range(values: readonly number[]): readonly [number, number] {
  return [Math.min(...values), Math.max(...values)];
}
