// Matrix products without packing, for shapes where packing would cost more than it saves.
// The chains are those of gemm-micro.ts: blocks of KC steps, each from zero, added in order.

import { KC } from './gemm-block';
import { packB } from './gemm-pack';
import { load4, madd, store4 } from './lanes';

/** Stores up to four results, or adds them to what earlier blocks left. */
@inline
function put(c: usize, v: v128, count: i32, first: bool): void {
  store4(c, first ? v : f32x4.add(load4(c, count), v), count);
}

/** `rows` (1, 2 or 4) rows by 8 columns, of which `count` are stored. */
@inline
function tile8(
  rows: i32,
  kc: i32,
  a: usize,
  aRow: usize,
  aStep: usize,
  b: usize,
  bStep: usize,
  c: usize,
  ldc: usize,
  count: i32,
  first: bool,
): void {
  let c00 = f32x4.splat(0);
  let c01 = f32x4.splat(0);
  let c10 = f32x4.splat(0);
  let c11 = f32x4.splat(0);
  let c20 = f32x4.splat(0);
  let c21 = f32x4.splat(0);
  let c30 = f32x4.splat(0);
  let c31 = f32x4.splat(0);
  const row2 = aRow + aRow;
  const row3 = row2 + aRow;
  for (; kc > 0; kc--) {
    const b0 = v128.load(b);
    const b1 = v128.load(b, 16);
    let x = v128.load32_splat(a);
    c00 = madd(x, b0, c00);
    c01 = madd(x, b1, c01);
    if (rows > 1) {
      x = v128.load32_splat(a + aRow);
      c10 = madd(x, b0, c10);
      c11 = madd(x, b1, c11);
    }
    if (rows > 2) {
      x = v128.load32_splat(a + row2);
      c20 = madd(x, b0, c20);
      c21 = madd(x, b1, c21);
      x = v128.load32_splat(a + row3);
      c30 = madd(x, b0, c30);
      c31 = madd(x, b1, c31);
    }
    a += aStep;
    b += bStep;
  }
  put(c, c00, count, first);
  if (count > 4) put(c + 16, c01, count - 4, first);
  if (rows > 1) {
    c += ldc;
    put(c, c10, count, first);
    if (count > 4) put(c + 16, c11, count - 4, first);
  }
  if (rows > 2) {
    c += ldc;
    put(c, c20, count, first);
    if (count > 4) put(c + 16, c21, count - 4, first);
    c += ldc;
    put(c, c30, count, first);
    if (count > 4) put(c + 16, c31, count - 4, first);
  }
}

/** `rows` rows by up to 4 columns. */
@inline
function tile4(
  rows: i32,
  kc: i32,
  a: usize,
  aRow: usize,
  aStep: usize,
  b: usize,
  bStep: usize,
  c: usize,
  ldc: usize,
  count: i32,
  first: bool,
): void {
  let c0 = f32x4.splat(0);
  let c1 = f32x4.splat(0);
  let c2 = f32x4.splat(0);
  let c3 = f32x4.splat(0);
  const row2 = aRow + aRow;
  const row3 = row2 + aRow;
  for (; kc > 0; kc--) {
    const v = load4(b, count);
    c0 = madd(v128.load32_splat(a), v, c0);
    if (rows > 1) c1 = madd(v128.load32_splat(a + aRow), v, c1);
    if (rows > 2) {
      c2 = madd(v128.load32_splat(a + row2), v, c2);
      c3 = madd(v128.load32_splat(a + row3), v, c3);
    }
    a += aStep;
    b += bStep;
  }
  put(c, c0, count, first);
  if (rows > 1) put(c + ldc, c1, count, first);
  if (rows > 2) {
    put(c + 2 * ldc, c2, count, first);
    put(c + 3 * ldc, c3, count, first);
  }
}

/** One row by 32 columns: two cache lines of B at a time. */
@inline
function tile32(
  kc: i32,
  a: usize,
  aStep: usize,
  b: usize,
  bStep: usize,
  c: usize,
  first: bool,
): void {
  let c0 = f32x4.splat(0);
  let c1 = f32x4.splat(0);
  let c2 = f32x4.splat(0);
  let c3 = f32x4.splat(0);
  let c4 = f32x4.splat(0);
  let c5 = f32x4.splat(0);
  let c6 = f32x4.splat(0);
  let c7 = f32x4.splat(0);
  for (; kc > 0; kc--) {
    const x = v128.load32_splat(a);
    c0 = madd(x, v128.load(b), c0);
    c1 = madd(x, v128.load(b, 16), c1);
    c2 = madd(x, v128.load(b, 32), c2);
    c3 = madd(x, v128.load(b, 48), c3);
    c4 = madd(x, v128.load(b, 64), c4);
    c5 = madd(x, v128.load(b, 80), c5);
    c6 = madd(x, v128.load(b, 96), c6);
    c7 = madd(x, v128.load(b, 112), c7);
    a += aStep;
    b += bStep;
  }
  put(c, c0, 4, first);
  put(c + 16, c1, 4, first);
  put(c + 32, c2, 4, first);
  put(c + 48, c3, 4, first);
  put(c + 64, c4, 4, first);
  put(c + 80, c5, 4, first);
  put(c + 96, c6, 4, first);
  put(c + 112, c7, 4, first);
}

/** `rows` rows by all n columns. */
@inline
function band(
  rows: i32,
  kc: i32,
  a: usize,
  aRow: usize,
  aStep: usize,
  b: usize,
  bStep: usize,
  c: usize,
  n: i32,
  first: bool,
): void {
  const ldc = (<usize>n) << 2;
  if (rows == 1) {
    for (; n >= 32; n -= 32) {
      tile32(kc, a, aStep, b, bStep, c, first);
      b += 128;
      c += 128;
    }
  }
  for (; n >= 8; n -= 8) {
    tile8(rows, kc, a, aRow, aStep, b, bStep, c, ldc, 8, first);
    b += 32;
    c += 32;
  }
  for (; n > 0; n -= 4) {
    tile4(rows, kc, a, aRow, aStep, b, bStep, c, ldc, n, first);
    b += 16;
    c += 16;
  }
}

/** C = A B with B stored by rows; A has any strides, in bytes. */
export function gemmDirect(
  a: usize,
  b: usize,
  c: usize,
  m: i32,
  n: i32,
  k: i32,
  aRow: usize,
  aStep: usize,
): void {
  const bStep = (<usize>n) << 2;
  for (let done = 0; done < k; done += KC) {
    const kc = min<i32>(k - done, KC);
    const first = done == 0;
    let pa = a;
    let pc = c;
    let i = m;
    for (; i >= 4; i -= 4) {
      band(4, kc, pa, aRow, aStep, b, bStep, pc, n, first);
      pa += 4 * aRow;
      pc += 4 * bStep;
    }
    if (i >= 2) {
      band(2, kc, pa, aRow, aStep, b, bStep, pc, n, first);
      pa += 2 * aRow;
      pc += 2 * bStep;
      i -= 2;
    }
    if (i) band(1, kc, pa, aRow, aStep, b, bStep, pc, n, first);
    a += <usize>kc * aStep;
    b += <usize>kc * bStep;
  }
}

/** `rows` rows by all n columns of a packed B. */
@inline
function panelBand(
  rows: i32,
  kc: i32,
  a: usize,
  aRow: usize,
  aStep: usize,
  panels: usize,
  c: usize,
  n: i32,
  first: bool,
): void {
  const ldc = (<usize>n) << 2;
  for (; n > 0; n -= 8) {
    tile8(rows, kc, a, aRow, aStep, panels, 32, c, ldc, min<i32>(n, 8), first);
    panels += (<usize>kc) << 5;
    c += 32;
  }
}

/** C = A B with B stored by columns and small: its panels are packed, A is read where it is. */
export function gemmPanels(
  a: usize,
  b: usize,
  c: usize,
  m: i32,
  n: i32,
  k: i32,
  aRow: usize,
  aStep: usize,
  panels: usize,
): void {
  const ldc = (<usize>n) << 2;
  for (let done = 0; done < k; done += KC) {
    const kc = min<i32>(k - done, KC);
    const first = done == 0;
    packB(b + ((<usize>done) << 2), (<usize>k) << 2, kc, n, panels, true);
    let pa = a + <usize>done * aStep;
    let pc = c;
    let i = m;
    for (; i >= 4; i -= 4) {
      panelBand(4, kc, pa, aRow, aStep, panels, pc, n, first);
      pa += 4 * aRow;
      pc += 4 * ldc;
    }
    if (i >= 2) {
      panelBand(2, kc, pa, aRow, aStep, panels, pc, n, first);
      pa += 2 * aRow;
      pc += 2 * ldc;
      i -= 2;
    }
    if (i) panelBand(1, kc, pa, aRow, aStep, panels, pc, n, first);
  }
}
