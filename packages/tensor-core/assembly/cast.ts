// Between bools (bytes 0 and 1), int32 and float32.

/** Bools as float32 0 and 1. @kernel */
export function boolToFloat(x: usize, out: usize, n: i32): void {
  for (; n >= 4; n -= 4) {
    const bytes = v128.load32_zero(x);
    const wide = i32x4.extend_low_i16x8_u(i16x8.extend_low_i8x16_u(bytes));
    v128.store(out, f32x4.convert_i32x4_s(wide));
    x += 4;
    out += 16;
  }
  for (; n > 0; n--) {
    store<f32>(out, <f32>load<u8>(x));
    x += 1;
    out += 4;
  }
}

/** int32 rounded to float32. @kernel */
export function intToFloat(x: usize, out: usize, n: i32): void {
  for (; n >= 4; n -= 4) {
    v128.store(out, f32x4.convert_i32x4_s(v128.load(x)));
    x += 16;
    out += 16;
  }
  for (; n > 0; n--) {
    store<f32>(out, <f32>load<i32>(x));
    x += 4;
    out += 4;
  }
}
