// Uniform random numbers from Philox 4x32-10 (Salmon et al., 2011), a counter-based generator:
// block j of four words is a function of the key and of the counter plus j alone.

import { storePart } from './lanes';

const MULTIPLIER_0: u32 = 0xd2511f53;
const MULTIPLIER_1: u32 = 0xcd9e8d57;
const WEYL_0: u32 = 0x9e3779b9;
const WEYL_1: u32 = 0xbb67ae85;

/** out[i] = (word i >>> 8) * 2^-24, in [0, 1). */
export function philoxUniform(
  out: usize,
  n: i32,
  seedLow: i32,
  seedHigh: i32,
  counterLow: i32,
  counterHigh: i32,
): void {
  let counter = ((<u64>(<u32>counterHigh)) << 32) | <u64>(<u32>counterLow);
  const scale = f32x4.splat(5.9604644775390625e-8);
  while (n > 0) {
    let c0 = <u32>counter;
    let c1 = <u32>(counter >> 32);
    let c2: u32 = 0;
    let c3: u32 = 0;
    let k0 = <u32>seedLow;
    let k1 = <u32>seedHigh;
    for (let round = 0; round < 10; round++) {
      const p0 = <u64>MULTIPLIER_0 * <u64>c0;
      const p1 = <u64>MULTIPLIER_1 * <u64>c2;
      c0 = <u32>(p1 >> 32) ^ c1 ^ k0;
      c1 = <u32>p1;
      c2 = <u32>(p0 >> 32) ^ c3 ^ k1;
      c3 = <u32>p0;
      k0 += WEYL_0;
      k1 += WEYL_1;
    }
    let words = i32x4.splat(c0);
    words = i32x4.replace_lane(words, 1, c1);
    words = i32x4.replace_lane(words, 2, c2);
    words = i32x4.replace_lane(words, 3, c3);
    const value = f32x4.mul(f32x4.convert_i32x4_u(i32x4.shr_u(words, 8)), scale);
    if (n >= 4) v128.store(out, value);
    else storePart(out, value, n);
    out += 16;
    n -= 4;
    counter++;
  }
}
