// Matrix products of a few rows with a B stored by columns: dot products with contiguous columns.
// Four columns are turned in registers, so that each lane is one chain in the order of k.

import { KC } from './gemm-block';
import { load4, madd, store4 } from './lanes';

/** Stores up to four results, or adds them to what earlier blocks left. */
@inline
function put(c: usize, v: v128, count: i32, first: bool): void {
  store4(c, first ? v : f32x4.add(load4(c, count), v), count);
}

/** `rows` (1, 2 or 4) rows by up to 4 columns. */
@inline
function dots4(
  rows: i32,
  kc: i32,
  a: usize,
  aRow: usize,
  aStep: usize,
  b: usize,
  ldb: usize,
  c: usize,
  ldc: usize,
  count: i32,
  first: bool,
): void {
  const last = <usize>(count - 1);
  let p0 = b;
  let p1 = b + ldb * min<usize>(1, last);
  let p2 = b + ldb * min<usize>(2, last);
  let p3 = b + ldb * min<usize>(3, last);
  let c0 = f32x4.splat(0);
  let c1 = f32x4.splat(0);
  let c2 = f32x4.splat(0);
  let c3 = f32x4.splat(0);
  const row2 = aRow + aRow;
  const row3 = row2 + aRow;
  for (; kc >= 4; kc -= 4) {
    const r0 = v128.load(p0);
    const r1 = v128.load(p1);
    const r2 = v128.load(p2);
    const r3 = v128.load(p3);
    const u = v128.shuffle<f32>(r0, r1, 0, 4, 1, 5);
    const v = v128.shuffle<f32>(r2, r3, 0, 4, 1, 5);
    const w = v128.shuffle<f32>(r0, r1, 2, 6, 3, 7);
    const x = v128.shuffle<f32>(r2, r3, 2, 6, 3, 7);
    const t0 = v128.shuffle<f64>(u, v, 0, 2);
    const t1 = v128.shuffle<f64>(u, v, 1, 3);
    const t2 = v128.shuffle<f64>(w, x, 0, 2);
    const t3 = v128.shuffle<f64>(w, x, 1, 3);
    const a1 = a + aStep;
    const a2 = a1 + aStep;
    const a3 = a2 + aStep;
    c0 = madd(v128.load32_splat(a), t0, c0);
    c0 = madd(v128.load32_splat(a1), t1, c0);
    c0 = madd(v128.load32_splat(a2), t2, c0);
    c0 = madd(v128.load32_splat(a3), t3, c0);
    if (rows > 1) {
      c1 = madd(v128.load32_splat(a + aRow), t0, c1);
      c1 = madd(v128.load32_splat(a1 + aRow), t1, c1);
      c1 = madd(v128.load32_splat(a2 + aRow), t2, c1);
      c1 = madd(v128.load32_splat(a3 + aRow), t3, c1);
    }
    if (rows > 2) {
      c2 = madd(v128.load32_splat(a + row2), t0, c2);
      c2 = madd(v128.load32_splat(a1 + row2), t1, c2);
      c2 = madd(v128.load32_splat(a2 + row2), t2, c2);
      c2 = madd(v128.load32_splat(a3 + row2), t3, c2);
      c3 = madd(v128.load32_splat(a + row3), t0, c3);
      c3 = madd(v128.load32_splat(a1 + row3), t1, c3);
      c3 = madd(v128.load32_splat(a2 + row3), t2, c3);
      c3 = madd(v128.load32_splat(a3 + row3), t3, c3);
    }
    a = a3 + aStep;
    p0 += 16;
    p1 += 16;
    p2 += 16;
    p3 += 16;
  }
  for (; kc > 0; kc--) {
    let t = v128.load32_zero(p0);
    t = v128.load_lane<f32>(p1, t, 1);
    t = v128.load_lane<f32>(p2, t, 2);
    t = v128.load_lane<f32>(p3, t, 3);
    c0 = madd(v128.load32_splat(a), t, c0);
    if (rows > 1) c1 = madd(v128.load32_splat(a + aRow), t, c1);
    if (rows > 2) {
      c2 = madd(v128.load32_splat(a + row2), t, c2);
      c3 = madd(v128.load32_splat(a + row3), t, c3);
    }
    a += aStep;
    p0 += 4;
    p1 += 4;
    p2 += 4;
    p3 += 4;
  }
  put(c, c0, count, first);
  if (rows > 1) put(c + ldc, c1, count, first);
  if (rows > 2) {
    put(c + 2 * ldc, c2, count, first);
    put(c + 3 * ldc, c3, count, first);
  }
}

/** Four steps of four chains: columns `ldb` bytes apart. */
@inline
function turned4(p: usize, ldb: usize, a: usize, aStep: usize, sum: v128): v128 {
  const r0 = v128.load(p);
  const r1 = v128.load(p + ldb);
  const r2 = v128.load(p + 2 * ldb);
  const r3 = v128.load(p + 3 * ldb);
  const u = v128.shuffle<f32>(r0, r1, 0, 4, 1, 5);
  const v = v128.shuffle<f32>(r2, r3, 0, 4, 1, 5);
  const w = v128.shuffle<f32>(r0, r1, 2, 6, 3, 7);
  const z = v128.shuffle<f32>(r2, r3, 2, 6, 3, 7);
  sum = madd(v128.load32_splat(a), v128.shuffle<f64>(u, v, 0, 2), sum);
  sum = madd(v128.load32_splat(a + aStep), v128.shuffle<f64>(u, v, 1, 3), sum);
  sum = madd(v128.load32_splat(a + 2 * aStep), v128.shuffle<f64>(w, z, 0, 2), sum);
  return madd(v128.load32_splat(a + 3 * aStep), v128.shuffle<f64>(w, z, 1, 3), sum);
}

/** Sixteen steps: what a cache line holds is used before other columns can evict it. */
@inline
function turned16(p: usize, ldb: usize, a: usize, aStep: usize, sum: v128): v128 {
  sum = turned4(p, ldb, a, aStep, sum);
  sum = turned4(p + 16, ldb, a + 4 * aStep, aStep, sum);
  sum = turned4(p + 32, ldb, a + 8 * aStep, aStep, sum);
  return turned4(p + 48, ldb, a + 12 * aStep, aStep, sum);
}

/** One element of each of four columns. */
@inline
function column4(p: usize, ldb: usize): v128 {
  let t = v128.load32_zero(p);
  t = v128.load_lane<f32>(p + ldb, t, 1);
  t = v128.load_lane<f32>(p + 2 * ldb, t, 2);
  return v128.load_lane<f32>(p + 3 * ldb, t, 3);
}

/** One row by 16 columns: four chains side by side hide the latency of one. */
@inline
function dots16(
  kc: i32,
  a: usize,
  aStep: usize,
  b: usize,
  ldb: usize,
  c: usize,
  first: bool,
): void {
  let c0 = f32x4.splat(0);
  let c1 = f32x4.splat(0);
  let c2 = f32x4.splat(0);
  let c3 = f32x4.splat(0);
  for (; kc >= 16; kc -= 16) {
    let p = b;
    c0 = turned16(p, ldb, a, aStep, c0);
    p += 4 * ldb;
    c1 = turned16(p, ldb, a, aStep, c1);
    p += 4 * ldb;
    c2 = turned16(p, ldb, a, aStep, c2);
    p += 4 * ldb;
    c3 = turned16(p, ldb, a, aStep, c3);
    a += 16 * aStep;
    b += 64;
  }
  for (; kc >= 4; kc -= 4) {
    let p = b;
    c0 = turned4(p, ldb, a, aStep, c0);
    p += 4 * ldb;
    c1 = turned4(p, ldb, a, aStep, c1);
    p += 4 * ldb;
    c2 = turned4(p, ldb, a, aStep, c2);
    p += 4 * ldb;
    c3 = turned4(p, ldb, a, aStep, c3);
    a += 4 * aStep;
    b += 16;
  }
  for (; kc > 0; kc--) {
    const x = v128.load32_splat(a);
    let p = b;
    c0 = madd(x, column4(p, ldb), c0);
    p += 4 * ldb;
    c1 = madd(x, column4(p, ldb), c1);
    p += 4 * ldb;
    c2 = madd(x, column4(p, ldb), c2);
    p += 4 * ldb;
    c3 = madd(x, column4(p, ldb), c3);
    a += aStep;
    b += 4;
  }
  put(c, c0, 4, first);
  put(c + 16, c1, 4, first);
  put(c + 32, c2, 4, first);
  put(c + 48, c3, 4, first);
}

/** One row by 8 columns, or fewer if the second four begin `next` columns after the first. */
@inline
function dots8(
  kc: i32,
  a: usize,
  aStep: usize,
  b: usize,
  ldb: usize,
  c: usize,
  next: usize,
  first: bool,
): void {
  const step = next * ldb;
  let c0 = f32x4.splat(0);
  let c1 = f32x4.splat(0);
  for (; kc >= 4; kc -= 4) {
    c0 = turned4(b, ldb, a, aStep, c0);
    c1 = turned4(b + step, ldb, a, aStep, c1);
    a += 4 * aStep;
    b += 16;
  }
  for (; kc > 0; kc--) {
    const x = v128.load32_splat(a);
    c0 = madd(x, column4(b, ldb), c0);
    c1 = madd(x, column4(b + step, ldb), c1);
    a += aStep;
    b += 4;
  }
  const d = c + (next << 2);
  if (!first) {
    c0 = f32x4.add(v128.load(c), c0);
    c1 = f32x4.add(v128.load(d), c1);
  }
  // Columns of both have the same bits in both.
  v128.store(c, c0);
  v128.store(d, c1);
}

/** `rows` rows by all n columns, over all blocks of k. */
@inline
function band(
  rows: i32,
  a: usize,
  aRow: usize,
  aStep: usize,
  b: usize,
  c: usize,
  n: i32,
  k: i32,
): void {
  const ldb = (<usize>k) << 2;
  const ldc = (<usize>n) << 2;
  if (rows == 1) {
    for (; n >= 16; n -= 16) {
      for (let done = 0; done < k; done += KC) {
        const kc = min<i32>(k - done, KC);
        const pa = a + <usize>done * aStep;
        dots16(kc, pa, aStep, b + ((<usize>done) << 2), ldb, c, done == 0);
      }
      b += 16 * ldb;
      c += 64;
    }
    while (n > 4) {
      const next = min<i32>(n - 4, 4);
      for (let done = 0; done < k; done += KC) {
        const kc = min<i32>(k - done, KC);
        const pa = a + <usize>done * aStep;
        dots8(kc, pa, aStep, b + ((<usize>done) << 2), ldb, c, next, done == 0);
      }
      n -= 4 + next;
      b += (4 + <usize>next) * ldb;
      c += (4 + <usize>next) << 2;
    }
  }
  for (; n > 0; n -= 4) {
    const count = min<i32>(n, 4);
    for (let done = 0; done < k; done += KC) {
      const kc = min<i32>(k - done, KC);
      const pa = a + <usize>done * aStep;
      const pb = b + ((<usize>done) << 2);
      dots4(rows, kc, pa, aRow, aStep, pb, ldb, c, ldc, count, done == 0);
    }
    b += 4 * ldb;
    c += 16;
  }
}

/** C = A B with B stored by columns; A has any strides, in bytes. */
export function gemmDots(
  a: usize,
  b: usize,
  c: usize,
  m: i32,
  n: i32,
  k: i32,
  aRow: usize,
  aStep: usize,
): void {
  const ldc = (<usize>n) << 2;
  for (; m >= 4; m -= 4) {
    band(4, a, aRow, aStep, b, c, n, k);
    a += 4 * aRow;
    c += 4 * ldc;
  }
  if (m >= 2) {
    band(2, a, aRow, aStep, b, c, n, k);
    a += 2 * aRow;
    c += 2 * ldc;
    m -= 2;
  }
  if (m) band(1, a, aRow, aStep, b, c, n, k);
}
