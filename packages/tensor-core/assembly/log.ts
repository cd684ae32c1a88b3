// log and log1p in four lanes.
//
// x = 2^e (1 + f) with 1 + f in [√½, √2), and log x = e ln 2 + f - f²/2 + f³ P(f), where P is a
// minimax polynomial of degree 8 (relative error of log: 7.5e-10).

import { madd, nmadd, select4 } from './lanes';

const LN2_HIGH: f32 = 0.693359375;
const LN2_LOW: f32 = -2.1219444005469057e-4;
const SQRT_HALF_BITS: i32 = 0x3f3504f3;

/** e ln 2 + log(1 + f). */
@inline
function logParts(f: v128, e: v128): v128 {
  let p = madd(f32x4.splat(0.06746371157), f, f32x4.splat(-0.1167549362));
  p = madd(p, f, f32x4.splat(0.1188819814));
  p = madd(p, f, f32x4.splat(-0.1240561704));
  p = madd(p, f, f32x4.splat(0.1421955074));
  p = madd(p, f, f32x4.splat(-0.1666799423));
  p = madd(p, f, f32x4.splat(0.2000211872));
  p = madd(p, f, f32x4.splat(-0.2500000963));
  p = madd(p, f, f32x4.splat(0.333333126));
  const square = f32x4.mul(f, f);
  let tail = f32x4.mul(f32x4.mul(square, f), p);
  tail = madd(e, f32x4.splat(LN2_LOW), tail);
  tail = nmadd(square, f32x4.splat(0.5), tail);
  return madd(e, f32x4.splat(LN2_HIGH), f32x4.add(f, tail));
}

/** log of zero is -Infinity, of a negative number NaN, of Infinity and NaN themselves. */
@inline
function logSpecial(x: v128, result: v128): v128 {
  const zero = f32x4.splat(0);
  const infinity = f32x4.splat(Infinity);
  const ordinary = v128.and(f32x4.gt(x, zero), f32x4.lt(x, infinity));
  let special = select4(f32x4.gt(x, zero), x, f32x4.splat(NaN));
  special = select4(f32x4.eq(x, zero), f32x4.splat(-Infinity), special);
  return select4(ordinary, result, special);
}

/** log x: at most 1 ulp from the true value, subnormal inputs included. */
@inline
export function log4(x: v128): v128 {
  const tiny = f32x4.lt(x, f32x4.splat(1.17549435e-38));
  const scaled = select4(tiny, f32x4.mul(x, f32x4.splat(33554432)), x);
  const shifted = i32x4.sub(scaled, i32x4.splat(SQRT_HALF_BITS));
  const exponent = i32x4.sub(i32x4.shr_s(shifted, 23), v128.and(tiny, i32x4.splat(25)));
  const mantissa = i32x4.add(
    v128.and(shifted, i32x4.splat(0x007fffff)),
    i32x4.splat(SQRT_HALF_BITS),
  );
  const f = f32x4.sub(mantissa, f32x4.splat(1));
  return logSpecial(x, logParts(f, f32x4.convert_i32x4_s(exponent)));
}

/**
 * log(1 + x). With u = 1 + x rounded, the rounding error x - (u - 1) is put back into f; where u
 * needs no scaling f is x itself, so small x lose nothing.
 */
@inline
export function log1px4(x: v128): v128 {
  const one = f32x4.splat(1);
  const u = f32x4.add(one, x);
  const shifted = i32x4.sub(u, i32x4.splat(SQRT_HALF_BITS));
  const exponent = i32x4.shr_s(shifted, 23);
  const mantissa = i32x4.add(
    v128.and(shifted, i32x4.splat(0x007fffff)),
    i32x4.splat(SQRT_HALF_BITS),
  );
  const lost = f32x4.sub(x, f32x4.sub(u, one));
  const bounded = i32x4.min_s(exponent, i32x4.splat(126));
  const power = i32x4.shl(i32x4.sub(i32x4.splat(127), bounded), 23);
  const reduced = madd(lost, power, f32x4.sub(mantissa, one));
  const f = select4(i32x4.eq(exponent, i32x4.splat(0)), x, reduced);
  return logSpecial(u, logParts(f, f32x4.convert_i32x4_s(exponent)));
}

/**
 * log(1 + x) for x in [0, 1], in half the time: with s = x / (2 + x) it is x - (x²/2 - s (x²/2 + s² Q(s²))), where Q is a minimax
 * polynomial of degree 3 (relative error of the whole: 4.5e-9; at most 1.2 ulp from the true value).
 */
@inline
export function log1pUnit4(x: v128): v128 {
  const s = f32x4.div(x, f32x4.add(x, f32x4.splat(2)));
  const z = f32x4.mul(s, s);
  let q = madd(f32x4.splat(0.2801199207), z, f32x4.splat(0.2800180429));
  q = madd(q, z, f32x4.splat(0.4002152729));
  q = madd(q, z, f32x4.splat(0.6666641628));
  const half = f32x4.mul(f32x4.mul(x, f32x4.splat(0.5)), x);
  return f32x4.sub(x, nmadd(s, madd(z, q, half), half));
}
