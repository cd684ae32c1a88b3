// Register blocks of the packed matrix product: C (+)= A B for one panel of A and one of B.
//
// Every element of C is one chain a₀b₀ + a₁b₁ + … over the kc steps of a block, in that order,
// whatever the shape of the register block: so no result depends on how rows or columns are split.

import { madd } from './lanes';

/** Stores 8 results, or adds them to what earlier blocks of k left. */
@inline
export function storePair(c: usize, x: v128, y: v128, first: bool): void {
  if (first) {
    v128.store(c, x);
    v128.store(c, y, 16);
  } else {
    v128.store(c, f32x4.add(v128.load(c), x));
    v128.store(c, f32x4.add(v128.load(c, 16), y), 16);
  }
}

/** 6 rows by 8 columns. */
@inline
function micro6(kc: i32, a: usize, b: usize, c: usize, ldc: usize, first: bool): void {
  let c00 = f32x4.splat(0);
  let c01 = f32x4.splat(0);
  let c10 = f32x4.splat(0);
  let c11 = f32x4.splat(0);
  let c20 = f32x4.splat(0);
  let c21 = f32x4.splat(0);
  let c30 = f32x4.splat(0);
  let c31 = f32x4.splat(0);
  let c40 = f32x4.splat(0);
  let c41 = f32x4.splat(0);
  let c50 = f32x4.splat(0);
  let c51 = f32x4.splat(0);
  let x: v128;
  let b0: v128;
  let b1: v128;
  for (; kc > 0; kc--) {
    b0 = v128.load(b, 0);
    b1 = v128.load(b, 16);
    x = v128.load32_splat(a, 0);
    c00 = madd(x, b0, c00);
    c01 = madd(x, b1, c01);
    x = v128.load32_splat(a, 4);
    c10 = madd(x, b0, c10);
    c11 = madd(x, b1, c11);
    x = v128.load32_splat(a, 8);
    c20 = madd(x, b0, c20);
    c21 = madd(x, b1, c21);
    x = v128.load32_splat(a, 12);
    c30 = madd(x, b0, c30);
    c31 = madd(x, b1, c31);
    x = v128.load32_splat(a, 16);
    c40 = madd(x, b0, c40);
    c41 = madd(x, b1, c41);
    x = v128.load32_splat(a, 20);
    c50 = madd(x, b0, c50);
    c51 = madd(x, b1, c51);
    a += 24;
    b += 32;
  }
  storePair(c, c00, c01, first);
  c += ldc;
  storePair(c, c10, c11, first);
  c += ldc;
  storePair(c, c20, c21, first);
  c += ldc;
  storePair(c, c30, c31, first);
  c += ldc;
  storePair(c, c40, c41, first);
  c += ldc;
  storePair(c, c50, c51, first);
}

/** 4 rows by 8 columns. */
@inline
function micro4(kc: i32, a: usize, b: usize, c: usize, ldc: usize, first: bool): void {
  let c00 = f32x4.splat(0);
  let c01 = f32x4.splat(0);
  let c10 = f32x4.splat(0);
  let c11 = f32x4.splat(0);
  let c20 = f32x4.splat(0);
  let c21 = f32x4.splat(0);
  let c30 = f32x4.splat(0);
  let c31 = f32x4.splat(0);
  let x: v128;
  let b0: v128;
  let b1: v128;
  for (; kc > 0; kc--) {
    b0 = v128.load(b, 0);
    b1 = v128.load(b, 16);
    x = v128.load32_splat(a, 0);
    c00 = madd(x, b0, c00);
    c01 = madd(x, b1, c01);
    x = v128.load32_splat(a, 4);
    c10 = madd(x, b0, c10);
    c11 = madd(x, b1, c11);
    x = v128.load32_splat(a, 8);
    c20 = madd(x, b0, c20);
    c21 = madd(x, b1, c21);
    x = v128.load32_splat(a, 12);
    c30 = madd(x, b0, c30);
    c31 = madd(x, b1, c31);
    a += 16;
    b += 32;
  }
  storePair(c, c00, c01, first);
  c += ldc;
  storePair(c, c10, c11, first);
  c += ldc;
  storePair(c, c20, c21, first);
  c += ldc;
  storePair(c, c30, c31, first);
}

/** The register block of this build: 12 accumulators leave too few registers where a product needs its own. */
export const MR: i32 = ASC_FEATURE_RELAXED_SIMD ? 6 : 4;

/** One full register block. */
export function micro(kc: i32, a: usize, b: usize, c: usize, ldc: usize, first: bool): void {
  if (MR == 6) micro6(kc, a, b, c, ldc, first);
  else micro4(kc, a, b, c, ldc, first);
}
