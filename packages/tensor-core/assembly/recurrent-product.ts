// The matrix product of a recurrent step: C (m × n) = or += A (m × k) · B (k × n), with B in panels
// of 8 columns that were packed once for all steps, and with A read where it is.
//
// The chains are those of gemm-micro.ts: blocks of KC steps, each from zero, added in order. So the
// bits of a row depend neither on the other rows nor on how rows are split among threads.

import { KC } from './gemm-block';
import { packB } from './gemm-pack';
import { load4, madd, store4 } from './lanes';

/** Stores up to four results, or adds them to what is there. */
@inline
function put(c: usize, v: v128, count: i32, add: bool): void {
  store4(c, add ? f32x4.add(load4(c, count), v) : v, count);
}

/** Stores up to eight results, or adds them to what is there. */
@inline
function put8(c: usize, x: v128, y: v128, count: i32, add: bool): void {
  put(c, x, count, add);
  if (count > 4) put(c + 16, y, count - 4, add);
}

/** `rows` (1, 2, 4 or 6) rows by a panel, of which `count` columns are stored. */
@inline
function tile8(
  rows: i32,
  kc: i32,
  a: usize,
  aRow: usize,
  b: usize,
  c: usize,
  cRow: usize,
  count: i32,
  add: bool,
): void {
  let c00 = f32x4.splat(0);
  let c01 = f32x4.splat(0);
  let c10 = f32x4.splat(0);
  let c11 = f32x4.splat(0);
  let c20 = f32x4.splat(0);
  let c21 = f32x4.splat(0);
  let c30 = f32x4.splat(0);
  let c31 = f32x4.splat(0);
  let c40 = f32x4.splat(0);
  let c41 = f32x4.splat(0);
  let c50 = f32x4.splat(0);
  let c51 = f32x4.splat(0);
  const row2 = aRow + aRow;
  const row3 = row2 + aRow;
  const row4 = row2 + row2;
  const row5 = row4 + aRow;
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
    if (rows > 4) {
      x = v128.load32_splat(a + row4);
      c40 = madd(x, b0, c40);
      c41 = madd(x, b1, c41);
      x = v128.load32_splat(a + row5);
      c50 = madd(x, b0, c50);
      c51 = madd(x, b1, c51);
    }
    a += 4;
    b += 32;
  }
  put8(c, c00, c01, count, add);
  if (rows > 1) put8(c + cRow, c10, c11, count, add);
  if (rows > 2) {
    c += 2 * cRow;
    put8(c, c20, c21, count, add);
    put8(c + cRow, c30, c31, count, add);
  }
  if (rows > 4) {
    c += 2 * cRow;
    put8(c, c40, c41, count, add);
    put8(c + cRow, c50, c51, count, add);
  }
}

function rows6(
  kc: i32,
  a: usize,
  aRow: usize,
  b: usize,
  c: usize,
  cRow: usize,
  count: i32,
  add: bool,
): void {
  tile8(6, kc, a, aRow, b, c, cRow, count, add);
}

function rows4(
  kc: i32,
  a: usize,
  aRow: usize,
  b: usize,
  c: usize,
  cRow: usize,
  count: i32,
  add: bool,
): void {
  tile8(4, kc, a, aRow, b, c, cRow, count, add);
}

/** Two rows by two panels: enough chains side by side to hide the latency of one. */
function rows2(
  kc: i32,
  a: usize,
  aRow: usize,
  b: usize,
  panel: usize,
  c: usize,
  cRow: usize,
  add: bool,
): void {
  let c00 = f32x4.splat(0);
  let c01 = f32x4.splat(0);
  let c02 = f32x4.splat(0);
  let c03 = f32x4.splat(0);
  let c10 = f32x4.splat(0);
  let c11 = f32x4.splat(0);
  let c12 = f32x4.splat(0);
  let c13 = f32x4.splat(0);
  for (; kc > 0; kc--) {
    const x = v128.load32_splat(a);
    const y = v128.load32_splat(a + aRow);
    let v = v128.load(b);
    c00 = madd(x, v, c00);
    c10 = madd(y, v, c10);
    v = v128.load(b, 16);
    c01 = madd(x, v, c01);
    c11 = madd(y, v, c11);
    v = v128.load(b + panel);
    c02 = madd(x, v, c02);
    c12 = madd(y, v, c12);
    v = v128.load(b + panel, 16);
    c03 = madd(x, v, c03);
    c13 = madd(y, v, c13);
    a += 4;
    b += 32;
  }
  put8(c, c00, c01, 8, add);
  put8(c + 32, c02, c03, 8, add);
  put8(c + cRow, c10, c11, 8, add);
  put8(c + cRow + 32, c12, c13, 8, add);
}

/** One row by four panels. */
function row1(kc: i32, a: usize, b: usize, panel: usize, c: usize, add: bool): void {
  let c0 = f32x4.splat(0);
  let c1 = f32x4.splat(0);
  let c2 = f32x4.splat(0);
  let c3 = f32x4.splat(0);
  let c4 = f32x4.splat(0);
  let c5 = f32x4.splat(0);
  let c6 = f32x4.splat(0);
  let c7 = f32x4.splat(0);
  const panel2 = panel + panel;
  const panel3 = panel2 + panel;
  for (; kc > 0; kc--) {
    const x = v128.load32_splat(a);
    c0 = madd(x, v128.load(b), c0);
    c1 = madd(x, v128.load(b, 16), c1);
    c2 = madd(x, v128.load(b + panel), c2);
    c3 = madd(x, v128.load(b + panel, 16), c3);
    c4 = madd(x, v128.load(b + panel2), c4);
    c5 = madd(x, v128.load(b + panel2, 16), c5);
    c6 = madd(x, v128.load(b + panel3), c6);
    c7 = madd(x, v128.load(b + panel3, 16), c7);
    a += 4;
    b += 32;
  }
  put8(c, c0, c1, 8, add);
  put8(c + 32, c2, c3, 8, add);
  put8(c + 64, c4, c5, 8, add);
  put8(c + 96, c6, c7, 8, add);
}

/** Whole blocks of 6 and 4 rows by one panel. */
@inline
function fullRows(
  m: i32,
  kc: i32,
  a: usize,
  aRow: usize,
  b: usize,
  c: usize,
  cRow: usize,
  count: i32,
  add: bool,
): void {
  // 12 accumulators leave too few registers where a product needs its own; 8 rows are two fours.
  if (ASC_FEATURE_RELAXED_SIMD) {
    for (; m >= 6 && m != 8; m -= 6) {
      rows6(kc, a, aRow, b, c, cRow, count, add);
      a += 6 * aRow;
      c += 6 * cRow;
    }
  }
  for (; m >= 4; m -= 4) {
    rows4(kc, a, aRow, b, c, cRow, count, add);
    a += 4 * aRow;
    c += 4 * cRow;
  }
}

/** How many rows `fullRows` leaves. */
@inline
function rest(m: i32): i32 {
  if (ASC_FEATURE_RELAXED_SIMD) {
    while (m >= 6 && m != 8) m -= 6;
  }
  return m & 3;
}

/** The last rows, fewer than four, by all columns. */
function lastRows(
  m: i32,
  kc: i32,
  a: usize,
  aRow: usize,
  b: usize,
  panel: usize,
  c: usize,
  cRow: usize,
  n: i32,
  add: bool,
): void {
  if (m >= 2) {
    let pb = b;
    let pc = c;
    let left = n;
    for (; left >= 16; left -= 16) {
      rows2(kc, a, aRow, pb, panel, pc, cRow, add);
      pb += 2 * panel;
      pc += 64;
    }
    for (; left > 0; left -= 8) {
      tile8(2, kc, a, aRow, pb, pc, cRow, min<i32>(left, 8), add);
      pb += panel;
      pc += 32;
    }
    a += 2 * aRow;
    c += 2 * cRow;
    m -= 2;
  }
  if (m) {
    for (; n >= 32; n -= 32) {
      row1(kc, a, b, panel, c, add);
      b += 4 * panel;
      c += 128;
    }
    for (; n > 0; n -= 8) {
      tile8(1, kc, a, aRow, b, c, cRow, min<i32>(n, 8), add);
      b += panel;
      c += 32;
    }
  }
}

/** C = A B, or C += A B: rows of A are `aRow` bytes apart, of C `cRow`, panels of B `panel`. */
export function panelProduct(
  a: usize,
  aRow: usize,
  panels: usize,
  panel: usize,
  c: usize,
  cRow: usize,
  m: i32,
  n: i32,
  k: i32,
  add: bool,
): void {
  const few = rest(m);
  const full = m - few;
  for (let done = 0; done < k; done += KC) {
    const kc = min<i32>(k - done, KC);
    if (full) {
      let pb = panels;
      let pc = c;
      for (let left = n; left > 0; left -= 8) {
        fullRows(full, kc, a, aRow, pb, pc, cRow, min<i32>(left, 8), add);
        pb += panel;
        pc += 32;
      }
    }
    if (few) {
      const pa = a + <usize>full * aRow;
      const pc = c + <usize>full * cRow;
      lastRows(few, kc, pa, aRow, panels, panel, pc, cRow, n, add);
    }
    a += (<usize>kc) << 2;
    panels += (<usize>kc) << 5;
    add = true;
  }
}

/**
 * op(b) (k, n) as ⌈n / 8⌉ panels (k, 8), the last filled up with anything; rows of b as it is
 * stored are `ldb` elements apart, and with transposed they are its columns.
 * @kernel
 */
export function packPanels(b: usize, ldb: i32, k: i32, n: i32, transposed: i32, out: usize): void {
  packB(b, (<usize>ldb) << 2, k, n, out, bool(transposed));
}
