// Elementwise functions computed one element at a time in float64 and rounded once to float32.

const TAN = 0;
const SINH = 1;
const COSH = 2;
const ASIN = 3;
const ACOS = 4;
const ATAN = 5;

/** */
@inline
function apply(op: i32, x: f64): f64 {
  if (op == TAN) return NativeMath.tan(x);
  if (op == SINH) return NativeMath.sinh(x);
  if (op == COSH) return NativeMath.cosh(x);
  if (op == ASIN) return NativeMath.asin(x);
  if (op == ACOS) return NativeMath.acos(x);
  return NativeMath.atan(x);
}

/** */
@inline
function scalar(op: i32, x: usize, out: usize, n: i32): void {
  for (let i = 0; i < n; i++) {
    store<f32>(out, <f32>apply(op, <f64>load<f32>(x)));
    x += 4;
    out += 4;
  }
}

/** tan x, computed in float64. @kernel */
export function tan(x: usize, out: usize, n: i32): void {
  scalar(TAN, x, out, n);
}

/** sinh x, computed in float64. @kernel */
export function sinh(x: usize, out: usize, n: i32): void {
  scalar(SINH, x, out, n);
}

/** cosh x, computed in float64. @kernel */
export function cosh(x: usize, out: usize, n: i32): void {
  scalar(COSH, x, out, n);
}

/** asin x, computed in float64. @kernel */
export function asin(x: usize, out: usize, n: i32): void {
  scalar(ASIN, x, out, n);
}

/** acos x, computed in float64. @kernel */
export function acos(x: usize, out: usize, n: i32): void {
  scalar(ACOS, x, out, n);
}

/** atan x, computed in float64. @kernel */
export function atan(x: usize, out: usize, n: i32): void {
  scalar(ATAN, x, out, n);
}
