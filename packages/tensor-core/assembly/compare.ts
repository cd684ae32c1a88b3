// Comparisons of two tensors, broadcast like binary.ts, writing one byte (0 or 1) per element.
// A comparison with NaN is false, except notEqual.

import { load4 } from './lanes';

const EQUAL = 0;
const NOT_EQUAL = 1;
const LESS = 2;
const LESS_EQUAL = 3;
const GREATER = 4;
const GREATER_EQUAL = 5;

/** */
@inline
function apply(op: i32, a: v128, b: v128): v128 {
  if (op == EQUAL) return f32x4.eq(a, b);
  if (op == NOT_EQUAL) return f32x4.ne(a, b);
  if (op == LESS) return f32x4.lt(a, b);
  if (op == LESS_EQUAL) return f32x4.le(a, b);
  if (op == GREATER) return f32x4.gt(a, b);
  return f32x4.ge(a, b);
}

/** Four lane masks as four bytes of 0 or 1. */
@inline
function maskBytes(mask: v128): v128 {
  const halves = i16x8.narrow_i32x4_s(mask, mask);
  return v128.and(i8x16.narrow_i16x8_s(halves, halves), i8x16.splat(1));
}

/** */
@inline
function storeBytes(out: usize, bytes: v128, count: i32): void {
  if (count >= 4) {
    v128.store_lane<i32>(out, bytes, 0);
    return;
  }
  store<u8>(out, i8x16.extract_lane_u(bytes, 0));
  if (count > 1) store<u8>(out, i8x16.extract_lane_u(bytes, 1), 1);
  if (count > 2) store<u8>(out, i8x16.extract_lane_u(bytes, 2), 2);
}

/** */
@inline
function compare(
  op: i32,
  a: usize,
  b: usize,
  out: usize,
  outer: i32,
  inner: i32,
  aOuter: i32,
  aInner: i32,
  bOuter: i32,
  bInner: i32,
): void {
  if (inner <= 0) return;
  for (let i = 0; i < outer; i++) {
    let pa = a + ((<usize>(i * aOuter)) << 2);
    let pb = b + ((<usize>(i * bOuter)) << 2);
    let po = out + <usize>(i * inner);
    const va = v128.load32_splat(pa);
    const vb = v128.load32_splat(pb);
    for (let left = inner; left > 0; left -= 4) {
      const left4 = aInner ? load4(pa, left) : va;
      const right4 = bInner ? load4(pb, left) : vb;
      storeBytes(po, maskBytes(apply(op, left4, right4)), left);
      pa += 16;
      pb += 16;
      po += 4;
    }
  }
}

/** a = b as one byte, 0 or 1. @kernel */
export function equal(
  a: usize,
  b: usize,
  out: usize,
  outer: i32,
  inner: i32,
  aOuter: i32,
  aInner: i32,
  bOuter: i32,
  bInner: i32,
): void {
  compare(EQUAL, a, b, out, outer, inner, aOuter, aInner, bOuter, bInner);
}

/** a ≠ b as one byte; true with NaN. @kernel */
export function notEqual(
  a: usize,
  b: usize,
  out: usize,
  outer: i32,
  inner: i32,
  aOuter: i32,
  aInner: i32,
  bOuter: i32,
  bInner: i32,
): void {
  compare(NOT_EQUAL, a, b, out, outer, inner, aOuter, aInner, bOuter, bInner);
}

/** a < b as one byte. @kernel */
export function less(
  a: usize,
  b: usize,
  out: usize,
  outer: i32,
  inner: i32,
  aOuter: i32,
  aInner: i32,
  bOuter: i32,
  bInner: i32,
): void {
  compare(LESS, a, b, out, outer, inner, aOuter, aInner, bOuter, bInner);
}

/** a ≤ b as one byte. @kernel */
export function lessEqual(
  a: usize,
  b: usize,
  out: usize,
  outer: i32,
  inner: i32,
  aOuter: i32,
  aInner: i32,
  bOuter: i32,
  bInner: i32,
): void {
  compare(LESS_EQUAL, a, b, out, outer, inner, aOuter, aInner, bOuter, bInner);
}

/** a > b as one byte. @kernel */
export function greater(
  a: usize,
  b: usize,
  out: usize,
  outer: i32,
  inner: i32,
  aOuter: i32,
  aInner: i32,
  bOuter: i32,
  bInner: i32,
): void {
  compare(GREATER, a, b, out, outer, inner, aOuter, aInner, bOuter, bInner);
}

/** a ≥ b as one byte. @kernel */
export function greaterEqual(
  a: usize,
  b: usize,
  out: usize,
  outer: i32,
  inner: i32,
  aOuter: i32,
  aInner: i32,
  bOuter: i32,
  bInner: i32,
): void {
  compare(GREATER_EQUAL, a, b, out, outer, inner, aOuter, aInner, bOuter, bInner);
}
