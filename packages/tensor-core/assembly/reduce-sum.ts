// Sums over the middle of (outer, n, inner).
//
// Short blocks are added up in float32 lanes, the blocks in float64, always in the same order:
// the error stays that of the short block, and the bits depend on n and inner alone. Where that is not
// finite, a block may have left float32 on the way to a sum that does not: it is made anew in float64.
//
// The `…Part` kernels take some of the columns of (outer, n, width), so that threads can share them.

import { high64, load4, low64, narrow64, store4, sumLanes } from './lanes';

const ROW_BLOCK = 256;
const COLUMN_BLOCK = 16;

/** A long row is taken in chunks, which threads can share: its result is made of theirs, in order. */
export const CHUNK = 4096;

/** Sum of n elements that are `step` bytes apart, all of it in float64. */
function sumWide(x: usize, n: i32, step: usize): f64 {
  let total: f64 = 0;
  for (; n > 0; n--, x += step) total += <f64>load<f32>(x);
  return total;
}

/** Sums and quotients of up to 4 columns anew, where there is no finite one at `out`. */
function mendColumns(x: usize, out: usize, n: i32, step: usize, count: i32, divisor: f64): void {
  const v = load4(out, count);
  if (!v128.any_true(f32x4.ne(f32x4.sub(v, v), f32x4.splat(0)))) return;
  for (; count > 0; count--, x += 4, out += 4) {
    const y = load<f32>(out);
    if (y - y != 0) store<f32>(out, <f32>(sumWide(x, n, step) / divisor));
  }
}

/** Sum of n contiguous elements, at most CHUNK. */
export function sumChunk(x: usize, n: i32): f64 {
  const first = x;
  const count = n;
  let total: f64 = 0;
  while (n > 0) {
    let s0 = f32x4.splat(0);
    let s1 = f32x4.splat(0);
    let s2 = f32x4.splat(0);
    let s3 = f32x4.splat(0);
    let left = min<i32>(n, ROW_BLOCK);
    n -= left;
    while (left >= 16) {
      s0 = f32x4.add(s0, v128.load(x));
      s1 = f32x4.add(s1, v128.load(x, 16));
      s2 = f32x4.add(s2, v128.load(x, 32));
      s3 = f32x4.add(s3, v128.load(x, 48));
      x += 64;
      left -= 16;
    }
    while (left > 0) {
      s0 = f32x4.add(s0, load4(x, left));
      x += 16;
      left -= 4;
    }
    total += sumLanes(f32x4.add(f32x4.add(s0, s1), f32x4.add(s2, s3)));
  }
  return total - total == 0 ? total : sumWide(first, count, 4);
}

/** Sum of n contiguous elements. */
export function sumRow(x: usize, n: i32): f64 {
  let total: f64 = 0;
  for (; n > 0; n -= CHUNK) {
    total += sumChunk(x, min<i32>(n, CHUNK));
    x += CHUNK << 2;
  }
  return total;
}

/** Sums of up to 4 neighbouring columns, divided by `divisor`. */
@inline
function sumColumns(x: usize, out: usize, n: i32, step: usize, count: i32, divisor: f64): void {
  const first = x;
  const rows = n;
  let low = f64x2.splat(0);
  let high = f64x2.splat(0);
  while (n > 0) {
    let s = f32x4.splat(0);
    let left = min<i32>(n, COLUMN_BLOCK);
    n -= left;
    for (; left > 0; left--) {
      s = f32x4.add(s, load4(x, count));
      x += step;
    }
    low = f64x2.add(low, low64(s));
    high = f64x2.add(high, high64(s));
  }
  const d = f64x2.splat(divisor);
  store4(out, narrow64(f64x2.div(low, d), f64x2.div(high, d)), count);
  mendColumns(first, out, rows, step, count, divisor);
}

/** Sums of 16 neighbouring columns, one cache line at a time, in the order of sumColumns. */
@inline
function sumColumns16(x: usize, out: usize, n: i32, step: usize, divisor: f64): void {
  const first = x;
  const rows = n;
  let t0 = f64x2.splat(0);
  let t1 = f64x2.splat(0);
  let t2 = f64x2.splat(0);
  let t3 = f64x2.splat(0);
  let t4 = f64x2.splat(0);
  let t5 = f64x2.splat(0);
  let t6 = f64x2.splat(0);
  let t7 = f64x2.splat(0);
  while (n > 0) {
    let s0 = f32x4.splat(0);
    let s1 = f32x4.splat(0);
    let s2 = f32x4.splat(0);
    let s3 = f32x4.splat(0);
    let left = min<i32>(n, COLUMN_BLOCK);
    n -= left;
    for (; left > 0; left--) {
      s0 = f32x4.add(s0, v128.load(x));
      s1 = f32x4.add(s1, v128.load(x, 16));
      s2 = f32x4.add(s2, v128.load(x, 32));
      s3 = f32x4.add(s3, v128.load(x, 48));
      x += step;
    }
    t0 = f64x2.add(t0, low64(s0));
    t1 = f64x2.add(t1, high64(s0));
    t2 = f64x2.add(t2, low64(s1));
    t3 = f64x2.add(t3, high64(s1));
    t4 = f64x2.add(t4, low64(s2));
    t5 = f64x2.add(t5, high64(s2));
    t6 = f64x2.add(t6, low64(s3));
    t7 = f64x2.add(t7, high64(s3));
  }
  const d = f64x2.splat(divisor);
  v128.store(out, narrow64(f64x2.div(t0, d), f64x2.div(t1, d)));
  v128.store(out, narrow64(f64x2.div(t2, d), f64x2.div(t3, d)), 16);
  v128.store(out, narrow64(f64x2.div(t4, d), f64x2.div(t5, d)), 32);
  v128.store(out, narrow64(f64x2.div(t6, d), f64x2.div(t7, d)), 48);
  for (let j: usize = 0; j < 64; j += 16) mendColumns(first + j, out + j, rows, step, 4, divisor);
}

function reduceSum(
  x: usize,
  out: usize,
  outer: i32,
  n: i32,
  inner: i32,
  divisor: f64,
  width: i32,
): void {
  const step = (<usize>width) << 2;
  for (; outer > 0; outer--) {
    if (width == 1) {
      store<f32>(out, <f32>(sumRow(x, n) / divisor));
      out += 4;
    } else {
      let j = 0;
      for (; j + 16 <= inner; j += 16) {
        sumColumns16(x + ((<usize>j) << 2), out, n, step, divisor);
        out += 64;
      }
      for (; j < inner; j += 4) {
        const count = min<i32>(inner - j, 4);
        sumColumns(x + ((<usize>j) << 2), out, n, step, count, divisor);
        out += (<usize>count) << 2;
      }
    }
    x += step * n;
  }
}

/** Σ x; 0 for n = 0. @kernel */
export function sum(x: usize, out: usize, outer: i32, n: i32, inner: i32): void {
  reduceSum(x, out, outer, n, inner, 1, inner);
}

/** sum for the first `inner` columns of (outer, n, width). @kernel */
export function sumPart(
  x: usize,
  out: usize,
  outer: i32,
  n: i32,
  inner: i32,
  width: i32,
): void {
  reduceSum(x, out, outer, n, inner, 1, width);
}

/** Σ x / n. @kernel */
export function mean(x: usize, out: usize, outer: i32, n: i32, inner: i32): void {
  reduceSum(x, out, outer, n, inner, <f64>n, inner);
}

/** mean for the first `inner` columns of (outer, n, width). @kernel */
export function meanPart(
  x: usize,
  out: usize,
  outer: i32,
  n: i32,
  inner: i32,
  width: i32,
): void {
  reduceSum(x, out, outer, n, inner, <f64>n, width);
}
