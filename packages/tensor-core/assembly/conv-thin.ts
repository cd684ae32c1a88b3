// Convolutions with few channels on one side, as depthwise ones have: there a register block of six
// channels would be mostly empty, so blocks are long in positions instead.

import * as patches from './conv-patches';
import * as shape from './conv-shape';
import { put, start } from './conv-tiles';
import { loadPart, madd, sumLanes } from './lanes';

/** One or two channels of the result by four fours of positions. */
@inline
function wide(
  rows: i32,
  kc: i32,
  a: usize,
  steps: usize,
  spots: usize,
  targets: usize,
  out: usize,
  pitch: usize,
  step: i32,
  fresh: bool,
  bias: usize,
): void {
  const p0 = load<usize>(spots);
  const p1 = load<usize>(spots, 4);
  const p2 = load<usize>(spots, 8);
  const p3 = load<usize>(spots, 12);
  let c00 = start(bias, 0);
  let c01 = c00;
  let c02 = c00;
  let c03 = c00;
  let c10 = rows > 1 ? start(bias, 1) : c00;
  let c11 = c10;
  let c12 = c10;
  let c13 = c10;
  for (; kc > 0; kc--) {
    const place = load<usize>(steps);
    const x = v128.load32_splat(a);
    const y = rows > 1 ? v128.load32_splat(a, 4) : x;
    let v = v128.load(p0 + place);
    c00 = madd(x, v, c00);
    if (rows > 1) c10 = madd(y, v, c10);
    v = v128.load(p1 + place);
    c01 = madd(x, v, c01);
    if (rows > 1) c11 = madd(y, v, c11);
    v = v128.load(p2 + place);
    c02 = madd(x, v, c02);
    if (rows > 1) c12 = madd(y, v, c12);
    v = v128.load(p3 + place);
    c03 = madd(x, v, c03);
    if (rows > 1) c13 = madd(y, v, c13);
    a += rows << 2;
    steps += 4;
  }
  const t0 = load<usize>(targets);
  const t1 = load<usize>(targets, 4);
  const t2 = load<usize>(targets, 8);
  const t3 = load<usize>(targets, 12);
  put(out + (t0 & ~3), c00, <i32>(t0 & 3) + 1, step, fresh);
  put(out + (t1 & ~3), c01, <i32>(t1 & 3) + 1, step, fresh);
  put(out + (t2 & ~3), c02, <i32>(t2 & 3) + 1, step, fresh);
  put(out + (t3 & ~3), c03, <i32>(t3 & 3) + 1, step, fresh);
  if (rows > 1) {
    out += pitch;
    put(out + (t0 & ~3), c10, <i32>(t0 & 3) + 1, step, fresh);
    put(out + (t1 & ~3), c11, <i32>(t1 & 3) + 1, step, fresh);
    put(out + (t2 & ~3), c12, <i32>(t2 & 3) + 1, step, fresh);
    put(out + (t3 & ~3), c13, <i32>(t3 & 3) + 1, step, fresh);
  }
}

export function wide2(
  kc: i32,
  a: usize,
  steps: usize,
  spots: usize,
  targets: usize,
  out: usize,
  pitch: usize,
  step: i32,
  fresh: bool,
  bias: usize,
): void {
  wide(2, kc, a, steps, spots, targets, out, pitch, step, fresh, bias);
}

export function wide1(
  kc: i32,
  a: usize,
  steps: usize,
  spots: usize,
  targets: usize,
  out: usize,
  step: i32,
  fresh: bool,
  bias: usize,
): void {
  wide(1, kc, a, steps, spots, targets, out, 0, step, fresh, bias);
}

/** `rows` (1 or 3) steps of the kernel times one channel of the gradient, four positions at a time. */
@inline
function dots(
  rows: i32,
  fours: i32,
  spots: usize,
  targets: usize,
  a: usize,
  b: usize,
  c: usize,
  y: usize,
  out: usize,
): void {
  let s0 = f32x4.splat(0);
  let s1 = s0;
  let s2 = s0;
  for (; fours > 0; fours--) {
    const spot = load<usize>(spots);
    const target = load<usize>(targets);
    const count = <i32>(target & 3) + 1;
    const p = y + (target & ~3);
    if (count == 4) {
      const g = v128.load(p);
      s0 = madd(v128.load(a + spot), g, s0);
      if (rows > 1) {
        s1 = madd(v128.load(b + spot), g, s1);
        s2 = madd(v128.load(c + spot), g, s2);
      }
    } else {
      const g = loadPart(p, count);
      s0 = madd(loadPart(a + spot, count), g, s0);
      if (rows > 1) {
        s1 = madd(loadPart(b + spot, count), g, s1);
        s2 = madd(loadPart(c + spot, count), g, s2);
      }
    }
    spots += 4;
    targets += 4;
  }
  store<f32>(out, <f32>sumLanes(s0));
  if (rows > 1) {
    store<f32>(out, <f32>sumLanes(s1), 4);
    store<f32>(out, <f32>sumLanes(s2), 8);
  }
}

function dots3(
  fours: i32,
  spots: usize,
  targets: usize,
  a: usize,
  b: usize,
  c: usize,
  y: usize,
  out: usize,
): void {
  dots(3, fours, spots, targets, a, b, c, y, out);
}

function dots1(
  fours: i32,
  spots: usize,
  targets: usize,
  a: usize,
  y: usize,
  out: usize,
): void {
  dots(1, fours, spots, targets, a, a, a, y, out);
}

/** Adds what a block gives to the `steps` weights at `to` that lead to the channel at `y`. */
export function addDots(
  at: usize,
  tile: usize,
  steps: i32,
  fours: i32,
  y: usize,
  to: usize,
): void {
  const spots = patches.spotsOf(at);
  const targets = patches.targetsOf(at);
  const size = shape.kernelSize();
  for (let k = 0; k < steps; ) {
    const a = patches.stepPlace(at, k);
    let some = 1;
    if (steps - k >= 3) {
      some = 3;
      const b = patches.stepPlace(at, k + 1);
      const c = patches.stepPlace(at, k + 2);
      dots3(fours, spots, targets, a, b, c, y, tile);
    } else dots1(fours, spots, targets, a, y, tile);
    for (let r = 0; r < some; r++, k++) {
      const p = to + patches.stepWeight(at, k, size);
      store<f32>(p, load<f32>(p) + load<f32>(tile + (<usize>r << 2)));
    }
  }
}
