// Vectors of four float32 lanes: the few idioms every kernel is made of.

/** a * b + c, fused where the build has relaxed SIMD. */
@inline
export function madd(a: v128, b: v128, c: v128): v128 {
  if (ASC_FEATURE_RELAXED_SIMD) return f32x4.relaxed_madd(a, b, c);
  return f32x4.add(f32x4.mul(a, b), c);
}

/** c - a * b, fused where the build has relaxed SIMD. */
@inline
export function nmadd(a: v128, b: v128, c: v128): v128 {
  if (ASC_FEATURE_RELAXED_SIMD) return f32x4.relaxed_nmadd(a, b, c);
  return f32x4.sub(c, f32x4.mul(a, b));
}

/** Lanes of `a` where the mask is set, of `b` elsewhere. */
@inline
export function select4(mask: v128, a: v128, b: v128): v128 {
  return v128.bitselect(a, b, mask);
}

/** The magnitude of `a` with the sign bit of `sign`. */
@inline
export function copysign4(a: v128, sign: v128): v128 {
  const bit = i32x4.splat(0x80000000);
  return v128.bitselect(sign, a, bit);
}

/** Loads 1 to 3 lanes and zeroes the rest. */
export function loadPart(x: usize, count: i32): v128 {
  if (count == 1) return v128.load32_zero(x);
  const two = v128.load64_zero(x);
  return count == 2 ? two : v128.load_lane<f32>(x, two, 2, 8);
}

/** Stores the first 1 to 3 lanes. */
export function storePart(out: usize, v: v128, count: i32): void {
  if (count == 1) {
    v128.store_lane<f32>(out, v, 0);
    return;
  }
  v128.store_lane<f64>(out, v, 0);
  if (count == 3) v128.store_lane<f32>(out, v, 2, 8);
}

/** Loads four lanes, or what is left of them. */
@inline
export function load4(x: usize, count: i32): v128 {
  return count >= 4 ? v128.load(x) : loadPart(x, count);
}

/** Stores four lanes, or what is left of them. */
@inline
export function store4(out: usize, v: v128, count: i32): void {
  if (count >= 4) v128.store(out, v);
  else storePart(out, v, count);
}

/** Lanes 0 and 1 as float64. */
@inline
export function low64(v: v128): v128 {
  return f64x2.promote_low_f32x4(v);
}

/** Lanes 2 and 3 as float64. */
@inline
export function high64(v: v128): v128 {
  return f64x2.promote_low_f32x4(v128.shuffle<f64>(v, v, 1, 0));
}

/** Four float32 lanes from two pairs of float64. */
@inline
export function narrow64(low: v128, high: v128): v128 {
  return v128.shuffle<f64>(f32x4.demote_f64x2_zero(low), f32x4.demote_f64x2_zero(high), 0, 2);
}

/** Sum of the two float64 lanes. */
@inline
export function sum64(v: v128): f64 {
  return f64x2.extract_lane(v, 0) + f64x2.extract_lane(v, 1);
}

/** Sum of the four float32 lanes, added up in float64 in lane order. */
@inline
export function sumLanes(v: v128): f64 {
  return sum64(f64x2.add(low64(v), high64(v)));
}

/** Largest lane; NaN if there is one. */
@inline
export function maxLanes(v: v128): f32 {
  const pair = f32x4.max(v, v128.shuffle<f64>(v, v, 1, 0));
  return max<f32>(f32x4.extract_lane(pair, 0), f32x4.extract_lane(pair, 1));
}

/** Smallest lane; NaN if there is one. */
@inline
export function minLanes(v: v128): f32 {
  const pair = f32x4.min(v, v128.shuffle<f64>(v, v, 1, 0));
  return min<f32>(f32x4.extract_lane(pair, 0), f32x4.extract_lane(pair, 1));
}
