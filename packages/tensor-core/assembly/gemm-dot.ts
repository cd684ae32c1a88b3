// The product of one row with one column: a dot product of contiguous vectors.

import { KC } from './gemm-block';
import { madd } from './lanes';

const BLOCK: usize = KC * 4;

/** One chain over kc steps. */
@inline
function chain(a: usize, b: usize, kc: i32): f32 {
  let sum = f32x4.splat(0);
  for (; kc > 0; kc--) {
    sum = madd(v128.load32_zero(a), v128.load32_zero(b), sum);
    a += 4;
    b += 4;
  }
  return f32x4.extract_lane(sum, 0);
}

/**
 * Stores Σ a b as the other paths of gemm compute it: a chain per block of KC, blocks added in
 * order. The chains of eight blocks run side by side, which hides the latency of one.
 */
export function gemmDot(a: usize, b: usize, c: usize, k: i32): void {
  let total = chain(a, b, min<i32>(k, KC));
  a += BLOCK;
  b += BLOCK;
  k -= KC;
  for (; k >= 8 * KC; k -= 8 * KC) {
    let s0 = f32x4.splat(0);
    let s1 = f32x4.splat(0);
    let s2 = f32x4.splat(0);
    let s3 = f32x4.splat(0);
    let s4 = f32x4.splat(0);
    let s5 = f32x4.splat(0);
    let s6 = f32x4.splat(0);
    let s7 = f32x4.splat(0);
    for (let i: usize = 0; i < BLOCK; i += 4) {
      const p = a + i;
      const q = b + i;
      s0 = madd(v128.load32_zero(p, 0), v128.load32_zero(q, 0), s0);
      s1 = madd(v128.load32_zero(p, 1024), v128.load32_zero(q, 1024), s1);
      s2 = madd(v128.load32_zero(p, 2048), v128.load32_zero(q, 2048), s2);
      s3 = madd(v128.load32_zero(p, 3072), v128.load32_zero(q, 3072), s3);
      s4 = madd(v128.load32_zero(p, 4096), v128.load32_zero(q, 4096), s4);
      s5 = madd(v128.load32_zero(p, 5120), v128.load32_zero(q, 5120), s5);
      s6 = madd(v128.load32_zero(p, 6144), v128.load32_zero(q, 6144), s6);
      s7 = madd(v128.load32_zero(p, 7168), v128.load32_zero(q, 7168), s7);
    }
    total += f32x4.extract_lane(s0, 0);
    total += f32x4.extract_lane(s1, 0);
    total += f32x4.extract_lane(s2, 0);
    total += f32x4.extract_lane(s3, 0);
    total += f32x4.extract_lane(s4, 0);
    total += f32x4.extract_lane(s5, 0);
    total += f32x4.extract_lane(s6, 0);
    total += f32x4.extract_lane(s7, 0);
    a += 8 * BLOCK;
    b += 8 * BLOCK;
  }
  for (; k > 0; k -= KC) {
    total += chain(a, b, min<i32>(k, KC));
    a += BLOCK;
    b += BLOCK;
  }
  store<f32>(c, total);
}
