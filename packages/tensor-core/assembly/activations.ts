// Smooth activations in four lanes, built on exp and log1p, each in a form without cancellation.

import { exp4, expSum4 } from './exp';
import { log1pUnit4 } from './log';
import { copysign4, madd, select4 } from './lanes';

/** tanh x = x + x³ T(x²) for |x| < 0.6, else ±(1 - 2 / (e^(2|x|) + 1)). */
@inline
export function tanh4(x: v128): v128 {
  const z = f32x4.mul(x, x);
  let p = madd(f32x4.splat(-0.005906086136), z, f32x4.splat(0.02080554866));
  p = madd(p, z, f32x4.splat(-0.05378672508));
  p = madd(p, z, f32x4.splat(0.1333195867));
  p = madd(p, z, f32x4.splat(-0.3333329929));
  const small = madd(f32x4.mul(x, z), p, x);
  const one = f32x4.splat(1);
  const magnitude = f32x4.pmin(f32x4.abs(x), f32x4.splat(10));
  const e = exp4(f32x4.add(magnitude, magnitude));
  const large = f32x4.sub(one, f32x4.div(f32x4.splat(2), f32x4.add(e, one)));
  const chosen = select4(f32x4.lt(magnitude, f32x4.splat(0.6)), small, large);
  return copysign4(chosen, x);
}

/** σ(x) = (x < 0 ? z : 1) / (1 + z) with z = e^-|x|. */
@inline
export function sigmoid4(x: v128): v128 {
  const one = f32x4.splat(1);
  const z = exp4(f32x4.neg(f32x4.abs(x)));
  const top = select4(f32x4.lt(x, f32x4.splat(0)), z, one);
  return f32x4.div(top, f32x4.add(one, z));
}

/** x σ(x). */
@inline
export function silu4(x: v128): v128 {
  const one = f32x4.splat(1);
  const z = exp4(f32x4.neg(f32x4.abs(x)));
  const top = select4(f32x4.lt(x, f32x4.splat(0)), z, one);
  return f32x4.div(f32x4.mul(x, top), f32x4.add(one, z));
}

/** log(1 + e^x) = max(x, 0) + log1p(e^-|x|); x itself beyond 20. */
@inline
export function softplus4(x: v128): v128 {
  const z = exp4(f32x4.neg(f32x4.abs(x)));
  const soft = f32x4.add(f32x4.pmax(x, f32x4.splat(0)), log1pUnit4(z));
  return select4(f32x4.gt(x, f32x4.splat(20)), x, soft);
}

/**
 * x tanh(log(1 + e^x)). With z = e^-|x| the tanh is n / (n + 2) for x < 0, where n = z² + 2z, and
 * (1 + 2z) / (1 + 2z + 2z²) otherwise.
 */
@inline
export function mish4(x: v128): v128 {
  const one = f32x4.splat(1);
  const two = f32x4.splat(2);
  const z = exp4(f32x4.neg(f32x4.abs(x)));
  const negative = f32x4.lt(x, f32x4.splat(0));
  const falling = f32x4.mul(z, f32x4.add(z, two));
  const rising = madd(two, z, one);
  const top = select4(negative, falling, rising);
  const rest = select4(negative, two, f32x4.mul(two, f32x4.mul(z, z)));
  return f32x4.div(f32x4.mul(x, top), f32x4.add(top, rest));
}

/** erf x = x + x E(x²) for |x| < 0.9, else ±(1 - e^-p(|x|)) with p = -log erfc. */
@inline
export function erf4(x: v128): v128 {
  const z = f32x4.mul(x, x);
  let s = madd(f32x4.splat(-0.0006090450837), z, f32x4.splat(0.005011978738));
  s = madd(s, z, f32x4.splat(-0.0267789179));
  s = madd(s, z, f32x4.splat(0.1128214098));
  s = madd(s, z, f32x4.splat(-0.3761252328));
  s = madd(s, z, f32x4.splat(0.128379154));
  const small = madd(x, s, x);
  const magnitude = f32x4.abs(x);
  const t = f32x4.pmin(magnitude, f32x4.splat(3.95));
  let p = madd(f32x4.splat(-0.0001971377426), t, f32x4.splat(0.003055219539));
  p = madd(p, t, f32x4.splat(-0.0222757065));
  p = madd(p, t, f32x4.splat(0.1040348162));
  p = madd(p, t, f32x4.splat(0.6370623195));
  p = madd(p, t, f32x4.splat(1.127748213));
  p = madd(p, t, f32x4.splat(0.0001777847619));
  const large = f32x4.sub(f32x4.splat(1), exp4(f32x4.neg(p)));
  const chosen = select4(f32x4.lt(magnitude, f32x4.splat(0.9)), small, large);
  return copysign4(chosen, x);
}

/**
 * Φ(-t) = e^(-t²/2) Q(w) for t ≥ 0, with w = 1 / (1 + 0.3 t) and Q a polynomial in w without
 * constant term. t² is taken in two parts, since its rounding error would be magnified.
 */
@inline
function normalTail(t: v128): v128 {
  const head = v128.and(t, i32x4.splat(0xfffff000));
  const minusHalf = f32x4.splat(-0.5);
  const high = f32x4.mul(f32x4.mul(head, head), minusHalf);
  const low = f32x4.mul(f32x4.mul(f32x4.sub(t, head), f32x4.add(t, head)), minusHalf);
  const one = f32x4.splat(1);
  const w = f32x4.div(one, madd(f32x4.splat(0.3), t, one));
  let q = madd(f32x4.splat(-0.02062919993), w, f32x4.splat(0.1124653029));
  q = madd(q, w, f32x4.splat(-0.228279817));
  q = madd(q, w, f32x4.splat(0.1918677801));
  q = madd(q, w, f32x4.splat(-0.07948834779));
  q = madd(q, w, f32x4.splat(0.09618923674));
  q = madd(q, w, f32x4.splat(0.07837928626));
  q = madd(q, w, f32x4.splat(0.1102374678));
  q = madd(q, w, f32x4.splat(0.1195715887));
  q = madd(q, w, f32x4.splat(0.1196867004));
  return f32x4.mul(f32x4.mul(q, w), expSum4(high, low));
}

/** x Φ(x), the exact GELU: the tail Φ(-|x|) keeps its relative accuracy. */
@inline
export function gelu4(x: v128): v128 {
  const tail = normalTail(f32x4.pmin(f32x4.abs(x), f32x4.splat(14.5)));
  const body = f32x4.sub(f32x4.splat(1), tail);
  return f32x4.mul(x, select4(f32x4.lt(x, f32x4.splat(0)), tail, body));
}

/** x (1 + tanh u) / 2 = x σ(2u) with u = √(2/π) (x + 0.044715 x³). */
@inline
export function geluTanh4(x: v128): v128 {
  const cubic = madd(f32x4.mul(x, x), f32x4.splat(0.0713548162726), f32x4.splat(1.5957691216));
  return f32x4.mul(x, sigmoid4(f32x4.mul(x, cubic)));
}
