// Product, variance, standard deviation and Euclidean norm over the middle of (outer, n, inner), in float64.

import { high64, load4, low64, narrow64, store4, sum64 } from './lanes';
import { CHUNK, sumRow } from './reduce-sum';

const PROD = 0;
const SQUARES = 1;

/** */
@inline
function accumulate(op: i32, total: v128, v: v128): v128 {
  return op == PROD ? f64x2.mul(total, v) : f64x2.add(total, f64x2.mul(v, v));
}

/** Accumulates up to 4 neighbouring columns, with `centred` less their means, and stores what they give. */
@inline
function columns(
  op: i32,
  x: usize,
  out: usize,
  n: i32,
  step: usize,
  count: i32,
  centred: bool,
  divisor: f64,
  root: bool,
): void {
  let shiftLow = f64x2.splat(0);
  let shiftHigh = f64x2.splat(0);
  if (centred) {
    let p = x;
    for (let i = 0; i < n; i++) {
      const v = load4(p, count);
      shiftLow = f64x2.add(shiftLow, low64(v));
      shiftHigh = f64x2.add(shiftHigh, high64(v));
      p += step;
    }
    shiftLow = f64x2.div(shiftLow, f64x2.splat(<f64>n));
    shiftHigh = f64x2.div(shiftHigh, f64x2.splat(<f64>n));
  }
  let low = f64x2.splat(op == PROD ? 1 : 0);
  let high = low;
  for (let i = 0; i < n; i++) {
    const v = load4(x, count);
    low = accumulate(op, low, f64x2.sub(low64(v), shiftLow));
    high = accumulate(op, high, f64x2.sub(high64(v), shiftHigh));
    x += step;
  }
  if (centred) {
    low = f64x2.div(low, f64x2.splat(divisor));
    high = f64x2.div(high, f64x2.splat(divisor));
  }
  if (root) {
    low = f64x2.sqrt(low);
    high = f64x2.sqrt(high);
  }
  store4(out, narrow64(low, high), count);
}

/** Σ (x - shift)² of n contiguous elements, at most CHUNK. */
export function squaresChunk(x: usize, n: i32, shift: f64): f64 {
  const s = f64x2.splat(shift);
  let low = f64x2.splat(0);
  let high = f64x2.splat(0);
  for (; n >= 4; n -= 4) {
    const v = v128.load(x);
    low = accumulate(SQUARES, low, f64x2.sub(low64(v), s));
    high = accumulate(SQUARES, high, f64x2.sub(high64(v), s));
    x += 16;
  }
  let total = sum64(f64x2.add(low, high));
  for (; n > 0; n--) {
    const d = <f64>load<f32>(x) - shift;
    total += d * d;
    x += 4;
  }
  return total;
}

/** Σ x of n contiguous elements, at most CHUNK, in float64: exact where they nearly agree. */
export function exactChunk(x: usize, n: i32): f64 {
  let low = f64x2.splat(0);
  let high = f64x2.splat(0);
  for (; n > 0; n -= 4) {
    const v = load4(x, n);
    low = f64x2.add(low, low64(v));
    high = f64x2.add(high, high64(v));
    x += 16;
  }
  return sum64(f64x2.add(low, high));
}

/** Σ x of n contiguous elements in float64. */
export function exactRow(x: usize, n: i32): f64 {
  let total: f64 = 0;
  for (; n > 0; n -= CHUNK) {
    total += exactChunk(x, min<i32>(n, CHUNK));
    x += CHUNK << 2;
  }
  return total;
}

/**
 * Below this part of the square of the mean, a variance around a mean from sums in float32 is of their rounding
 * as well: (2⁻⁷)², with 2⁻¹⁹ for the mean of a block, and 2⁻²⁴ for the variance.
 */
export const ROUGH: f64 = 1 / 16384;

/** Σ (x - shift)² of n contiguous elements. */
function squaresRow(x: usize, n: i32, shift: f64): f64 {
  let total: f64 = 0;
  for (; n > 0; n -= CHUNK) {
    total += squaresChunk(x, min<i32>(n, CHUNK), shift);
    x += CHUNK << 2;
  }
  return total;
}

/** Π x; 1 for n = 0. @kernel */
export function prod(x: usize, out: usize, outer: i32, n: i32, inner: i32): void {
  prodPart(x, out, outer, n, inner, inner);
}

/** prod for the first `inner` columns of (outer, n, width). @kernel */
export function prodPart(
  x: usize,
  out: usize,
  outer: i32,
  n: i32,
  inner: i32,
  width: i32,
): void {
  const step = (<usize>width) << 2;
  for (; outer > 0; outer--) {
    for (let j = 0; j < inner; j += 4) {
      const count = min<i32>(inner - j, 4);
      columns(PROD, x + ((<usize>j) << 2), out, n, step, count, false, 1, false);
      out += (<usize>count) << 2;
    }
    x += step * n;
  }
}

/** √Σ x². @kernel */
export function norm2(x: usize, out: usize, outer: i32, n: i32, inner: i32): void {
  norm2Part(x, out, outer, n, inner, inner);
}

/** norm2 for the first `inner` columns of (outer, n, width). @kernel */
export function norm2Part(
  x: usize,
  out: usize,
  outer: i32,
  n: i32,
  inner: i32,
  width: i32,
): void {
  const step = (<usize>width) << 2;
  for (; outer > 0; outer--) {
    if (width == 1) {
      store<f32>(out, <f32>sqrt<f64>(squaresRow(x, n, 0)));
      out += 4;
    } else {
      for (let j = 0; j < inner; j += 4) {
        const count = min<i32>(inner - j, 4);
        columns(SQUARES, x + ((<usize>j) << 2), out, n, step, count, false, 1, true);
        out += (<usize>count) << 2;
      }
    }
    x += step * n;
  }
}

/** Σ (x - mean)² of n contiguous elements. */
function spreadRow(x: usize, n: i32): f64 {
  const count = <f64>n;
  const mean = sumRow(x, n) / count;
  const squares = squaresRow(x, n, mean);
  // Also where sums in float32 overflow, and the mean is not finite.
  if (squares > mean * mean * ROUGH * count) return squares;
  return squaresRow(x, n, exactRow(x, n) / count);
}

/** */
@inline
function spread(
  x: usize,
  out: usize,
  outer: i32,
  n: i32,
  inner: i32,
  correction: f32,
  width: i32,
  root: bool,
): void {
  const step = (<usize>width) << 2;
  const divisor = max<f64>(<f64>n - <f64>correction, 0);
  for (; outer > 0; outer--) {
    if (width == 1) {
      const v = spreadRow(x, n) / divisor;
      store<f32>(out, <f32>(root ? sqrt<f64>(v) : v)); // rounded once: the square may be out of range
      out += 4;
    } else {
      for (let j = 0; j < inner; j += 4) {
        const count = min<i32>(inner - j, 4);
        columns(SQUARES, x + ((<usize>j) << 2), out, n, step, count, true, divisor, root);
        out += (<usize>count) << 2;
      }
    }
    x += step * n;
  }
}

/** Σ (x - mean)² / max(0, n - correction). @kernel */
export function variance(
  x: usize,
  out: usize,
  outer: i32,
  n: i32,
  inner: i32,
  correction: f32,
): void {
  variancePart(x, out, outer, n, inner, correction, inner);
}

/** variance for the first `inner` columns of (outer, n, width). @kernel */
export function variancePart(
  x: usize,
  out: usize,
  outer: i32,
  n: i32,
  inner: i32,
  correction: f32,
  width: i32,
): void {
  spread(x, out, outer, n, inner, correction, width, false);
}

/** The root of the variance. @kernel */
export function std(
  x: usize,
  out: usize,
  outer: i32,
  n: i32,
  inner: i32,
  correction: f32,
): void {
  stdPart(x, out, outer, n, inner, correction, inner);
}

/** std for the first `inner` columns of (outer, n, width). @kernel */
export function stdPart(
  x: usize,
  out: usize,
  outer: i32,
  n: i32,
  inner: i32,
  correction: f32,
  width: i32,
): void {
  spread(x, out, outer, n, inner, correction, width, true);
}
