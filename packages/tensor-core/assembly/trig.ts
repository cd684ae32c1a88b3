// sin and cos in four lanes.
//
// x = k π/2 + r with |r| ≤ π/4. The reduction runs in float64, with π/2 split after 33 bits so
// that k times its first part is exact for every |x| up to MAX_REDUCED; beyond, a lane goes
// through the scalar float64 function.

import { high64, low64, madd, narrow64, select4 } from './lanes';

const TWO_OVER_PI: f64 = 0.6366197723675814;
const HALF_PI_HIGH: f64 = 1.5707963267341256;
const HALF_PI_LOW: f64 = 6.077100506506192e-11;
const MAX_REDUCED: f32 = 1000000;

/** sin r = r + r³ S(r²). */
@inline
function sinTail(r: v128, z: v128): v128 {
  let p = madd(f32x4.splat(-0.0001951700172), z, f32x4.splat(0.008332175859));
  p = madd(p, z, f32x4.splat(-0.166666549));
  return madd(f32x4.mul(r, z), p, r);
}

/** cos r = 1 - r²/2 + r⁴ C(r²). */
@inline
function cosTail(z: v128): v128 {
  let p = madd(f32x4.splat(2.443272346e-5), z, f32x4.splat(-0.001388731235));
  p = madd(p, z, f32x4.splat(0.0416666456));
  const half = f32x4.mul(z, f32x4.splat(0.5));
  return f32x4.add(f32x4.sub(f32x4.splat(1), half), f32x4.mul(f32x4.mul(z, z), p));
}

/** k = nearest(x 2/π) of a pair. */
@inline
function quarterTurns(x: v128): v128 {
  return f64x2.nearest(f64x2.mul(x, f64x2.splat(TWO_OVER_PI)));
}

/** r = x - k π/2 of a pair. */
@inline
function remainder(x: v128, k: v128): v128 {
  const first = f64x2.sub(x, f64x2.mul(k, f64x2.splat(HALF_PI_HIGH)));
  return f64x2.sub(first, f64x2.mul(k, f64x2.splat(HALF_PI_LOW)));
}

/** sin(x + shift π/2) for |x| ≤ MAX_REDUCED. */
@inline
function sinShifted(x: v128, shift: i32): v128 {
  const low = low64(x);
  const high = high64(x);
  const kLow = quarterTurns(low);
  const kHigh = quarterTurns(high);
  const r = narrow64(remainder(low, kLow), remainder(high, kHigh));
  const turns = v128.shuffle<f64>(
    i32x4.trunc_sat_f64x2_s_zero(kLow),
    i32x4.trunc_sat_f64x2_s_zero(kHigh),
    0,
    2,
  );
  const quadrant = i32x4.add(turns, i32x4.splat(shift));
  const z = f32x4.mul(r, r);
  const odd = i32x4.ne(v128.and(quadrant, i32x4.splat(1)), i32x4.splat(0));
  const value = select4(odd, cosTail(z), sinTail(r, z));
  // Quadrants 2 and 3 are negative: bit 1 of the quadrant becomes the sign bit.
  return v128.xor(value, i32x4.shl(v128.and(quadrant, i32x4.splat(2)), 30));
}

/** Replaces the lanes beyond the vector reduction by scalar float64 results. */
function sinFar(x: v128, near: v128, cosine: i32): v128 {
  let result = near;
  for (let lane = 0; lane < 4; lane++) {
    const value = f32x4.extract_lane(x, 0);
    if (abs<f32>(value) > MAX_REDUCED) {
      const far = <f32>(cosine ? NativeMath.cos(<f64>value) : NativeMath.sin(<f64>value));
      result = f32x4.replace_lane(result, 0, far);
    }
    // Rotates both vectors, so that every lane passes through lane 0 once.
    x = v128.shuffle<f32>(x, x, 1, 2, 3, 0);
    result = v128.shuffle<f32>(result, result, 1, 2, 3, 0);
  }
  return result;
}

/** sin x: at most 2 ulp from the true value. */
@inline
export function sin4(x: v128): v128 {
  // sin(-0) is -0: r of zero is +0, so zeros pass through unchanged.
  const near = select4(f32x4.eq(x, f32x4.splat(0)), x, sinShifted(x, 0));
  const far = f32x4.gt(f32x4.abs(x), f32x4.splat(MAX_REDUCED));
  return v128.any_true(far) ? sinFar(x, near, 0) : near;
}

/** cos x: at most 2 ulp from the true value. */
@inline
export function cos4(x: v128): v128 {
  const near = sinShifted(x, 1);
  const far = f32x4.gt(f32x4.abs(x), f32x4.splat(MAX_REDUCED));
  return v128.any_true(far) ? sinFar(x, near, 1) : near;
}
