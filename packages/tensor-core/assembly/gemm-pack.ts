// Packing for the matrix product: panels of MR rows of A and of 8 columns of B, laid out in the
// order in which the register block reads them. Panels at the edge are filled up with zeros (B)
// or with a repeated row (A); what they yield is not stored.

import { MR } from './gemm-micro';
import { loadPart } from './lanes';

/** Four rows of four become four columns, `step` bytes apart. */
@inline
function turn(p0: usize, p1: usize, p2: usize, p3: usize, out: usize, step: usize): void {
  const r0 = v128.load(p0);
  const r1 = v128.load(p1);
  const r2 = v128.load(p2);
  const r3 = v128.load(p3);
  const a = v128.shuffle<f32>(r0, r1, 0, 4, 1, 5);
  const b = v128.shuffle<f32>(r2, r3, 0, 4, 1, 5);
  const c = v128.shuffle<f32>(r0, r1, 2, 6, 3, 7);
  const d = v128.shuffle<f32>(r2, r3, 2, 6, 3, 7);
  v128.store(out, v128.shuffle<f64>(a, b, 0, 2));
  v128.store(out + step, v128.shuffle<f64>(a, b, 1, 3));
  v128.store(out + 2 * step, v128.shuffle<f64>(c, d, 0, 2));
  v128.store(out + 3 * step, v128.shuffle<f64>(c, d, 1, 3));
}

/** Rows of A contiguous in k: `rows` of them, `lda` bytes apart. */
function packRows(a: usize, lda: usize, rows: i32, kc: i32, out: usize): void {
  const step: usize = MR * 4;
  for (let i = 0; i < rows; i += MR) {
    const last = <usize>(min<i32>(rows - i, MR) - 1);
    let p0 = a;
    let p1 = a + lda * min<usize>(1, last);
    let p2 = a + lda * min<usize>(2, last);
    let p3 = a + lda * min<usize>(3, last);
    let p4 = a + lda * min<usize>(4, last);
    let p5 = a + lda * min<usize>(5, last);
    let left = kc;
    for (; left >= 4; left -= 4) {
      turn(p0, p1, p2, p3, out, step);
      if (MR == 6) {
        const r4 = v128.load(p4);
        const r5 = v128.load(p5);
        const e = v128.shuffle<f32>(r4, r5, 0, 4, 1, 5);
        const f = v128.shuffle<f32>(r4, r5, 2, 6, 3, 7);
        v128.store_lane<f64>(out, e, 0, 16);
        v128.store_lane<f64>(out, e, 1, 40);
        v128.store_lane<f64>(out, f, 0, 64);
        v128.store_lane<f64>(out, f, 1, 88);
        p4 += 16;
        p5 += 16;
      }
      p0 += 16;
      p1 += 16;
      p2 += 16;
      p3 += 16;
      out += 4 * step;
    }
    for (; left > 0; left--) {
      store<f32>(out, load<f32>(p0));
      store<f32>(out, load<f32>(p1), 4);
      store<f32>(out, load<f32>(p2), 8);
      store<f32>(out, load<f32>(p3), 12);
      if (MR == 6) {
        store<f32>(out, load<f32>(p4), 16);
        store<f32>(out, load<f32>(p5), 20);
        p4 += 4;
        p5 += 4;
      }
      p0 += 4;
      p1 += 4;
      p2 += 4;
      p3 += 4;
      out += step;
    }
    a += lda * MR;
  }
}

/** Rows of A strided in k: a column of `rows` elements is contiguous. */
function packColumns(a: usize, lda: usize, rows: i32, kc: i32, out: usize): void {
  for (let i = 0; i < rows; i += MR) {
    let p = a;
    if (i + MR <= rows) {
      for (let k = 0; k < kc; k++) {
        v128.store(out, v128.load(p));
        if (MR == 6) store<i64>(out, load<i64>(p, 16), 16);
        p += lda;
        out += MR * 4;
      }
    } else {
      for (let k = 0; k < kc; k++) {
        for (let r = 0; r < MR; r++) {
          const value = i + r < rows ? load<f32>(p + ((<usize>r) << 2)) : 0;
          store<f32>(out + ((<usize>r) << 2), value);
        }
        p += lda;
        out += MR * 4;
      }
    }
    a += MR * 4;
  }
}

/** Block of op(A) with `rows` rows and kc steps, as panels of MR rows. */
export function packA(
  a: usize,
  lda: usize,
  rows: i32,
  kc: i32,
  out: usize,
  transposed: bool,
): void {
  if (transposed) packColumns(a, lda, rows, kc, out);
  else packRows(a, lda, rows, kc, out);
}

/** Block of B with kc rows, `columns` columns, rows `ldb` bytes apart, as panels of 8 columns. */
function packStraight(b: usize, ldb: usize, kc: i32, columns: i32, out: usize): void {
  const panel = (<usize>kc) << 5;
  // Four panels at a time: a row gives two whole cache lines instead of half a one.
  for (; columns >= 32; columns -= 32) {
    let p = b;
    for (let k = 0; k < kc; k++) {
      let q = out;
      v128.store(q, v128.load(p));
      v128.store(q, v128.load(p, 16), 16);
      q += panel;
      v128.store(q, v128.load(p, 32));
      v128.store(q, v128.load(p, 48), 16);
      q += panel;
      v128.store(q, v128.load(p, 64));
      v128.store(q, v128.load(p, 80), 16);
      q += panel;
      v128.store(q, v128.load(p, 96));
      v128.store(q, v128.load(p, 112), 16);
      p += ldb;
      out += 32;
    }
    out += 3 * panel;
    b += 128;
  }
  for (; columns > 0; columns -= 8) {
    let p = b;
    if (columns >= 8) {
      for (let k = 0; k < kc; k++) {
        v128.store(out, v128.load(p));
        v128.store(out, v128.load(p, 16), 16);
        p += ldb;
        out += 32;
      }
    } else {
      const zero = f32x4.splat(0);
      for (let k = 0; k < kc; k++) {
        if (columns >= 4) {
          v128.store(out, v128.load(p));
          v128.store(out, columns > 4 ? loadPart(p + 16, columns - 4) : zero, 16);
        } else {
          v128.store(out, loadPart(p, columns));
          v128.store(out, zero, 16);
        }
        p += ldb;
        out += 32;
      }
    }
    b += 32;
  }
}

/** The same block of a B stored by columns: column j is `ldb` bytes after column j - 1. */
function packTurned(b: usize, ldb: usize, kc: i32, columns: i32, out: usize): void {
  for (; columns > 0; columns -= 8) {
    for (let half = 0; half < 2; half++) {
      const last = columns - half * 4 - 1;
      let q = out + ((<usize>half) << 4);
      let left = kc;
      if (last < 0) {
        for (; left > 0; left--, q += 32) v128.store(q, f32x4.splat(0));
        continue;
      }
      let p0 = b + <usize>half * 4 * ldb;
      let p1 = p0 + ldb * min<i32>(1, last);
      let p2 = p0 + ldb * min<i32>(2, last);
      let p3 = p0 + ldb * min<i32>(3, last);
      for (; left >= 4; left -= 4) {
        turn(p0, p1, p2, p3, q, 32);
        p0 += 16;
        p1 += 16;
        p2 += 16;
        p3 += 16;
        q += 128;
      }
      for (; left > 0; left--) {
        store<f32>(q, load<f32>(p0));
        store<f32>(q, load<f32>(p1), 4);
        store<f32>(q, load<f32>(p2), 8);
        store<f32>(q, load<f32>(p3), 12);
        p0 += 4;
        p1 += 4;
        p2 += 4;
        p3 += 4;
        q += 32;
      }
    }
    out += (<usize>kc) << 5;
    b += 8 * ldb;
  }
}

/** Block of op(B) with kc steps and `columns` columns, as panels of 8 columns. */
export function packB(
  b: usize,
  ldb: usize,
  kc: i32,
  columns: i32,
  out: usize,
  transposed: bool,
): void {
  if (transposed) packTurned(b, ldb, kc, columns, out);
  else packStraight(b, ldb, kc, columns, out);
}
