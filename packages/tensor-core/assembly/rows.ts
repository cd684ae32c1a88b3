// Gathering and scattering of rows, fills and copies.

import { store4 } from './lanes';

/** How many rows `touchRows` touches at most. */
export const TOUCHED: i32 = 16;

/**
 * Reads something of every cache line of the next rows that are named. Rows of a large table lie far apart; so their misses are
 * waited for together and not one after the other. The memory itself runs ahead in longer rows.
 */
export function touchRows(x: usize, index: usize, rows: i32, bytes: usize): void {
  if (bytes > 2048) return;
  for (let r = min(rows, TOUCHED); r > 0; r--, index += 4) {
    const row = x + <usize>load<i32>(index) * bytes;
    for (let at: usize = 0; at < bytes; at += 64) load<i32>(row + at);
  }
}

/**
 * out[r] = x[index[r]], rows of `width` 4-byte elements, int32 indices known to be valid.
 * @kernel
 */
export function gatherRows(x: usize, index: usize, out: usize, rows: i32, width: i32): void {
  const bytes = (<usize>width) << 2;
  for (; rows > 0; rows--) {
    if (rows % TOUCHED == 0) touchRows(x, index, TOUCHED, bytes);
    const from = x + <usize>load<i32>(index) * bytes;
    let at: usize = 0;
    for (; at + 16 <= bytes; at += 16) v128.store(out + at, v128.load(from + at));
    for (; at < bytes; at += 4) store<i32>(out + at, load<i32>(from + at));
    index += 4;
    out += bytes;
  }
}

/** out[index[r]] += x[r], row after row. @kernel */
export function scatterAddRows(out: usize, index: usize, x: usize, rows: i32, width: i32): void {
  scatterAddRowsPart(out, index, x, rows, width, width);
}

/** scatterAddRows for the first `columns` elements of each row. @kernel */
export function scatterAddRowsPart(
  out: usize,
  index: usize,
  x: usize,
  rows: i32,
  columns: i32,
  width: i32,
): void {
  const bytes = (<usize>columns) << 2;
  const step = (<usize>width) << 2;
  for (; rows > 0; rows--) {
    const to = out + <usize>load<i32>(index) * step;
    let at: usize = 0;
    for (; at + 16 <= bytes; at += 16) {
      v128.store(to + at, f32x4.add(v128.load(to + at), v128.load(x + at)));
    }
    for (; at < bytes; at += 4) store<f32>(to + at, load<f32>(to + at) + load<f32>(x + at));
    index += 4;
    x += step;
  }
}

/** 1 if no element is NaN or infinite, else 0. @kernel isFinite */
export function allFinite(x: usize, n: i32): i32 {
  // x - x is 0 for finite x and NaN otherwise, and NaN survives every sum.
  let s = f32x4.splat(0);
  while (n >= 4) {
    const v = v128.load(x);
    s = f32x4.add(s, f32x4.sub(v, v));
    x += 16;
    n -= 4;
  }
  for (; n > 0; n--) {
    const v = v128.load32_splat(x);
    s = f32x4.add(s, f32x4.sub(v, v));
    x += 4;
  }
  return i32(!v128.any_true(f32x4.ne(s, s)));
}

/** n copies of a float32 value. @kernel */
export function fill(out: usize, n: i32, value: f32): void {
  const v = f32x4.splat(value);
  while (n > 0) {
    store4(out, v, n);
    out += 16;
    n -= 4;
  }
}

/** Sets `bytes` bytes. @kernel */
export function fillBytes(out: usize, bytes: usize, value: i32): void {
  memory.fill(out, <u8>value, bytes);
}

/** Copies `bytes` bytes; the regions may overlap. @kernel */
export function copy(out: usize, x: usize, bytes: usize): void {
  memory.copy(out, x, bytes);
}
