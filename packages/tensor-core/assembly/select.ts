// out[i] = cond[i * condStride] ? a[i * aStride] : b[i * bStride]; strides are 0 or 1.

import { load4, select4, store4 } from './lanes';

/** Up to four condition bytes as lane masks. */
@inline
function condition4(cond: usize, count: i32): v128 {
  let bytes: i32;
  if (count >= 4) {
    bytes = load<i32>(cond);
  } else {
    bytes = load<u8>(cond);
    if (count > 1) bytes |= (<i32>load<u8>(cond, 1)) << 8;
    if (count > 2) bytes |= (<i32>load<u8>(cond, 2)) << 16;
  }
  const wide = i32x4.extend_low_i16x8_u(i16x8.extend_low_i8x16_u(i32x4.splat(bytes)));
  return i32x4.ne(wide, i32x4.splat(0));
}

/** cond ? a : b, with cond in bytes and strides of 0 or 1. @kernel */
export function where(
  cond: usize,
  a: usize,
  b: usize,
  out: usize,
  n: i32,
  condStride: i32,
  aStride: i32,
  bStride: i32,
): void {
  if (n <= 0) return;
  const mask = i32x4.splat(load<u8>(cond) ? -1 : 0);
  const va = v128.load32_splat(a);
  const vb = v128.load32_splat(b);
  while (n > 0) {
    const chosen = condStride ? condition4(cond, n) : mask;
    const yes = aStride ? load4(a, n) : va;
    const no = bStride ? load4(b, n) : vb;
    store4(out, select4(chosen, yes, no), n);
    cond += 4;
    a += 16;
    b += 16;
    out += 16;
    n -= 4;
  }
}
