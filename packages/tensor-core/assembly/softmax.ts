// softmax, log-softmax, log-sum-exp and their gradients over the middle of (outer, n, inner).
// Everything is taken relative to the largest element m, so nothing overflows.

import { exp4 } from './exp';
import { log4 } from './log';
import { high64, load4, low64, narrow64, select4, store4, sumLanes } from './lanes';
import { maxRow } from './reduce-extrema';
import { CHUNK, sumRow } from './reduce-sum';

export const SOFTMAX = 0;
export const LOG_SOFTMAX = 1;
const LOG_SUM_EXP = 2;
export const ROW_BLOCK = 64;

/** The shift: m, or 0 where m is infinite and the sum itself is 0 or Infinity. */
@inline
function finiteShift(m: v128): v128 {
  return select4(f32x4.eq(f32x4.abs(m), f32x4.splat(Infinity)), f32x4.splat(0), m);
}

/** Lanes at and beyond `count` become zero. */
@inline
export function keep(v: v128, count: i32): v128 {
  return v128.and(v, i32x4.gt_s(i32x4.splat(count), i32x4(0, 1, 2, 3)));
}

/** Σ e^(x - m) of up to CHUNK elements, storing the terms where softmax wants them. */
@inline
function expSumChunk(op: i32, x: usize, out: usize, n: i32, m: v128): f64 {
  let total: f64 = 0;
  while (n > 0) {
    let s = f32x4.splat(0);
    let left = min<i32>(n, ROW_BLOCK);
    n -= left;
    for (; left > 0; left -= 4) {
      const e = exp4(f32x4.sub(load4(x, left), m));
      if (op == SOFTMAX) store4(out, e, left);
      s = f32x4.add(s, keep(e, left));
      x += 16;
      out += 16;
    }
    total += sumLanes(s);
  }
  return total;
}

/** The same of a whole row. */
@inline
export function expSumRow(op: i32, x: usize, out: usize, n: i32, m: v128): f64 {
  let total: f64 = 0;
  for (; n > 0; n -= CHUNK) {
    total += expSumChunk(op, x, out, min<i32>(n, CHUNK), m);
    x += CHUNK << 2;
    out += CHUNK << 2;
  }
  return total;
}

/** Σ e^(x - m) of up to CHUNK elements. */
export function expSum(x: usize, n: i32, m: f32): f64 {
  return expSumChunk(LOG_SUM_EXP, x, 0, n, f32x4.splat(m));
}

/** */
@inline
function row(op: i32, x: usize, out: usize, n: i32): void {
  const largest = f32x4.splat(maxRow(x, n));
  const m = op == LOG_SUM_EXP ? finiteShift(largest) : largest;
  const total = expSumRow(op, x, out, n, m);
  if (op == SOFTMAX) {
    const scale = f32x4.splat(<f32>(1 / total));
    for (; n > 0; n -= 4) {
      store4(out, f32x4.mul(load4(out, n), scale), n);
      out += 16;
    }
    return;
  }
  const logTotal = log4(f32x4.splat(<f32>total));
  if (op == LOG_SUM_EXP) {
    store<f32>(out, f32x4.extract_lane(f32x4.add(m, logTotal), 0));
    return;
  }
  for (; n > 0; n -= 4) {
    store4(out, f32x4.sub(f32x4.sub(load4(x, n), m), logTotal), n);
    x += 16;
    out += 16;
  }
}

/** Up to 4 neighbouring columns at once. */
@inline
function columns(op: i32, x: usize, out: usize, n: i32, step: usize, count: i32): void {
  let p = x;
  let m = load4(p, count);
  for (let i = 1; i < n; i++) {
    p += step;
    m = f32x4.max(m, load4(p, count));
  }
  if (op == LOG_SUM_EXP) m = finiteShift(m);
  let low = f64x2.splat(0);
  let high = f64x2.splat(0);
  p = x;
  let q = out;
  for (let i = 0; i < n; i++) {
    const e = exp4(f32x4.sub(load4(p, count), m));
    if (op == SOFTMAX) store4(q, e, count);
    low = f64x2.add(low, low64(e));
    high = f64x2.add(high, high64(e));
    p += step;
    q += step;
  }
  if (op == SOFTMAX) {
    const one = f64x2.splat(1);
    const scale = narrow64(f64x2.div(one, low), f64x2.div(one, high));
    for (let i = 0; i < n; i++) {
      store4(out, f32x4.mul(load4(out, count), scale), count);
      out += step;
    }
    return;
  }
  const logTotal = log4(narrow64(low, high));
  if (op == LOG_SUM_EXP) {
    store4(out, f32x4.add(m, logTotal), count);
    return;
  }
  for (let i = 0; i < n; i++) {
    store4(out, f32x4.sub(f32x4.sub(load4(x, count), m), logTotal), count);
    x += step;
    out += step;
  }
}

/** */
@inline
function over(
  op: i32,
  x: usize,
  out: usize,
  outer: i32,
  n: i32,
  inner: i32,
  width: i32,
): void {
  if (n <= 0) return;
  const step = (<usize>width) << 2;
  const outStep = op == LOG_SUM_EXP ? step : step * n;
  for (; outer > 0; outer--) {
    if (width == 1) {
      row(op, x, out, n);
    } else {
      for (let j = 0; j < inner; j += 4) {
        const at = (<usize>j) << 2;
        columns(op, x + at, out + at, n, step, min<i32>(inner - j, 4));
      }
    }
    x += step * n;
    out += outStep;
  }
}

/** e^x / Σ e^x along the middle; out has the shape of x. @kernel */
export function softmax(x: usize, out: usize, outer: i32, n: i32, inner: i32): void {
  softmaxPart(x, out, outer, n, inner, inner);
}

/** softmax for the first `inner` columns of (outer, n, width). @kernel */
export function softmaxPart(
  x: usize,
  out: usize,
  outer: i32,
  n: i32,
  inner: i32,
  width: i32,
): void {
  over(SOFTMAX, x, out, outer, n, inner, width);
}

/** x - log Σ e^x along the middle; out has the shape of x. @kernel */
export function logSoftmax(x: usize, out: usize, outer: i32, n: i32, inner: i32): void {
  logSoftmaxPart(x, out, outer, n, inner, inner);
}

/** logSoftmax for the first `inner` columns of (outer, n, width). @kernel */
export function logSoftmaxPart(
  x: usize,
  out: usize,
  outer: i32,
  n: i32,
  inner: i32,
  width: i32,
): void {
  over(LOG_SOFTMAX, x, out, outer, n, inner, width);
}

/** log Σ e^x; n ≥ 1. @kernel */
export function logSumExp(x: usize, out: usize, outer: i32, n: i32, inner: i32): void {
  logSumExpPart(x, out, outer, n, inner, inner);
}

/** logSumExp for the first `inner` columns of (outer, n, width). @kernel */
export function logSumExpPart(
  x: usize,
  out: usize,
  outer: i32,
  n: i32,
  inner: i32,
  width: i32,
): void {
  over(LOG_SUM_EXP, x, out, outer, n, inner, width);
}

/** Σ g y of n contiguous elements. */
@inline
function dotRow(g: usize, y: usize, n: i32): f64 {
  let total: f64 = 0;
  while (n > 0) {
    let s = f32x4.splat(0);
    let left = min<i32>(n, ROW_BLOCK);
    n -= left;
    for (; left > 0; left -= 4) {
      s = f32x4.add(s, f32x4.mul(load4(g, left), load4(y, left)));
      g += 16;
      y += 16;
    }
    total += sumLanes(s);
  }
  return total;
}

/** softmax: y (g - Σ g y); log-softmax: g - e^y Σ g. */
@inline
function gradient4(op: i32, g: v128, y: v128, total: v128): v128 {
  if (op == SOFTMAX) return f32x4.mul(y, f32x4.sub(g, total));
  return f32x4.sub(g, f32x4.mul(exp4(y), total));
}

/** */
@inline
function gradient(
  op: i32,
  g: usize,
  y: usize,
  out: usize,
  outer: i32,
  n: i32,
  inner: i32,
  width: i32,
): void {
  const step = (<usize>width) << 2;
  for (; outer > 0; outer--) {
    if (width == 1) {
      const total = f32x4.splat(<f32>(op == SOFTMAX ? dotRow(g, y, n) : sumRow(g, n)));
      for (let left = n, at: usize = 0; left > 0; left -= 4, at += 16) {
        store4(out + at, gradient4(op, load4(g + at, left), load4(y + at, left), total), left);
      }
    } else {
      for (let j = 0; j < inner; j += 4) {
        const count = min<i32>(inner - j, 4);
        const first = (<usize>j) << 2;
        let low = f64x2.splat(0);
        let high = f64x2.splat(0);
        for (let i = 0, at = first; i < n; i++, at += step) {
          let v = load4(g + at, count);
          if (op == SOFTMAX) v = f32x4.mul(v, load4(y + at, count));
          low = f64x2.add(low, low64(v));
          high = f64x2.add(high, high64(v));
        }
        const total = narrow64(low, high);
        for (let i = 0, at = first; i < n; i++, at += step) {
          const d = gradient4(op, load4(g + at, count), load4(y + at, count), total);
          store4(out + at, d, count);
        }
      }
    }
    g += step * n;
    y += step * n;
    out += step * n;
  }
}

/** y (g - Σ g y). @kernel */
export function softmaxGrad(g: usize, y: usize, out: usize, outer: i32, n: i32, inner: i32): void {
  softmaxGradPart(g, y, out, outer, n, inner, inner);
}

/** softmaxGrad for the first `inner` columns of (outer, n, width). @kernel */
export function softmaxGradPart(
  g: usize,
  y: usize,
  out: usize,
  outer: i32,
  n: i32,
  inner: i32,
  width: i32,
): void {
  gradient(SOFTMAX, g, y, out, outer, n, inner, width);
}

/** g - e^y Σ g. @kernel */
export function logSoftmaxGrad(
  g: usize,
  y: usize,
  out: usize,
  outer: i32,
  n: i32,
  inner: i32,
): void {
  logSoftmaxGradPart(g, y, out, outer, n, inner, inner);
}

/** logSoftmaxGrad for the first `inner` columns of (outer, n, width). @kernel */
export function logSoftmaxGradPart(
  g: usize,
  y: usize,
  out: usize,
  outer: i32,
  n: i32,
  inner: i32,
  width: i32,
): void {
  gradient(LOG_SOFTMAX, g, y, out, outer, n, inner, width);
}
