// Normalisation of the groups of (batch, groups, inner): element (b, g, j) stands at b·batchStep +
// g·groupStep + j, with steps in elements. The bits of a group do not depend on the others, so that parts
// of the groups may be done apart.
//
// Groups of one element side by side (groupStep 1) are done four at once, one to a lane.

import {
  high64,
  load4,
  loadPart,
  low64,
  madd,
  narrow64,
  select4,
  store4,
  storePart,
  sumLanes,
} from './lanes';
import { exactRow, ROUGH } from './reduce-stats';
import { sumRow } from './reduce-sum';
import { keep } from './softmax';

export const ROW_BLOCK = 256;
export const COLUMN_BLOCK = 16;
export const SUM = 0;
const SQUARES = 1;
export const DOT = 2;
const EXACT = 3;

/** Σ (x - shift)² of a row. */
function squaresRow(x: usize, n: i32, shift: v128): f64 {
  let total: f64 = 0;
  while (n > 0) {
    let s0 = f32x4.splat(0);
    let s1 = f32x4.splat(0);
    let s2 = f32x4.splat(0);
    let s3 = f32x4.splat(0);
    let left = min<i32>(n, ROW_BLOCK);
    n -= left;
    for (; left >= 16; left -= 16) {
      const d0 = f32x4.sub(v128.load(x), shift);
      const d1 = f32x4.sub(v128.load(x, 16), shift);
      const d2 = f32x4.sub(v128.load(x, 32), shift);
      const d3 = f32x4.sub(v128.load(x, 48), shift);
      s0 = madd(d0, d0, s0);
      s1 = madd(d1, d1, s1);
      s2 = madd(d2, d2, s2);
      s3 = madd(d3, d3, s3);
      x += 64;
    }
    for (; left > 0; left -= 4) {
      const d = keep(f32x4.sub(load4(x, left), shift), left);
      s0 = madd(d, d, s0);
      x += 16;
    }
    total += sumLanes(f32x4.add(f32x4.add(s0, s1), f32x4.add(s2, s3)));
  }
  return total;
}

/** Σ d / n, Σ d² / n or Σ g d / n, with d = x - shift, or Σ x / n in float64, of up to 4 neighbouring columns. */
@inline
export function columns(
  op: i32,
  g: usize,
  x: usize,
  rows: i32,
  step: usize,
  count: i32,
  n: v128,
  shift: v128,
): v128 {
  let low = f64x2.splat(0);
  let high = f64x2.splat(0);
  while (rows > 0) {
    let s = f32x4.splat(0);
    let left = min<i32>(rows, COLUMN_BLOCK);
    rows -= left;
    for (; left > 0; left--) {
      const v = load4(x, count);
      const d = f32x4.sub(v, shift);
      if (op == EXACT) {
        low = f64x2.add(low, low64(v));
        high = f64x2.add(high, high64(v));
      } else if (op == SUM) s = f32x4.add(s, d);
      else if (op == SQUARES) s = madd(d, d, s);
      else {
        s = madd(d, load4(g, count), s);
        g += step;
      }
      x += step;
    }
    if (op != EXACT) {
      low = f64x2.add(low, low64(s));
      high = f64x2.add(high, high64(s));
    }
  }
  return narrow64(f64x2.div(low, n), f64x2.div(high, n));
}

/** The variance of a group with this mean. */
function spread(x: usize, batch: i32, leap: usize, inner: i32, count: f64, mean: f64): f64 {
  const m = <f32>mean;
  const shift = f32x4.splat(m);
  let total: f64 = 0;
  for (let b = 0; b < batch; b++, x += leap) total += squaresRow(x, inner, shift);
  // Squares around the rounded mean are too large by the square of the rounding.
  return total / count - (mean - <f64>m) * (mean - <f64>m);
}

/** The variance of columns around their mean `m`, which is rounded: that counts as well where it is small. */
function fineVariance(
  x: usize,
  rows: i32,
  step: usize,
  count: i32,
  n: v128,
  m: v128,
): v128 {
  const off = columns(SUM, 0, x, rows, step, count, n, m);
  const v = columns(SQUARES, 0, x, rows, step, count, n, m);
  return f32x4.max(f32x4.sub(v, f32x4.mul(off, off)), f32x4.splat(0));
}

/**
 * Mean, scale 1 / √(variance + eps) and biased variance of each group of (batch, groups, inner),
 * whose elements (b, g, j) stand at b * batchStep + g * groupStep + j; steps count elements,
 * groupStep is 1 only if inner is. With `centred` 0 the mean is 0.
 * @kernel
 */
export function moments(
  x: usize,
  mean: usize,
  scale: usize,
  variance: usize,
  batch: i32,
  groups: i32,
  inner: i32,
  batchStep: i32,
  groupStep: i32,
  centred: i32,
  eps: f32,
): void {
  const leap = (<usize>batchStep) << 2;
  const count = max<f64>(<f64>batch * <f64>inner, 1); // the mean of nothing is 0
  if (groupStep == 1) {
    const n = f64x2.splat(count);
    const zero = f32x4.splat(0);
    for (let at: usize = 0; groups > 0; groups -= 4, at += 16) {
      let m = centred ? columns(SUM, 0, x + at, batch, leap, groups, n, zero) : zero;
      let v = columns(SQUARES, 0, x + at, batch, leap, groups, n, m);
      // See ROUGH; or the sums overflowed.
      const bound = f32x4.mul(m, f32x4.splat(<f32>sqrt<f64>(ROUGH)));
      const rough = v128.or(
        f32x4.lt(v, f32x4.mul(bound, bound)),
        f32x4.ne(f32x4.sub(m, m), zero),
      );
      if (v128.any_true(rough)) {
        const fine = columns(EXACT, 0, x + at, batch, leap, groups, n, zero);
        m = select4(rough, fine, m);
        v = select4(rough, fineVariance(x + at, batch, leap, groups, n, m), v);
      }
      const spread = f32x4.sqrt(f32x4.add(v, f32x4.splat(eps)));
      store4(mean + at, m, groups);
      store4(scale + at, f32x4.div(f32x4.splat(1), spread), groups);
      store4(variance + at, v, groups);
    }
    return;
  }
  for (; groups > 0; groups--) {
    let total: f64 = 0;
    for (let b = 0, p = x; b < batch && centred; b++, p += leap) total += sumRow(p, inner);
    let exact = total / count;
    let m = <f32>exact;
    let v = spread(x, batch, leap, inner, count, exact);
    // Also where the sums overflowed.
    if (centred && !(v > ROUGH * exact * exact)) {
      total = 0;
      for (let b = 0, p = x; b < batch; b++, p += leap) total += exactRow(p, inner);
      exact = total / count;
      m = <f32>exact;
      v = max<f64>(spread(x, batch, leap, inner, count, exact), 0);
    }
    store<f32>(mean, m);
    store<f32>(scale, <f32>(1 / sqrt<f64>(v + <f64>eps)));
    store<f32>(variance, <f32>v);
    x += (<usize>groupStep) << 2;
    mean += 4;
    scale += 4;
    variance += 4;
  }
}

/** (x - m) s γ + β of a row, with γ and β of its length; β may be 0, for zeros. */
@inline
function affineRow(
  x: usize,
  gamma: usize,
  beta: usize,
  out: usize,
  n: i32,
  m: v128,
  s: v128,
): void {
  let at: usize = 0;
  for (; n >= 4; n -= 4, at += 16) {
    const y = f32x4.mul(f32x4.sub(v128.load(x + at), m), s);
    const c = beta ? v128.load(beta + at) : f32x4.splat(0);
    v128.store(out + at, madd(y, v128.load(gamma + at), c));
  }
  if (n <= 0) return;
  const y = f32x4.mul(f32x4.sub(loadPart(x + at, n), m), s);
  const c = beta ? loadPart(beta + at, n) : f32x4.splat(0);
  storePart(out + at, madd(y, loadPart(gamma + at, n), c), n);
}

/**
 * (x - mean) scale γ + β; γ and β belong to groups, or with `each` 1 to the elements within a
 * group, and are absent where their pointer is 0.
 * @kernel
 */
export function normalize(
  x: usize,
  mean: usize,
  scale: usize,
  gamma: usize,
  beta: usize,
  out: usize,
  batch: i32,
  groups: i32,
  inner: i32,
  batchStep: i32,
  groupStep: i32,
  each: i32,
): void {
  const zero = f32x4.splat(0);
  const leap = (<usize>batchStep) << 2;
  if (groupStep == 1 && !each) {
    for (; groups > 0; groups -= 4) {
      const m = load4(mean, groups);
      let s = load4(scale, groups);
      if (gamma) s = f32x4.mul(s, load4(gamma, groups));
      const c = beta ? load4(beta, groups) : zero;
      for (let b = 0, at: usize = 0; b < batch; b++, at += leap) {
        store4(out + at, madd(f32x4.sub(load4(x + at, groups), m), s, c), groups);
      }
      x += 16;
      mean += 16;
      scale += 16;
      if (gamma) gamma += 16;
      if (beta) beta += 16;
      out += 16;
    }
    return;
  }
  for (let b = 0; b < batch; b++) {
    for (let g = 0; g < groups; g++) {
      const place = (<usize>g) << 2;
      let at = <usize>b * leap + <usize>g * ((<usize>groupStep) << 2);
      const m = v128.load32_splat(mean + place);
      let s = v128.load32_splat(scale + place);
      if (each && gamma) {
        affineRow(x + at, gamma, beta, out + at, inner, m, s);
        continue;
      }
      if (gamma) s = f32x4.mul(s, v128.load32_splat(gamma + place));
      const c = beta ? v128.load32_splat(beta + place) : zero;
      let left = inner;
      for (; left >= 4; left -= 4, at += 16) {
        v128.store(out + at, madd(f32x4.sub(v128.load(x + at), m), s, c));
      }
      if (left > 0) storePart(out + at, madd(f32x4.sub(loadPart(x + at, left), m), s, c), left);
    }
  }
}
