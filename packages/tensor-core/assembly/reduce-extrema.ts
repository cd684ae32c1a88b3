// Largest and smallest elements over the middle of (outer, n, inner), and where they are.
// NaN counts as larger than the largest and smaller than the smallest; the first index wins.

import { load4, maxLanes, minLanes, select4, store4 } from './lanes';

/** */
@inline
function better(largest: bool, a: v128, b: v128): v128 {
  return largest ? f32x4.max(a, b) : f32x4.min(a, b);
}

/** Extremum of n ≥ 1 contiguous elements. */
@inline
function extremeRow(largest: bool, x: usize, n: i32): f32 {
  let e0 = v128.load32_splat(x);
  let e1 = e0;
  while (n >= 8) {
    e0 = better(largest, e0, v128.load(x));
    e1 = better(largest, e1, v128.load(x, 16));
    x += 32;
    n -= 8;
  }
  e0 = better(largest, e0, e1);
  for (; n > 0; n--) {
    e0 = better(largest, e0, v128.load32_splat(x));
    x += 4;
  }
  return largest ? maxLanes(e0) : minLanes(e0);
}

export function maxRow(x: usize, n: i32): f32 {
  return extremeRow(true, x, n);
}

export function minRow(x: usize, n: i32): f32 {
  return extremeRow(false, x, n);
}

/** */
@inline
function extreme(
  largest: bool,
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
      store<f32>(out, largest ? maxRow(x, n) : minRow(x, n));
      out += 4;
    } else {
      for (let j = 0; j < inner; j += 4) {
        const count = min<i32>(inner - j, 4);
        let p = x + ((<usize>j) << 2);
        let best = load4(p, count);
        for (let i = 1; i < n; i++) {
          p += step;
          best = better(largest, best, load4(p, count));
        }
        store4(out, best, count);
        out += (<usize>count) << 2;
      }
    }
    x += step * n;
  }
}

/** Index of the first element equal to `best`, or of the first NaN if that is what it is. */
@inline
function indexRow(x: usize, n: i32, best: f32): i32 {
  const target = f32x4.splat(best);
  const wantNaN = best != best;
  let i = 0;
  for (; i + 4 <= n; i += 4) {
    const v = v128.load(x + ((<usize>i) << 2));
    const hit = wantNaN ? f32x4.ne(v, v) : f32x4.eq(v, target);
    const bits = i32x4.bitmask(hit);
    if (bits) return i + ctz<i32>(bits);
  }
  for (; i < n; i++) {
    const value = load<f32>(x + ((<usize>i) << 2));
    if (wantNaN ? value != value : value == best) return i;
  }
  return 0;
}

/** */
@inline
function indexOf(
  largest: bool,
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
      store<i32>(out, indexRow(x, n, largest ? maxRow(x, n) : minRow(x, n)));
      out += 4;
    } else {
      for (let j = 0; j < inner; j += 4) {
        const count = min<i32>(inner - j, 4);
        let p = x + ((<usize>j) << 2);
        let best = load4(p, count);
        let index = i32x4.splat(0);
        for (let i = 1; i < n; i++) {
          p += step;
          const v = load4(p, count);
          const ahead = largest ? f32x4.gt(v, best) : f32x4.lt(v, best);
          const firstNaN = v128.andnot(f32x4.ne(v, v), f32x4.ne(best, best));
          const take = v128.or(v128.andnot(ahead, f32x4.ne(best, best)), firstNaN);
          best = select4(take, v, best);
          index = select4(take, i32x4.splat(i), index);
        }
        store4(out, index, count);
        out += (<usize>count) << 2;
      }
    }
    x += step * n;
  }
}

/** largest; NaN if there is one; n ≥ 1. @kernel max */
export function reduceMax(x: usize, out: usize, outer: i32, n: i32, inner: i32): void {
  maxPart(x, out, outer, n, inner, inner);
}

/** max for the first `inner` columns of (outer, n, width). @kernel */
export function maxPart(
  x: usize,
  out: usize,
  outer: i32,
  n: i32,
  inner: i32,
  width: i32,
): void {
  extreme(true, x, out, outer, n, inner, width);
}

/** smallest; NaN if there is one; n ≥ 1. @kernel min */
export function reduceMin(x: usize, out: usize, outer: i32, n: i32, inner: i32): void {
  minPart(x, out, outer, n, inner, inner);
}

/** min for the first `inner` columns of (outer, n, width). @kernel */
export function minPart(
  x: usize,
  out: usize,
  outer: i32,
  n: i32,
  inner: i32,
  width: i32,
): void {
  extreme(false, x, out, outer, n, inner, width);
}

/** int32 index of the first largest, or of the first NaN; n ≥ 1. @kernel */
export function argmax(x: usize, out: usize, outer: i32, n: i32, inner: i32): void {
  argmaxPart(x, out, outer, n, inner, inner);
}

/** argmax for the first `inner` columns of (outer, n, width). @kernel */
export function argmaxPart(
  x: usize,
  out: usize,
  outer: i32,
  n: i32,
  inner: i32,
  width: i32,
): void {
  indexOf(true, x, out, outer, n, inner, width);
}

/** int32 index of the first smallest, or of the first NaN; n ≥ 1. @kernel */
export function argmin(x: usize, out: usize, outer: i32, n: i32, inner: i32): void {
  argminPart(x, out, outer, n, inner, inner);
}

/** argmin for the first `inner` columns of (outer, n, width). @kernel */
export function argminPart(
  x: usize,
  out: usize,
  outer: i32,
  n: i32,
  inner: i32,
  width: i32,
): void {
  indexOf(false, x, out, outer, n, inner, width);
}
