// Cross-entropy of softmax along the middle of (outer, n, inner), and its gradient. The target is a
// class per line, as int32, or a probability per element; a line of class `ignore` counts for nothing.
// As for softmax, everything is taken relative to the largest element m.

import { exp4 } from './exp';
import { log4 } from './log';
import { high64, load4, low64, narrow64, nmadd, store4, sumLanes } from './lanes';
import { maxRow } from './reduce-extrema';
import { sumRow } from './reduce-sum';
import { expSumRow, keep, LOG_SOFTMAX, ROW_BLOCK, SOFTMAX } from './softmax';

/** Rows up to this length are done four at once, one to a lane. */
const SHORT = 32;

/** Σ y (log Σ e^(x - m) - (x - m)) of a row. */
@inline
function lossRow(x: usize, y: usize, n: i32, classes: bool, ignore: i32): f32 {
  if (classes && load<i32>(y) == ignore) return 0;
  const m = f32x4.splat(maxRow(x, n));
  if (classes) {
    const logTotal = log4(f32x4.splat(<f32>expSumRow(LOG_SOFTMAX, x, 0, n, m)));
    const chosen = v128.load32_splat(x + ((<usize>load<i32>(y)) << 2));
    return f32x4.extract_lane(f32x4.sub(logTotal, f32x4.sub(chosen, m)), 0);
  }
  let total: f64 = 0;
  let whole: f64 = 0;
  let dot: f64 = 0;
  while (n > 0) {
    let s = f32x4.splat(0);
    let w = f32x4.splat(0);
    let d = f32x4.splat(0);
    let left = min<i32>(n, ROW_BLOCK);
    n -= left;
    for (; left > 0; left -= 4) {
      const below = f32x4.sub(load4(x, left), m);
      const share = load4(y, left);
      s = f32x4.add(s, keep(exp4(below), left));
      w = f32x4.add(w, share);
      d = f32x4.add(d, keep(f32x4.mul(share, below), left));
      x += 16;
      y += 16;
    }
    total += sumLanes(s);
    whole += sumLanes(w);
    dot += sumLanes(d);
  }
  const logTotal = f32x4.extract_lane(log4(f32x4.splat(<f32>total)), 0);
  return <f32>(<f64>logTotal * whole - dot);
}

/** g (softmax(x) Σ y - y) of a row. */
@inline
function gradRow(g: f32, x: usize, y: usize, out: usize, n: i32, classes: bool, ignore: i32): void {
  if (classes && load<i32>(y) == ignore) {
    memory.fill(out, 0, (<usize>n) << 2);
    return;
  }
  const total = expSumRow(SOFTMAX, x, out, n, f32x4.splat(maxRow(x, n)));
  const whole: f64 = classes ? 1 : sumRow(y, n);
  const scale = f32x4.splat(<f32>((<f64>g * whole) / total));
  const weight = f32x4.splat(g);
  for (let left = n, at: usize = 0; left > 0; left -= 4, at += 16) {
    const p = f32x4.mul(load4(out + at, left), scale);
    store4(out + at, classes ? p : nmadd(weight, load4(y + at, left), p), left);
  }
  if (classes) {
    const chosen = out + ((<usize>load<i32>(y)) << 2);
    store<f32>(chosen, load<f32>(chosen) - g);
  }
}

/** An element of each of up to 4 lines, which stand `apart` bytes from each other. */
@inline
function loadLines(x: usize, apart: usize, count: i32): v128 {
  if (apart == 4) return load4(x, count);
  let v = v128.load32_zero(x);
  if (count > 1) v = v128.load_lane<f32>(x + apart, v, 1);
  if (count > 2) v = v128.load_lane<f32>(x + 2 * apart, v, 2);
  if (count > 3) v = v128.load_lane<f32>(x + 3 * apart, v, 3);
  return v;
}

/** */
@inline
function storeLines(out: usize, apart: usize, v: v128, count: i32): void {
  if (apart == 4) {
    store4(out, v, count);
    return;
  }
  v128.store_lane<f32>(out, v, 0);
  if (count > 1) v128.store_lane<f32>(out + apart, v, 1);
  if (count > 2) v128.store_lane<f32>(out + 2 * apart, v, 2);
  if (count > 3) v128.store_lane<f32>(out + 3 * apart, v, 3);
}

/** Targets of up to 4 lines at class c: probabilities, or 1 and 0. */
@inline
function target4(
  y: usize,
  c: i32,
  step: usize,
  apart: usize,
  count: i32,
  classes: bool,
  ignore: i32,
): v128 {
  if (!classes) return loadLines(y + <usize>c * step, apart, count);
  const chosen = load4(y, count);
  const counts = v128.andnot(
    i32x4.eq(chosen, i32x4.splat(c)),
    i32x4.eq(chosen, i32x4.splat(ignore)),
  );
  return v128.and(counts, f32x4.splat(1));
}

/** Largest elements of up to 4 lines. */
@inline
function max4(x: usize, n: i32, step: usize, apart: usize, count: i32): v128 {
  let m = loadLines(x, apart, count);
  for (let i = 1; i < n; i++) m = f32x4.max(m, loadLines(x + <usize>i * step, apart, count));
  return m;
}

/** The losses of up to 4 lines. */
@inline
function lossLines(
  x: usize,
  y: usize,
  out: usize,
  n: i32,
  step: usize,
  apart: usize,
  count: i32,
  classes: bool,
  ignore: i32,
): void {
  const m = max4(x, n, step, apart, count);
  let low = f64x2.splat(0);
  let high = f64x2.splat(0);
  for (let i = 0; i < n; i++) {
    const e = exp4(f32x4.sub(loadLines(x + <usize>i * step, apart, count), m));
    low = f64x2.add(low, low64(e));
    high = f64x2.add(high, high64(e));
  }
  const logTotal = log4(narrow64(low, high));
  low = f64x2.splat(0);
  high = f64x2.splat(0);
  for (let i = 0; i < n; i++) {
    const t = target4(y, i, step, apart, count, classes, ignore);
    let loss = f32x4.sub(logTotal, f32x4.sub(loadLines(x + <usize>i * step, apart, count), m));
    // What is not the class is left out, not multiplied by 0, which would keep its NaN and Infinity.
    loss = classes ? v128.and(f32x4.gt(t, f32x4.splat(0)), loss) : f32x4.mul(t, loss);
    low = f64x2.add(low, low64(loss));
    high = f64x2.add(high, high64(loss));
  }
  store4(out, narrow64(low, high), count);
}

/** The gradients of up to 4 lines. */
@inline
function gradLines(
  g: usize,
  x: usize,
  y: usize,
  out: usize,
  n: i32,
  step: usize,
  apart: usize,
  count: i32,
  classes: bool,
  ignore: i32,
): void {
  const m = max4(x, n, step, apart, count);
  let low = f64x2.splat(0);
  let high = f64x2.splat(0);
  let whole = f32x4.splat(0);
  for (let i = 0; i < n; i++) {
    const e = exp4(f32x4.sub(loadLines(x + <usize>i * step, apart, count), m));
    storeLines(out + <usize>i * step, apart, e, count);
    low = f64x2.add(low, low64(e));
    high = f64x2.add(high, high64(e));
    whole = f32x4.add(whole, target4(y, i, step, apart, count, classes, ignore));
  }
  const weight = load4(g, count);
  const scale = f32x4.div(f32x4.mul(weight, whole), narrow64(low, high));
  const counts = f32x4.ne(whole, f32x4.splat(0));
  for (let i = 0; i < n; i++) {
    const t = target4(y, i, step, apart, count, classes, ignore);
    const d = nmadd(weight, t, f32x4.mul(loadLines(out + <usize>i * step, apart, count), scale));
    storeLines(out + <usize>i * step, apart, classes ? v128.and(counts, d) : d, count);
  }
}

/**
 * Σ y (log Σ e^x - x) along the middle; out is (outer, inner). With `classes` 1, y is an int32
 * class per line, and a line of class `ignore` gives 0; else y has the shape of x.
 * @kernel
 */
export function crossEntropy(
  x: usize,
  y: usize,
  out: usize,
  outer: i32,
  n: i32,
  inner: i32,
  classes: i32,
  ignore: i32,
): void {
  const step = (<usize>inner) << 2;
  if (n <= 0) {
    memory.fill(out, 0, step * outer);
    return;
  }
  if (inner == 1 && n <= SHORT) {
    const apart = (<usize>n) << 2;
    for (; outer > 0; outer -= 4) {
      lossLines(x, y, out, n, 4, apart, min<i32>(outer, 4), bool(classes), ignore);
      x += 4 * apart;
      y += classes ? 16 : 4 * apart;
      out += 16;
    }
    return;
  }
  for (; outer > 0; outer--) {
    if (inner == 1) store<f32>(out, lossRow(x, y, n, bool(classes), ignore));
    else {
      for (let j = 0; j < inner; j += 4) {
        const at = (<usize>j) << 2;
        const count = min<i32>(inner - j, 4);
        lossLines(x + at, y + at, out + at, n, step, 4, count, bool(classes), ignore);
      }
    }
    x += step * n;
    y += classes ? step : step * n;
    out += step;
  }
}

/** g (softmax(x) Σ y - y), with g (outer, inner) and the rest as crossEntropy. @kernel */
export function crossEntropyGrad(
  g: usize,
  x: usize,
  y: usize,
  out: usize,
  outer: i32,
  n: i32,
  inner: i32,
  classes: i32,
  ignore: i32,
): void {
  const step = (<usize>inner) << 2;
  if (inner == 1 && n <= SHORT) {
    const apart = (<usize>n) << 2;
    for (; outer > 0; outer -= 4) {
      gradLines(g, x, y, out, n, 4, apart, min<i32>(outer, 4), bool(classes), ignore);
      g += 16;
      x += 4 * apart;
      y += classes ? 16 : 4 * apart;
      out += 4 * apart;
    }
    return;
  }
  for (; outer > 0; outer--) {
    if (inner == 1) gradRow(load<f32>(g), x, y, out, n, bool(classes), ignore);
    else {
      for (let j = 0; j < inner; j += 4) {
        const at = (<usize>j) << 2;
        const count = min<i32>(inner - j, 4);
        gradLines(g + at, x + at, y + at, out + at, n, step, 4, count, bool(classes), ignore);
      }
    }
    g += step;
    x += step * n;
    y += classes ? step : step * n;
    out += step * n;
  }
}

/** out[i] = 0 where the int32 y[i] is `ignore`, else 1. @kernel */
export function counted(y: usize, out: usize, n: i32, ignore: i32): void {
  const none = i32x4.splat(ignore);
  for (; n > 0; n -= 4) {
    store4(out, v128.and(i32x4.ne(load4(y, n), none), f32x4.splat(1)), n);
    y += 16;
    out += 16;
  }
}
