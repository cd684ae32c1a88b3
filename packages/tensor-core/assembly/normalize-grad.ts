// Gradients of normalize, over the groups that normalize.ts describes. The bits of a group, and of a
// channel of affineGrad, do not depend on the others.

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
import { COLUMN_BLOCK, columns, DOT, ROW_BLOCK, SUM } from './normalize';
import { keep } from './softmax';

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
 * From the gradient g of what normalize gives to that of x: h s, with h = g γ and s the scale, less what reaches
 * x through the moments, s mean(h) with `centred` and (x - mean) s³ mean(h (x - mean)) with `spread`.
 * `centred` is 1 if the mean depends on x, `spread` if the scale does, which it must if the mean does; without
 * it x is not looked at, which may be infinite.
 * @kernel
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
  const zero = f32x4.splat(0);
  if (groupStep == 1 && !each) {
    const n = f64x2.splat(count);
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
        const d = spread ? f32x4.sub(load4(x + at, groups), m) : zero;
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
    const bend = f32x4.splat(
      spread ? <f32>(factor * f64x2.extract_lane(dots, 1) * <f64>s * <f64>s) : 0,
    );
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
        const d = spread ? f32x4.sub(v128.load(x + at), m) : zero;
        v128.store(out + at, nmadd(d, bend, f32x4.sub(h, level)));
      }
      if (left > 0) {
        let h = f32x4.mul(w, loadPart(g + at, left));
        if (own) h = f32x4.mul(h, loadPart(from, left));
        const d = spread ? f32x4.sub(loadPart(x + at, left), m) : zero;
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

/**
 * From the gradient g of what normalize gives to those of β, Σ g, and of γ, Σ g (x - mean) scale; with
 * `each` 1, batch is 1.
 * @kernel
 */
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
  if (batch * inner == 0) {
    // Sums of nothing, though the scale be NaN.
    memory.fill(beta, 0, <usize>groups << 2);
    memory.fill(gamma, 0, <usize>groups << 2);
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
