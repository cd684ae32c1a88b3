// What optimizers do to parameters and to what they remember, in one pass each. out may be an operand.

import { load4, madd, store4 } from './lanes';

/** out = alpha a + beta b. */
export function combine(a: usize, b: usize, out: usize, n: i32, alpha: f32, beta: f32): void {
  const s = f32x4.splat(alpha);
  const t = f32x4.splat(beta);
  for (; n > 0; n -= 4) {
    store4(out, madd(t, load4(b, n), f32x4.mul(s, load4(a, n))), n);
    a += 16;
    b += 16;
    out += 16;
  }
}

/** out = alpha a + beta b². */
export function combineSquare(a: usize, b: usize, out: usize, n: i32, alpha: f32, beta: f32): void {
  const s = f32x4.splat(alpha);
  const t = f32x4.splat(beta);
  for (; n > 0; n -= 4) {
    const y = load4(b, n);
    store4(out, madd(f32x4.mul(t, y), y, f32x4.mul(s, load4(a, n))), n);
    a += 16;
    b += 16;
    out += 16;
  }
}

/** out = alpha p + beta x / (√v + eps). */
export function addQuotient(
  p: usize,
  x: usize,
  v: usize,
  out: usize,
  n: i32,
  alpha: f32,
  beta: f32,
  eps: f32,
): void {
  const s = f32x4.splat(alpha);
  const t = f32x4.splat(beta);
  const e = f32x4.splat(eps);
  for (; n > 0; n -= 4) {
    const below = f32x4.add(f32x4.sqrt(load4(v, n)), e);
    const step = f32x4.div(f32x4.mul(t, load4(x, n)), below);
    store4(out, madd(s, load4(p, n), step), n);
    p += 16;
    x += 16;
    v += 16;
    out += 16;
  }
}
