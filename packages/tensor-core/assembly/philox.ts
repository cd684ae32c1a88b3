// Random words from Philox 4x32-10 (Salmon et al., 2011), a counter-based generator:
// block j of four words is a function of the key and of the counter plus j alone.

import { storePart } from './lanes';

const MULTIPLIER_0: u32 = 0xd2511f53;
const MULTIPLIER_1: u32 = 0xcd9e8d57;
const WEYL_0: u32 = 0x9e3779b9;
const WEYL_1: u32 = 0xbb67ae85;

/** Four blocks at once, one to a lane: 16 words. */
@inline
function fourBlocks(out: usize, counter: u64, seedLow: i32, seedHigh: i32): void {
  const pair0 = i64x2.add(i64x2.splat(counter), i64x2(0, 1));
  const pair1 = i64x2.add(pair0, i64x2.splat(2));
  const m0 = i32x4.splat(MULTIPLIER_0);
  const m1 = i32x4.splat(MULTIPLIER_1);
  let c0 = v128.shuffle<i32>(pair0, pair1, 0, 2, 4, 6);
  let c1 = v128.shuffle<i32>(pair0, pair1, 1, 3, 5, 7);
  let c2 = i32x4.splat(0);
  let c3 = c2;
  let k0 = <u32>seedLow;
  let k1 = <u32>seedHigh;
  for (let round = 0; round < 10; round++) {
    // The products in 64 bits, of two lanes each: their upper and lower halves are what the round mixes.
    const p0 = i64x2.extmul_low_i32x4_u(c0, m0);
    const p1 = i64x2.extmul_high_i32x4_u(c0, m0);
    const q0 = i64x2.extmul_low_i32x4_u(c2, m1);
    const q1 = i64x2.extmul_high_i32x4_u(c2, m1);
    const high0 = v128.shuffle<i32>(p0, p1, 1, 3, 5, 7);
    const high1 = v128.shuffle<i32>(q0, q1, 1, 3, 5, 7);
    const next1 = v128.shuffle<i32>(q0, q1, 0, 2, 4, 6);
    const next3 = v128.shuffle<i32>(p0, p1, 0, 2, 4, 6);
    c0 = v128.xor(v128.xor(high1, c1), i32x4.splat(k0));
    c2 = v128.xor(v128.xor(high0, c3), i32x4.splat(k1));
    c1 = next1;
    c3 = next3;
    k0 += WEYL_0;
    k1 += WEYL_1;
  }
  const a = v128.shuffle<i32>(c0, c1, 0, 4, 1, 5);
  const b = v128.shuffle<i32>(c2, c3, 0, 4, 1, 5);
  const c = v128.shuffle<i32>(c0, c1, 2, 6, 3, 7);
  const d = v128.shuffle<i32>(c2, c3, 2, 6, 3, 7);
  v128.store(out, v128.shuffle<i64>(a, b, 0, 2));
  v128.store(out, v128.shuffle<i64>(a, b, 1, 3), 16);
  v128.store(out, v128.shuffle<i64>(c, d, 0, 2), 32);
  v128.store(out, v128.shuffle<i64>(c, d, 1, 3), 48);
}

/**
 * 32-bit words of Philox 4x32-10. Block j of four has the counter words
 * (counter + j as 64 bits, 0, 0) and the key (seedLow, seedHigh).
 * @kernel
 */
export function philoxWords(
  out: usize,
  n: i32,
  seedLow: i32,
  seedHigh: i32,
  counterLow: i32,
  counterHigh: i32,
): void {
  let counter = ((<u64>(<u32>counterHigh)) << 32) | <u64>(<u32>counterLow);
  for (; n >= 16; n -= 16) {
    fourBlocks(out, counter, seedLow, seedHigh);
    out += 64;
    counter += 4;
  }
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
    if (n >= 4) v128.store(out, words);
    else storePart(out, words, n);
    out += 16;
    n -= 4;
    counter++;
  }
}
