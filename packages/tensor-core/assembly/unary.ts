// Elementwise functions of one tensor: out[i] = f(x[i]). out may be x.

import { erf4, gelu4, geluTanh4, mish4, sigmoid4, silu4, softplus4, tanh4 } from './activations';
import { exp4, expm1x4 } from './exp';
import { log1px4, log4 } from './log';
import { load4, select4, store4 } from './lanes';
import { cos4, sin4 } from './trig';

const NEG = 0;
const ABS = 1;
const SIGN = 2;
const EXP = 3;
const EXPM1 = 4;
const LOG = 5;
const LOG1P = 6;
const SQRT = 7;
const RSQRT = 8;
const SQUARE = 9;
const RECIPROCAL = 10;
const SIN = 11;
const COS = 12;
const TANH = 13;
const SIGMOID = 14;
const SOFTPLUS = 15;
const ERF = 16;
const FLOOR = 17;
const CEIL = 18;
const ROUND = 19;
const RELU = 20;
const GELU = 21;
const GELU_TANH = 22;
const SILU = 23;
const MISH = 24;
const HARDSIGMOID = 25;
const LEAKY_RELU = 26;
const ELU = 27;
const CELU = 28;
const CLAMP = 29;

const SELU_SCALE: f32 = 1.0507009873554805;
const SELU_SCALED_ALPHA: f32 = 1.7580993408473768;

/** The chosen function of four lanes; `op` is a constant, so one branch is left. */
@inline
function apply(op: i32, x: v128, p: v128, q: v128): v128 {
  const zero = f32x4.splat(0);
  if (op == NEG) return f32x4.neg(x);
  if (op == ABS) return f32x4.abs(x);
  if (op == SIGN) {
    const below = select4(f32x4.lt(x, zero), f32x4.splat(-1), x);
    return select4(f32x4.gt(x, zero), f32x4.splat(1), below);
  }
  if (op == EXP) return exp4(x);
  if (op == EXPM1) return expm1x4(x);
  if (op == LOG) return log4(x);
  if (op == LOG1P) return select4(f32x4.eq(x, zero), x, log1px4(x));
  if (op == SQRT) return f32x4.sqrt(x);
  if (op == RSQRT) return f32x4.div(f32x4.splat(1), f32x4.sqrt(x));
  if (op == SQUARE) return f32x4.mul(x, x);
  if (op == RECIPROCAL) return f32x4.div(f32x4.splat(1), x);
  if (op == SIN) return sin4(x);
  if (op == COS) return cos4(x);
  if (op == TANH) return tanh4(x);
  if (op == SIGMOID) return sigmoid4(x);
  if (op == SOFTPLUS) return softplus4(x);
  if (op == ERF) return erf4(x);
  if (op == FLOOR) return f32x4.floor(x);
  if (op == CEIL) return f32x4.ceil(x);
  if (op == ROUND) return f32x4.nearest(x);
  if (op == RELU) return f32x4.max(x, zero);
  if (op == GELU) return gelu4(x);
  if (op == GELU_TANH) return geluTanh4(x);
  if (op == SILU) return silu4(x);
  if (op == MISH) return mish4(x);
  if (op == HARDSIGMOID) {
    const shifted = f32x4.add(x, f32x4.splat(3));
    const bounded = f32x4.pmin(f32x4.pmax(shifted, zero), f32x4.splat(6));
    return f32x4.div(bounded, f32x4.splat(6));
  }
  const positive = f32x4.gt(x, zero);
  if (op == LEAKY_RELU) return select4(positive, x, f32x4.mul(x, p));
  // p is the factor above zero, q the one below; CELU divides its argument by q as well.
  if (op == ELU) return select4(positive, f32x4.mul(x, p), f32x4.mul(q, expm1x4(x)));
  if (op == CELU) return select4(positive, x, f32x4.mul(q, expm1x4(f32x4.div(x, q))));
  return f32x4.pmin(f32x4.pmax(x, p), q);
}

/** The last vector of a row may hold 1 to 3 elements and takes the same path as the others. */
@inline
function unary(op: i32, x: usize, out: usize, n: i32, p: f32, q: f32): void {
  const first = f32x4.splat(p);
  const second = f32x4.splat(q);
  while (n > 0) {
    store4(out, apply(op, load4(x, n), first, second), n);
    x += 16;
    out += 16;
    n -= 4;
  }
}

/** -x. @kernel */
export function neg(x: usize, out: usize, n: i32): void {
  unary(NEG, x, out, n, 0, 0);
}

/** |x|. @kernel */
export function abs(x: usize, out: usize, n: i32): void {
  unary(ABS, x, out, n, 0, 0);
}

/** -1, 0 or 1; NaN stays NaN, and -0 stays -0. @kernel */
export function sign(x: usize, out: usize, n: i32): void {
  unary(SIGN, x, out, n, 0, 0);
}

/** e^x, within 1 ulp. @kernel */
export function exp(x: usize, out: usize, n: i32): void {
  unary(EXP, x, out, n, 0, 0);
}

/** e^x - 1, within 2 ulp. @kernel */
export function expm1(x: usize, out: usize, n: i32): void {
  unary(EXPM1, x, out, n, 0, 0);
}

/** log x, within 1 ulp. @kernel */
export function log(x: usize, out: usize, n: i32): void {
  unary(LOG, x, out, n, 0, 0);
}

/** log(1 + x), within 2 ulp. @kernel */
export function log1p(x: usize, out: usize, n: i32): void {
  unary(LOG1P, x, out, n, 0, 0);
}

/** √x, correctly rounded. @kernel */
export function sqrt(x: usize, out: usize, n: i32): void {
  unary(SQRT, x, out, n, 0, 0);
}

/** 1 / √x, within 1.5 ulp. @kernel */
export function rsqrt(x: usize, out: usize, n: i32): void {
  unary(RSQRT, x, out, n, 0, 0);
}

/** x². @kernel */
export function square(x: usize, out: usize, n: i32): void {
  unary(SQUARE, x, out, n, 0, 0);
}

/** 1 / x, correctly rounded. @kernel */
export function reciprocal(x: usize, out: usize, n: i32): void {
  unary(RECIPROCAL, x, out, n, 0, 0);
}

/** sin x, within 2 ulp. @kernel */
export function sin(x: usize, out: usize, n: i32): void {
  unary(SIN, x, out, n, 0, 0);
}

/** cos x, within 2 ulp. @kernel */
export function cos(x: usize, out: usize, n: i32): void {
  unary(COS, x, out, n, 0, 0);
}

/** tanh x, within 2 ulp. @kernel */
export function tanh(x: usize, out: usize, n: i32): void {
  unary(TANH, x, out, n, 0, 0);
}

/** 1 / (1 + e^-x), within 2.5 ulp. @kernel */
export function sigmoid(x: usize, out: usize, n: i32): void {
  unary(SIGMOID, x, out, n, 0, 0);
}

/** log(1 + e^x), x itself beyond 20; within 2 ulp. @kernel */
export function softplus(x: usize, out: usize, n: i32): void {
  unary(SOFTPLUS, x, out, n, 0, 0);
}

/** error function, within 2 ulp. @kernel */
export function erf(x: usize, out: usize, n: i32): void {
  unary(ERF, x, out, n, 0, 0);
}

/** largest integer ≤ x. @kernel */
export function floor(x: usize, out: usize, n: i32): void {
  unary(FLOOR, x, out, n, 0, 0);
}

/** smallest integer ≥ x. @kernel */
export function ceil(x: usize, out: usize, n: i32): void {
  unary(CEIL, x, out, n, 0, 0);
}

/** nearest integer, ties to even. @kernel */
export function round(x: usize, out: usize, n: i32): void {
  unary(ROUND, x, out, n, 0, 0);
}

/** max(x, 0). @kernel */
export function relu(x: usize, out: usize, n: i32): void {
  unary(RELU, x, out, n, 0, 0);
}

/** x Φ(x), within 6 ulp, in the tails too. @kernel */
export function gelu(x: usize, out: usize, n: i32): void {
  unary(GELU, x, out, n, 0, 0);
}

/** x (1 + tanh(√(2/π) (x + 0.044715 x³))) / 2, within 6 ulp for x ≥ -2 and 4e-7 below. @kernel */
export function geluTanh(x: usize, out: usize, n: i32): void {
  unary(GELU_TANH, x, out, n, 0, 0);
}

/** x σ(x), within 3 ulp down to x = -80. @kernel */
export function silu(x: usize, out: usize, n: i32): void {
  unary(SILU, x, out, n, 0, 0);
}

/** x tanh(log(1 + e^x)), within 4 ulp down to x = -80. @kernel */
export function mish(x: usize, out: usize, n: i32): void {
  unary(MISH, x, out, n, 0, 0);
}

/** min(max(x + 3, 0), 6) / 6. @kernel */
export function hardsigmoid(x: usize, out: usize, n: i32): void {
  unary(HARDSIGMOID, x, out, n, 0, 0);
}

/** x > 0 ? x : p x. @kernel */
export function leakyRelu(x: usize, out: usize, n: i32, slope: f32): void {
  unary(LEAKY_RELU, x, out, n, slope, 0);
}

/** x > 0 ? x : p (e^x - 1). @kernel */
export function elu(x: usize, out: usize, n: i32, alpha: f32): void {
  unary(ELU, x, out, n, 1, alpha);
}

/** scaled exponential linear unit, within 2.5 ulp. @kernel */
export function selu(x: usize, out: usize, n: i32): void {
  unary(ELU, x, out, n, SELU_SCALE, SELU_SCALED_ALPHA);
}

/** x > 0 ? x : p (e^(x/p) - 1). @kernel */
export function celu(x: usize, out: usize, n: i32, alpha: f32): void {
  unary(CELU, x, out, n, 0, alpha);
}

/** min(max(x, low), high); NaN stays NaN. @kernel */
export function clamp(x: usize, out: usize, n: i32, low: f32, high: f32): void {
  unary(CLAMP, x, out, n, low, high);
}
