/** The sum; 0 of nothing. */
export function sum(values: readonly number[]): number {
  return values.reduce((all, value) => all + value, 0);
}

/** The arithmetic mean; NaN of nothing. */
export function mean(values: readonly number[]): number {
  return sum(values) / values.length;
}

/** The middle value, or the mean of the two middle ones; NaN counts as larger than anything. */
export function median(values: readonly number[]): number {
  const order = (value: number): number => (Number.isNaN(value) ? Number.POSITIVE_INFINITY : value);
  // Infinity − Infinity is NaN, which a comparison must not answer.
  const sorted = values.map(order).sort((a, b) => (a === b ? 0 : a - b));
  const middle = sorted.length >> 1;
  const upper = sorted[middle] ?? Number.NaN;
  return sorted.length % 2 === 1 ? upper : ((sorted[middle - 1] ?? Number.NaN) + upper) / 2;
}

/** The standard deviation of a population. */
export function standardDeviation(values: readonly number[]): number {
  const centre = mean(values);
  return Math.sqrt(mean(values.map((value) => (value - centre) ** 2)));
}

/** The largest |a − b| of values in the same places; NaN if any is. */
export function largestDifference(a: ArrayLike<number>, b: ArrayLike<number>): number {
  if (a.length !== b.length) return Number.NaN;
  let largest = 0;
  for (let i = 0; i < a.length; i++) {
    const difference = Math.abs((a[i] ?? Number.NaN) - (b[i] ?? Number.NaN));
    if (Number.isNaN(difference)) return Number.NaN;
    largest = Math.max(largest, difference);
  }
  return largest;
}

/** How much a series resembles itself one step later, from −1 to 1. */
export function autocorrelation(values: readonly number[]): number {
  const centre = mean(values);
  const at = (index: number): number => (values[index] ?? Number.NaN) - centre;
  let covariance = 0;
  let variance = 0;
  for (let i = 0; i < values.length; i++) {
    variance += at(i) ** 2;
    if (i > 0) covariance += at(i) * at(i - 1);
  }
  return covariance / variance;
}

/** The line y = slope·x + intercept nearest to the points by squared distance, and its R². */
export function fitLine(
  x: readonly number[],
  y: readonly number[],
): { slope: number; intercept: number; rSquared: number } {
  const [meanX, meanY] = [mean(x), mean(y)];
  let [xx, xy, yy] = [0, 0, 0];
  for (const [i, xi] of x.entries()) {
    const [dx, dy] = [xi - meanX, (y[i] ?? Number.NaN) - meanY];
    xx += dx * dx;
    xy += dx * dy;
    yy += dy * dy;
  }
  const slope = xy / xx;
  return { slope, intercept: meanY - slope * meanX, rSquared: (xy * xy) / (xx * yy) };
}

/** How many of the values can be kept, in their order, so that each is above the one before. */
export function longestRise(values: readonly number[]): number {
  const upTo: number[] = []; // the longest rise that ends with each value
  for (const value of values) {
    upTo.push(1 + Math.max(0, ...upTo.filter((_, j) => values[j]! < value)));
  }
  return Math.max(0, ...upTo);
}
