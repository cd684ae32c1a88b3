// Normalisation of the groups of (batch, groups, inner): element (b, g, j) stands at b·batchStep +
// g·groupStep + j, with steps in elements. Each kernel does whole groups, and affineGrad whole channels,
// in an order of its own, so that parts of the groups or channels may be done apart.
//
// Groups of one element side by side (groupStep 1) are done four at once, one to a lane.

import {
  high64,
  load4,
  loadPart,
  low64,
  madd,
  narrow64,
  nmadd,
  store4,
  storePart,
  sumLanes,
} from './lanes';
import { sumRow } from './reduce-sum';
import { keep } from './softmax';

const ROW_BLOCK = 256;
const COLUMN_BLOCK = 16;
const SUM = 0;
const SQUARES = 1;
const DOT = 2;

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

/** Σ d / n, Σ d² / n or Σ g d / n, with d = x - shift, of up to 4 neighbouring columns. */
@inline
function columns(
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
      const d = f32x4.sub(load4(x, count), shift);
      if (op == SUM) s = f32x4.add(s, d);
      else if (op == SQUARES) s = madd(d, d, s);
      else {
        s = madd(d, load4(g, count), s);
        g += step;
      }
      x += step;
    }
    low = f64x2.add(low, low64(s));
    high = f64x2.add(high, high64(s));
  }
  return narrow64(f64x2.div(low, n), f64x2.div(high, n));
}

/** Mean, 1 / √(variance + eps) and variance of each group; without `centred` the mean counts as 0. */
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
      const m = centred ? columns(SUM, 0, x + at, batch, leap, groups, n, zero) : zero;
      const v = columns(SQUARES, 0, x + at, batch, leap, groups, n, m);
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
    const exact = total / count;
    const m = <f32>exact;
    total = 0;
    for (let b = 0, p = x; b < batch; b++, p += leap) total += squaresRow(p, inner, f32x4.splat(m));
    // Squares around the rounded mean are too large by the square of the rounding.
    const v = total / count - (exact - <f64>m) * (exact - <f64>m);
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
 * (x - mean) scale γ + β; γ and β may be 0, for absent. They belong to groups, or with `each` to the
 * elements of a group.
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

/** Σ g γ and Σ g γ (x - m) of a row, as two float64; γ may be 0, for ones. */
@inline
function dotsRow(g: usize, x: usize, gamma: usize, n: i32, m: v128): v128 {
  let sum: f64 = 0;
  let dot: f64 = 0;
  while (n > 0) {
    let s0 = f32x4.splat(0);
    let s1 = f32x4.splat(0);
    let t0 = f32x4.splat(0);
    let t1 = f32x4.splat(0);
    let left = min<i32>(n, ROW_BLOCK);
    n -= left;
    for (; left >= 8; left -= 8) {
      let h0 = v128.load(g);
      let h1 = v128.load(g, 16);
      if (gamma) {
        h0 = f32x4.mul(h0, v128.load(gamma));
        h1 = f32x4.mul(h1, v128.load(gamma, 16));
        gamma += 32;
      }
      s0 = f32x4.add(s0, h0);
      s1 = f32x4.add(s1, h1);
      t0 = madd(h0, f32x4.sub(v128.load(x), m), t0);
      t1 = madd(h1, f32x4.sub(v128.load(x, 16), m), t1);
      g += 32;
      x += 32;
    }
    for (; left > 0; left -= 4) {
      let h = load4(g, left);
      if (gamma) {
        h = f32x4.mul(h, load4(gamma, left));
        gamma += 16;
      }
      s0 = f32x4.add(s0, h);
      t0 = madd(h, keep(f32x4.sub(load4(x, left), m), left), t0);
      g += 16;
      x += 16;
    }
    sum += sumLanes(f32x4.add(s0, s1));
    dot += sumLanes(f32x4.add(t0, t1));
  }
  return f64x2.replace_lane(f64x2.splat(sum), 1, dot);
}

/**
 * From the gradient g of the result to that of x: h s, with h = g γ and s the scale, less what reaches x
 * through the moments, s mean(h) with `centred` and (x - mean) s³ mean(h (x - mean)) with `spread`.
 */
export function normalizeGrad(
  g: usize,
  x: usize,
  mean: usize,
  scale: usize,
  gamma: usize,
  out: usize,
  batch: i32,
  groups: i32,
  inner: i32,
  batchStep: i32,
  groupStep: i32,
  each: i32,
  centred: i32,
  spread: i32,
): void {
  const leap = (<usize>batchStep) << 2;
  const count = max<f64>(<f64>batch * <f64>inner, 1); // the mean of nothing is 0
  if (groupStep == 1 && !each) {
    const n = f64x2.splat(count);
    const zero = f32x4.splat(0);
    for (let place: usize = 0; groups > 0; groups -= 4, place += 16) {
      const m = load4(mean + place, groups);
      const s = load4(scale + place, groups);
      const w = gamma ? f32x4.mul(s, load4(gamma + place, groups)) : s;
      const from = g + place;
      let level = zero;
      let bend = zero;
      if (centred) level = f32x4.mul(w, columns(SUM, 0, from, batch, leap, groups, n, zero));
      if (spread) {
        bend = f32x4.mul(w, columns(DOT, from, x + place, batch, leap, groups, n, m));
        bend = f32x4.mul(bend, f32x4.mul(s, s));
      }
      for (let b = 0, at = place; b < batch; b++, at += leap) {
        const d = f32x4.sub(load4(x + at, groups), m);
        const h = f32x4.mul(w, load4(g + at, groups));
        store4(out + at, nmadd(d, bend, f32x4.sub(h, level)), groups);
      }
    }
    return;
  }
  for (; groups > 0; groups--) {
    const m = v128.load32_splat(mean);
    const s = load<f32>(scale);
    const own = each ? gamma : 0;
    const w = f32x4.splat(gamma && !each ? s * load<f32>(gamma) : s);
    let dots = f64x2.splat(0);
    for (let b = 0, at: usize = 0; b < batch && spread; b++, at += leap) {
      dots = f64x2.add(dots, dotsRow(g + at, x + at, own, inner, m));
    }
    const factor = <f64>f32x4.extract_lane(w, 0) / count;
    const level = f32x4.splat(centred ? <f32>(factor * f64x2.extract_lane(dots, 0)) : 0);
    const bend = f32x4.splat(<f32>(factor * f64x2.extract_lane(dots, 1) * <f64>s * <f64>s));
    for (let b = 0; b < batch; b++) {
      let at = <usize>b * leap;
      let left = inner;
      let from = own;
      for (; left >= 4; left -= 4, at += 16) {
        let h = f32x4.mul(w, v128.load(g + at));
        if (own) {
          h = f32x4.mul(h, v128.load(from));
          from += 16;
        }
        const d = f32x4.sub(v128.load(x + at), m);
        v128.store(out + at, nmadd(d, bend, f32x4.sub(h, level)));
      }
      if (left > 0) {
        let h = f32x4.mul(w, loadPart(g + at, left));
        if (own) h = f32x4.mul(h, loadPart(from, left));
        const d = f32x4.sub(loadPart(x + at, left), m);
        storePart(out + at, nmadd(d, bend, f32x4.sub(h, level)), left);
      }
    }
    g += (<usize>groupStep) << 2;
    x += (<usize>groupStep) << 2;
    out += (<usize>groupStep) << 2;
    mean += 4;
    scale += 4;
    if (gamma && !each) gamma += 4;
  }
}

/** Σ g and Σ g (x - mean) scale of up to 8 neighbouring columns of rows that are groups. */
@inline
function affineColumns(
  g: usize,
  x: usize,
  mean: usize,
  scale: usize,
  sums: usize,
  dots: usize,
  rows: i32,
  step: usize,
  count: i32,
): void {
  const more = count - 4;
  const zero = f32x4.splat(0);
  let sum0 = f64x2.splat(0);
  let sum1 = sum0;
  let sum2 = sum0;
  let sum3 = sum0;
  let dot0 = sum0;
  let dot1 = sum0;
  let dot2 = sum0;
  let dot3 = sum0;
  while (rows > 0) {
    let s0 = zero;
    let s1 = zero;
    let t0 = zero;
    let t1 = zero;
    let left = min<i32>(rows, COLUMN_BLOCK);
    rows -= left;
    for (; left > 0; left--) {
      const m = v128.load32_splat(mean);
      const s = v128.load32_splat(scale);
      const h0 = load4(g, count);
      s0 = f32x4.add(s0, h0);
      t0 = madd(h0, f32x4.mul(f32x4.sub(load4(x, count), m), s), t0);
      if (more > 0) {
        const h1 = load4(g + 16, more);
        s1 = f32x4.add(s1, h1);
        t1 = madd(h1, f32x4.mul(f32x4.sub(load4(x + 16, more), m), s), t1);
      }
      g += step;
      x += step;
      mean += 4;
      scale += 4;
    }
    sum0 = f64x2.add(sum0, low64(s0));
    sum1 = f64x2.add(sum1, high64(s0));
    sum2 = f64x2.add(sum2, low64(s1));
    sum3 = f64x2.add(sum3, high64(s1));
    dot0 = f64x2.add(dot0, low64(t0));
    dot1 = f64x2.add(dot1, high64(t0));
    dot2 = f64x2.add(dot2, low64(t1));
    dot3 = f64x2.add(dot3, high64(t1));
  }
  store4(sums, narrow64(sum0, sum1), count);
  store4(dots, narrow64(dot0, dot1), count);
  if (more > 0) {
    store4(sums + 16, narrow64(sum2, sum3), more);
    store4(dots + 16, narrow64(dot2, dot3), more);
  }
}

/** Gradients of β, Σ g, and of γ, Σ g (x - mean) scale, per channel. With `each`, batch is 1. */
export function affineGrad(
  g: usize,
  x: usize,
  mean: usize,
  scale: usize,
  beta: usize,
  gamma: usize,
  batch: i32,
  groups: i32,
  inner: i32,
  batchStep: i32,
  groupStep: i32,
  each: i32,
): void {
  const leap = (<usize>batchStep) << 2;
  const step = (<usize>groupStep) << 2;
  if (each) {
    for (; inner > 0; inner -= 8) {
      affineColumns(g, x, mean, scale, beta, gamma, groups, step, min<i32>(inner, 8));
      g += 32;
      x += 32;
      beta += 32;
      gamma += 32;
    }
    return;
  }
  if (groupStep == 1) {
    const one = f64x2.splat(1);
    const zero = f32x4.splat(0);
    for (let at: usize = 0; groups > 0; groups -= 4, at += 16) {
      const m = load4(mean + at, groups);
      store4(beta + at, columns(SUM, 0, g + at, batch, leap, groups, one, zero), groups);
      const dots = columns(DOT, g + at, x + at, batch, leap, groups, one, m);
      store4(gamma + at, f32x4.mul(dots, load4(scale + at, groups)), groups);
    }
    return;
  }
  for (; groups > 0; groups--) {
    const m = v128.load32_splat(mean);
    let dots = f64x2.splat(0);
    for (let b = 0, at: usize = 0; b < batch; b++, at += leap) {
      dots = f64x2.add(dots, dotsRow(g + at, x + at, 0, inner, m));
    }
    store<f32>(beta, <f32>f64x2.extract_lane(dots, 0));
    store<f32>(gamma, <f32>(f64x2.extract_lane(dots, 1) * <f64>load<f32>(scale)));
    g += step;
    x += step;
    mean += 4;
    scale += 4;
    beta += 4;
    gamma += 4;
  }
}
