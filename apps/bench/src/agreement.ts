/** Largest relative difference between two sides that compute the same in float32. */
export const TOLERANCE = 1e-3;

/**
 * Why two sides did not do the same work, or null if they did: |a − b| ≤ tolerance · max(|a|, |b|)
 * for every number. A ratio of the times of different computations would say nothing.
 */
export function disagreement(
  ours: readonly number[],
  theirs: readonly number[],
  tolerance: number = TOLERANCE,
): string | null {
  if (ours.length === 0) return 'there is nothing to compare';
  if (ours.length !== theirs.length) {
    return `results disagree: ${ours.length} numbers against ${theirs.length}`;
  }
  for (const [i, a] of ours.entries()) {
    const b = theirs[i]!;
    // Written so that NaN and infinities, on either side, disagree.
    if (
      !(
        Math.abs(a - b) <=
        tolerance * Math.min(Math.max(Math.abs(a), Math.abs(b)), Number.MAX_VALUE)
      )
    ) {
      return `results disagree: number ${i + 1} of ${ours.length} is ${format(a)} against ${format(b)}`;
    }
  }
  return null;
}

const format = (value: number): string => String(Number(value.toPrecision(6)));
