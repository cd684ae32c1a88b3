// σ and tanh for gates: one line of arithmetic each, without choices between formulas, for gates are
// many and the far tails of their sums hardly matter.

import { madd } from './lanes';

const LOG2_E: f32 = 1.4426950408889634;
const LN2_HIGH: f32 = 0.693359375;
const LN2_LOW: f32 = -2.1219444005469057e-4;

// Added to a number of magnitude below 2²², it leaves the nearest integer in the last bits.
const ROUNDER: f32 = 12582912;

/** k of x = k ln 2 + r, still added to the rounder. */
@inline
function wholes(x: v128): v128 {
  return madd(x, f32x4.splat(LOG2_E), f32x4.splat(ROUNDER));
}

/** e^r - 1 with r = x - k ln 2 and |r| ≤ ln 2 / 2, by the polynomial of exp.ts. */
@inline
function expm1Rest(x: v128, rounded: v128): v128 {
  const k = f32x4.sub(rounded, f32x4.splat(ROUNDER));
  const r = madd(k, f32x4.splat(-LN2_LOW), madd(k, f32x4.splat(-LN2_HIGH), x));
  let q = madd(f32x4.splat(0.001381463709), r, f32x4.splat(0.00836877817));
  q = madd(q, r, f32x4.splat(0.04166839165));
  q = madd(q, r, f32x4.splat(0.1666652013));
  q = madd(q, r, f32x4.splat(0.4999999342));
  return madd(f32x4.mul(r, r), q, r);
}

/** 2^k. */
@inline
function power(rounded: v128): v128 {
  return i32x4.add(i32x4.shl(rounded, 23), i32x4.splat(127 << 23));
}

/** 1 / (1 + e^-x); below -88.4, where 2^k is Infinity, it is 0, so that 0 times Infinity is NaN. */
@inline
export function gateSigmoid(x: v128): v128 {
  const one = f32x4.splat(1);
  const y = f32x4.pmin(f32x4.pmax(f32x4.neg(x), f32x4.splat(-87)), f32x4.splat(89));
  const k = wholes(y);
  const e = f32x4.mul(f32x4.add(expm1Rest(y, k), one), power(k));
  return f32x4.div(one, f32x4.add(one, e));
}

/** t / (t + 2) with t = e^2x - 1 = 2^k (e^r - 1) + (2^k - 1), which loses nothing near zero. */
@inline
export function gateTanh(x: v128): v128 {
  const y = f32x4.pmin(f32x4.pmax(f32x4.add(x, x), f32x4.splat(-20)), f32x4.splat(20));
  const k = wholes(y);
  const p = power(k);
  const t = madd(p, expm1Rest(y, k), f32x4.sub(p, f32x4.splat(1)));
  return f32x4.div(t, f32x4.add(t, f32x4.splat(2)));
}
