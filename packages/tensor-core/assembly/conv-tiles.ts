// Register blocks of a convolution: up to six channels of the result by two fours of positions.

import { wide1, wide2 } from './conv-thin';
import { madd } from './lanes';

/** Stores `count` results `step` elements apart, or adds them to what is there. */
@inline
export function put(c: usize, v: v128, count: i32, step: i32, fresh: bool): void {
  if (count == 4 && step == 1) v128.store(c, fresh ? v : f32x4.add(v128.load(c), v));
  else if (count > 0) putPart(c, v, count, <usize>step << 2, fresh);
}

function putPart(c: usize, v: v128, count: i32, step: usize, fresh: bool): void {
  for (; count > 0; count--, c += step) {
    const x = f32x4.extract_lane(v, 0);
    store<f32>(c, fresh ? x : load<f32>(c) + x);
    v = v128.shuffle<f32>(v, v, 1, 2, 3, 0);
  }
}

@inline
export function start(bias: usize, row: i32): v128 {
  return bias ? v128.load32_splat(bias + (<usize>row << 2)) : f32x4.splat(0);
}

@inline
function tile(
  rows: i32,
  kc: i32,
  a: usize,
  steps: usize,
  p: usize,
  q: usize,
  c: usize,
  d: usize,
  pitch: usize,
  few: i32,
  more: i32,
  step: i32,
  fresh: bool,
  bias: usize,
): void {
  let c00 = start(bias, 0);
  let c01 = c00;
  let c10 = f32x4.splat(0);
  let c20 = c10;
  let c30 = c10;
  let c40 = c10;
  let c50 = c10;
  if (rows > 1) c10 = start(bias, 1);
  if (rows > 2) {
    c20 = start(bias, 2);
    c30 = start(bias, 3);
  }
  if (rows > 4) {
    c40 = start(bias, 4);
    c50 = start(bias, 5);
  }
  let c11 = c10;
  let c21 = c20;
  let c31 = c30;
  let c41 = c40;
  let c51 = c50;
  for (; kc > 0; kc--) {
    const place = load<usize>(steps);
    const b0 = v128.load(p + place);
    const b1 = v128.load(q + place);
    let x = v128.load32_splat(a);
    c00 = madd(x, b0, c00);
    c01 = madd(x, b1, c01);
    if (rows > 1) {
      x = v128.load32_splat(a, 4);
      c10 = madd(x, b0, c10);
      c11 = madd(x, b1, c11);
    }
    if (rows > 2) {
      x = v128.load32_splat(a, 8);
      c20 = madd(x, b0, c20);
      c21 = madd(x, b1, c21);
      x = v128.load32_splat(a, 12);
      c30 = madd(x, b0, c30);
      c31 = madd(x, b1, c31);
    }
    if (rows > 4) {
      x = v128.load32_splat(a, 16);
      c40 = madd(x, b0, c40);
      c41 = madd(x, b1, c41);
      x = v128.load32_splat(a, 20);
      c50 = madd(x, b0, c50);
      c51 = madd(x, b1, c51);
    }
    a += rows << 2;
    steps += 4;
  }
  put(c, c00, few, step, fresh);
  put(d, c01, more, step, fresh);
  if (rows > 1) {
    put(c + pitch, c10, few, step, fresh);
    put(d + pitch, c11, more, step, fresh);
  }
  if (rows > 2) {
    c += 2 * pitch;
    d += 2 * pitch;
    put(c, c20, few, step, fresh);
    put(d, c21, more, step, fresh);
    put(c + pitch, c30, few, step, fresh);
    put(d + pitch, c31, more, step, fresh);
  }
  if (rows > 4) {
    c += 2 * pitch;
    d += 2 * pitch;
    put(c, c40, few, step, fresh);
    put(d, c41, more, step, fresh);
    put(c + pitch, c50, few, step, fresh);
    put(d + pitch, c51, more, step, fresh);
  }
}

function tile6(
  kc: i32,
  a: usize,
  steps: usize,
  p: usize,
  q: usize,
  c: usize,
  d: usize,
  pitch: usize,
  few: i32,
  more: i32,
  step: i32,
  fresh: bool,
  bias: usize,
): void {
  tile(6, kc, a, steps, p, q, c, d, pitch, few, more, step, fresh, bias);
}

function tile4(
  kc: i32,
  a: usize,
  steps: usize,
  p: usize,
  q: usize,
  c: usize,
  d: usize,
  pitch: usize,
  few: i32,
  more: i32,
  step: i32,
  fresh: bool,
  bias: usize,
): void {
  tile(4, kc, a, steps, p, q, c, d, pitch, few, more, step, fresh, bias);
}

function tile2(
  kc: i32,
  a: usize,
  steps: usize,
  p: usize,
  q: usize,
  c: usize,
  d: usize,
  pitch: usize,
  few: i32,
  more: i32,
  step: i32,
  fresh: bool,
  bias: usize,
): void {
  tile(2, kc, a, steps, p, q, c, d, pitch, few, more, step, fresh, bias);
}

function tile1(
  kc: i32,
  a: usize,
  steps: usize,
  p: usize,
  q: usize,
  c: usize,
  d: usize,
  pitch: usize,
  few: i32,
  more: i32,
  step: i32,
  fresh: bool,
  bias: usize,
): void {
  tile(1, kc, a, steps, p, q, c, d, pitch, few, more, step, fresh, bias);
}

/** How many of the `left` rows the next register block takes: never one or two where it can be helped. */
@inline
export function rowsAtOnce(left: i32): i32 {
  // 12 accumulators leave too few registers where a product needs its own.
  if (ASC_FEATURE_RELAXED_SIMD && left >= 6 && left != 8) return 6;
  return left >= 4 ? 4 : left >= 2 ? 2 : 1;
}

/** Kernels of `rows` channels as panels, with the steps of all rows of a panel side by side. */
export function packKernels(
  w: usize,
  pitch: usize,
  offsets: usize,
  rows: i32,
  kc: i32,
  out: usize,
): void {
  while (rows > 0) {
    const some = rowsAtOnce(rows);
    for (let k = 0; k < kc; k++) {
      let p = w + load<usize>(offsets + (<usize>k << 2));
      for (let r = 0; r < some; r++) {
        store<f32>(out, load<f32>(p));
        p += pitch;
        out += 4;
      }
    }
    w += <usize>some * pitch;
    rows -= some;
  }
}

/** All register blocks of a block: `rows` channels by `fours` fours of positions. */
export function convTiles(
  packed: usize,
  rows: i32,
  kc: i32,
  steps: usize,
  spots: usize,
  targets: usize,
  fours: i32,
  out: usize,
  pitch: usize,
  step: i32,
  fresh: bool,
  bias: usize,
): void {
  if (!fresh) bias = 0;
  for (; rows <= 3 && fours >= 4; fours -= 4) {
    // Panels of two rows, then one.
    if (rows > 1) wide2(kc, packed, steps, spots, targets, out, pitch, step, fresh, bias);
    if (rows & 1) {
      const before = <usize>(rows - 1);
      const to = out + before * pitch;
      const shift = bias ? bias + (before << 2) : 0;
      const a = packed + <usize>kc * (before << 2);
      wide1(kc, a, steps, spots, targets, to, step, fresh, shift);
    }
    spots += 16;
    targets += 16;
  }
  for (; fours > 0; fours -= 2) {
    const p = load<usize>(spots);
    const c = load<usize>(targets);
    const few = <i32>(c & 3) + 1;
    let q = p;
    let d = c;
    let more = 0;
    if (fours > 1) {
      q = load<usize>(spots, 4);
      d = load<usize>(targets, 4);
      more = <i32>(d & 3) + 1;
    }
    spots += 8;
    targets += 8;
    let to = out + (c & ~3);
    let next = out + (d & ~3);
    let a = packed;
    let shift = bias;
    let left = rows;
    while (left > 0) {
      const some = rowsAtOnce(left);
      if (some == 6) tile6(kc, a, steps, p, q, to, next, pitch, few, more, step, fresh, shift);
      else if (some == 4) tile4(kc, a, steps, p, q, to, next, pitch, few, more, step, fresh, shift);
      else if (some == 2) tile2(kc, a, steps, p, q, to, next, pitch, few, more, step, fresh, shift);
      else tile1(kc, a, steps, p, q, to, next, pitch, few, more, step, fresh, shift);
      a += (<usize>(some * kc)) << 2;
      to += <usize>some * pitch;
      next += <usize>some * pitch;
      if (shift) shift += <usize>some << 2;
      left -= some;
    }
  }
}
