/**
 * Reductions of one long row to one number. The kernels take such a row in chunks and put the results
 * of these together in order; threads share the chunks, and here the same is done with theirs.
 */

/** What `partials` computes for each chunk. */
const SUM = 0;
const SQUARES = 1;
const EXPONENTIALS = 2;
const LARGEST = 3;
const SMALLEST = 4;
const EXACT = 5;

/** The row, and what can be found out about it. */
export interface LongRow {
  readonly n: number;
  /** The correction of the variance. */
  readonly correction: number;
  /** For each chunk, see `partials` of the kernels. */
  chunks(op: number, shift?: number): readonly number[];
  /** log x by the kernel, in float32. */
  log(x: number): number;
  /** The index of the largest or smallest element of a chunk, by the kernel. */
  indexWithin(chunk: number): number;
}

const total = (numbers: readonly number[]): number => numbers.reduce((a, b) => a + b, 0);
const largest = (numbers: readonly number[]): number => numbers.reduce((a, b) => Math.max(a, b));
const smallest = (numbers: readonly number[]): number => numbers.reduce((a, b) => Math.min(a, b));

/** The index of the first element that is `best` of its chunks. */
function indexOf(row: LongRow, chunks: readonly number[], best: number): number {
  return Number.isNaN(best) ? best : row.indexWithin(chunks.indexOf(best));
}

// Where the spread is of the rounding of the mean as well, or that overflowed, the kernels take it anew.
const ROUGH = 1 / 16384;

// The results, as far as float64; NaN is left to the kernel, which writes it as it comes.

export const sum = (row: LongRow): number => total(row.chunks(SUM));
export const mean = (row: LongRow): number => sum(row) / row.n;
export const norm2 = (row: LongRow): number => Math.sqrt(total(row.chunks(SQUARES)));
export const max = (row: LongRow): number => largest(row.chunks(LARGEST));
export const min = (row: LongRow): number => smallest(row.chunks(SMALLEST));

export function argmax(row: LongRow): number {
  const chunks = row.chunks(LARGEST);
  return indexOf(row, chunks, largest(chunks));
}

export function argmin(row: LongRow): number {
  const chunks = row.chunks(SMALLEST);
  return indexOf(row, chunks, smallest(chunks));
}

export function variance(row: LongRow): number {
  const { n, correction } = row;
  const around = mean(row);
  let squares = total(row.chunks(SQUARES, around));
  if (!(squares > around * around * ROUGH * n)) {
    squares = total(row.chunks(SQUARES, total(row.chunks(EXACT)) / n));
  }
  return squares / Math.max(n - correction, 0);
}

export const std = (row: LongRow): number => Math.sqrt(variance(row));

/** Relative to the largest element, unless that is infinite: see softmax of the kernels. */
export function logSumExp(row: LongRow): number {
  const m = max(row);
  const shift = Math.abs(m) === Infinity ? 0 : m;
  return shift + row.log(total(row.chunks(EXPONENTIALS, shift)));
}
