// exp and expm1 in four lanes.
//
// x = k ln 2 + r with |r| ≤ ln 2 / 2, and e^x = 2^k e^r. e^r = 1 + r + r² q(r), where q is a
// minimax polynomial of degree 4 (relative error of e^r: 3.1e-9). ln 2 is split in two so that
// k times its first part is exact.

import { copysign4, madd } from './lanes';

const LOG2_E: f32 = 1.4426950408889634;
const LN2_HIGH: f32 = 0.693359375;
const LN2_LOW: f32 = -2.1219444005469057e-4;

/** q(r) = (e^r - 1 - r) / r². */
@inline
function expTail(r: v128): v128 {
  let q = madd(f32x4.splat(0.001381463709), r, f32x4.splat(0.00836877817));
  q = madd(q, r, f32x4.splat(0.04166839165));
  q = madd(q, r, f32x4.splat(0.1666652013));
  return madd(q, r, f32x4.splat(0.4999999342));
}

/** y * 2^k for k in [-252, 254], in two steps so that subnormal and huge results are reached. */
@inline
function scale2(y: v128, k: v128): v128 {
  const half = i32x4.shr_s(k, 1);
  const bias = i32x4.splat(127);
  const first = i32x4.shl(i32x4.add(half, bias), 23);
  const second = i32x4.shl(i32x4.add(i32x4.sub(k, half), bias), 23);
  return f32x4.mul(f32x4.mul(y, first), second);
}

/** e^(x + low), for a `low` that is small beside 1. */
@inline
export function expSum4(x: v128, low: v128): v128 {
  const bounded = f32x4.pmin(f32x4.pmax(x, f32x4.splat(-104)), f32x4.splat(89));
  const k = f32x4.nearest(f32x4.mul(bounded, f32x4.splat(LOG2_E)));
  let r = madd(k, f32x4.splat(-LN2_HIGH), bounded);
  r = f32x4.add(madd(k, f32x4.splat(-LN2_LOW), r), low);
  const p = madd(f32x4.mul(r, r), expTail(r), r);
  return scale2(f32x4.add(p, f32x4.splat(1)), i32x4.trunc_sat_f32x4_s(k));
}

/** e^x: at most 1 ulp from the true value, subnormal results included. */
@inline
export function exp4(x: v128): v128 {
  const bounded = f32x4.pmin(f32x4.pmax(x, f32x4.splat(-104)), f32x4.splat(89));
  const k = f32x4.nearest(f32x4.mul(bounded, f32x4.splat(LOG2_E)));
  const r = madd(k, f32x4.splat(-LN2_LOW), madd(k, f32x4.splat(-LN2_HIGH), bounded));
  const p = madd(f32x4.mul(r, r), expTail(r), r);
  return scale2(f32x4.add(p, f32x4.splat(1)), i32x4.trunc_sat_f32x4_s(k));
}

/** e^x - 1 = 2^k ((e^r - 1) + (1 - 2^-k)): no cancellation near zero. */
@inline
export function expm1x4(x: v128): v128 {
  const bounded = f32x4.pmin(f32x4.pmax(x, f32x4.splat(-18)), f32x4.splat(89));
  const k = f32x4.nearest(f32x4.mul(bounded, f32x4.splat(LOG2_E)));
  const r = madd(k, f32x4.splat(-LN2_LOW), madd(k, f32x4.splat(-LN2_HIGH), bounded));
  const p = madd(f32x4.mul(r, r), expTail(r), r);
  const n = i32x4.trunc_sat_f32x4_s(k);
  // Beyond k = 60 the term 2^-k is lost anyway, and its exponent would leave the format.
  const m = i32x4.min_s(n, i32x4.splat(60));
  const power = i32x4.shl(i32x4.sub(i32x4.splat(127), m), 23);
  const one = f32x4.sub(f32x4.splat(1), power);
  return copysign4(scale2(f32x4.add(p, one), n), x);
}
