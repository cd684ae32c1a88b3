// What threads make of a long row: one number for each chunk of it, which their caller combines in the
// order in which the kernels for one thread do.

import { maxRow, minRow } from './reduce-extrema';
import { exactChunk, squaresChunk } from './reduce-stats';
import { CHUNK, sumChunk } from './reduce-sum';
import { expSum } from './softmax';

const SUM = 0;
const SQUARES = 1;
const EXPONENTIALS = 2;
const LARGEST = 3;
const EXACT = 5;

/** Reductions to one number take their row in chunks of so many elements. @kernel */
export function chunkLength(): i32 {
  return CHUNK;
}

/** */
@inline
function partial(op: i32, x: usize, n: i32, shift: f64): f64 {
  if (op == SUM) return sumChunk(x, n);
  if (op == SQUARES) return squaresChunk(x, n, shift);
  if (op == EXACT) return exactChunk(x, n);
  if (op == EXPONENTIALS) return expSum(x, n, <f32>shift);
  return <f64>(op == LARGEST ? maxRow(x, n) : minRow(x, n));
}

/**
 * For each chunk of x one float64: Σ x for op 0, Σ (x - shift)² for 1, Σ e^(x - shift) for 2, the largest for
 * 3, the smallest for 4, Σ x in float64 for 5.
 * @kernel
 */
export function partials(x: usize, out: usize, n: i32, op: i32, shift: f64): void {
  for (; n > 0; n -= CHUNK) {
    store<f64>(out, partial(op, x, min<i32>(n, CHUNK), shift));
    x += CHUNK << 2;
    out += 8;
  }
}
