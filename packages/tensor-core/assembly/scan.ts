// Running sums and products over the middle of (outer, n, inner), carried in float64.

import { high64, load4, low64, narrow64, store4 } from './lanes';

/** */
@inline
function scan(
  product: bool,
  x: usize,
  out: usize,
  outer: i32,
  n: i32,
  inner: i32,
  width: i32,
): void {
  const step = (<usize>width) << 2;
  for (; outer > 0; outer--) {
    if (width == 1) {
      let running: f64 = product ? 1 : 0;
      for (let i = 0, at: usize = 0; i < n; i++, at += 4) {
        const value = <f64>load<f32>(x + at);
        running = product ? running * value : running + value;
        store<f32>(out + at, <f32>running);
      }
    } else {
      for (let j = 0; j < inner; j += 4) {
        const count = min<i32>(inner - j, 4);
        let low = f64x2.splat(product ? 1 : 0);
        let high = low;
        for (let i = 0, at = (<usize>j) << 2; i < n; i++, at += step) {
          const v = load4(x + at, count);
          low = product ? f64x2.mul(low, low64(v)) : f64x2.add(low, low64(v));
          high = product ? f64x2.mul(high, high64(v)) : f64x2.add(high, high64(v));
          store4(out + at, narrow64(low, high), count);
        }
      }
    }
    x += step * n;
    out += step * n;
  }
}

/** Running sum along the middle; out has the shape of x. @kernel */
export function cumsum(x: usize, out: usize, outer: i32, n: i32, inner: i32): void {
  cumsumPart(x, out, outer, n, inner, inner);
}

/** cumsum for the first `inner` columns of (outer, n, width). @kernel */
export function cumsumPart(
  x: usize,
  out: usize,
  outer: i32,
  n: i32,
  inner: i32,
  width: i32,
): void {
  scan(false, x, out, outer, n, inner, width);
}

/** Running product along the middle; out has the shape of x. @kernel */
export function cumprod(x: usize, out: usize, outer: i32, n: i32, inner: i32): void {
  cumprodPart(x, out, outer, n, inner, inner);
}

/** cumprod for the first `inner` columns of (outer, n, width). @kernel */
export function cumprodPart(
  x: usize,
  out: usize,
  outer: i32,
  n: i32,
  inner: i32,
  width: i32,
): void {
  scan(true, x, out, outer, n, inner, width);
}
