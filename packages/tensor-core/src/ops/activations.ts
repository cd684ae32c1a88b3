/** Activation functions, as a table: name, plain form, derivative, kernel. */
import { run } from '../dispatch.ts';
import { isFloatingPoint, promoteTypes, type DType } from '../dtype.ts';
import type { OpDef } from '../op.ts';
import type { Tensor } from '../tensor.ts';
import { besideIntegers } from './comparison.ts';
import { binaryOp, unaryOp } from './elementwise.ts';
import { erfOf } from './unary.ts';

/**
 * g where y > 0, else 0: the gradient of relu, in one pass.
 * @internal
 */
export const reluGrad: OpDef = binaryOp({
  name: 'reluGrad',
  f: (g, y) => (y > 0 ? g : 0),
  derivative: ({ inputs: [, y], grad }) => [run(reluGrad, [grad, y!], undefined), null],
});

export const relu: OpDef = unaryOp({
  name: 'relu',
  integers: true,
  f: (x) => (x <= 0 ? 0 : x),
  derivative: (g, _, y) => run(reluGrad, [g, y], undefined),
});

export const leakyRelu: OpDef<{ readonly slope: number }> = unaryOp({
  name: 'leakyRelu',
  f: (x, { slope }) => (x > 0 ? x : slope * x),
  // A slope of 0 is relu's: nothing comes back, not even of an infinite g.
  derivative: (g, x, _, { slope }) => x.greater(0).where(g, slope === 0 ? 0 : g.mul(slope)),
  wasm:
    (k, { slope }) =>
    (x, out, n) =>
      k.leakyRelu(x, out, n, slope),
});

export const elu: OpDef<{ readonly alpha: number }> = unaryOp({
  name: 'elu',
  f: (x, { alpha }) => (x > 0 ? x : alpha * Math.expm1(x)),
  // for x ≤ 0: α·exp(x) = y + α
  derivative: (g, x, y, { alpha }) => x.greater(0).where(g, g.mul(y.add(alpha))),
  wasm:
    (k, { alpha }) =>
    (x, out, n) =>
      k.elu(x, out, n, alpha),
});

export const celu: OpDef<{ readonly alpha: number }> = unaryOp({
  name: 'celu',
  f: (x, { alpha }) => (x > 0 ? x : alpha * Math.expm1(x / alpha)),
  // for x ≤ 0: exp(x/α) = y/α + 1
  derivative: (g, x, y, { alpha }) => x.greater(0).where(g, g.mul(y.div(alpha).add(1))),
  wasm:
    (k, { alpha }) =>
    (x, out, n) =>
      k.celu(x, out, n, alpha),
});

// Klambauer et al. (2017), Self-Normalizing Neural Networks, equation 14.
const SELU_ALPHA = 1.6732632423543772;
const SELU_SCALE = 1.0507009873554805;

export const selu: OpDef = unaryOp({
  name: 'selu',
  f: (x) => SELU_SCALE * (x > 0 ? x : SELU_ALPHA * Math.expm1(x)),
  derivative: (g, x, y) =>
    x.greater(0).where(g.mul(SELU_SCALE), g.mul(y.add(SELU_SCALE * SELU_ALPHA))),
});

const SQRT_2_OVER_PI = Math.sqrt(2 / Math.PI);

// The slopes below are taken where x is finite, however far it is: Infinity times a factor of 0 is NaN.

export const gelu: OpDef = unaryOp({
  name: 'gelu',
  // x·Φ(x), with Φ(x) = (1 + erf(x/√2))/2
  f: (x) => 0.5 * x * (1 + erfOf(x * Math.SQRT1_2)),
  // Φ(x) + x·exp(-x²/2)/√(2π); beyond ±40 the exponential is 0
  derivative: (g, far) => {
    const x = far.clamp(-40, 40);
    const density = x.square().mul(-0.5).exp();
    const slope = x.mul(density).mul(SQRT_2_OVER_PI / 2);
    return g.mul(x.mul(Math.SQRT1_2).erf().add(1).mul(0.5).add(slope));
  },
});

export const geluTanh: OpDef = unaryOp({
  name: 'geluTanh',
  // x/2·(1 + tanh u), with u = √(2/π)·(x + 0.044715x³)
  f: (x) => 0.5 * x * (1 + Math.tanh(SQRT_2_OVER_PI * (x + 0.044715 * x ** 3))),
  // (1 + tanh u)/2 + x/2·(1 - tanh² u)·u', where x is so small that u' is finite: beyond ±10 tanh u is ±1
  derivative: (g, far) => {
    const x = far.clamp(-10, 10);
    const cubic = x.square().mul(0.044715);
    const t = x.mul(cubic.add(1)).mul(SQRT_2_OVER_PI).tanh();
    const slope = cubic.mul(3).add(1).mul(SQRT_2_OVER_PI);
    const curve = x.mul(t.square().neg().add(1)).mul(slope);
    return g.mul(t.add(1).add(curve).mul(0.5));
  },
});

export const silu: OpDef = unaryOp({
  name: 'silu',
  f: (x) => x / (1 + Math.exp(-x)),
  // σ(x)·(1 + x·(1 - σ(x))); beyond ±800 σ is 0 or 1
  derivative: (g, far) => {
    const x = far.clamp(-800, 800);
    const s = x.sigmoid();
    return g.mul(s.mul(x.mul(s.neg().add(1)).add(1)));
  },
});

export const mish: OpDef = unaryOp({
  name: 'mish',
  f: (x) => x * Math.tanh(softplusOf(x)),
  // t + x·σ(x)·(1 - t²), with t = tanh(softplus x); beyond ±800 t is 0 or 1
  derivative: (g, far) => {
    const x = far.clamp(-800, 800);
    const t = x.softplus().tanh();
    return g.mul(t.add(x.mul(x.sigmoid()).mul(t.square().neg().add(1))));
  },
});

export const softplus: OpDef = unaryOp({
  name: 'softplus',
  f: softplusOf,
  derivative: (g, x) => g.mul(x.sigmoid()),
});

export const hardsigmoid: OpDef = unaryOp({
  name: 'hardsigmoid',
  f: (x) => (x <= -3 ? 0 : x >= 3 ? 1 : x / 6 + 0.5),
  derivative: (g, x) => x.abs().less(3).where(g.div(6), 0),
});

/** Limits of `clamp`; a missing one is infinite. */
export interface ClampAttrs {
  readonly min: number;
  readonly max: number;
}

export const clamp: OpDef<ClampAttrs> = unaryOp({
  name: 'clamp',
  integers: true,
  f(x, { min, max }) {
    const y = x < min ? min : x;
    return y > max ? max : y;
  },
  derivative: (g, x, _, { min, max }) =>
    x.greaterEqual(min).logicalAnd(x.lessEqual(max)).where(g, 0),
  wasm:
    (k, { min, max }) =>
    (x, out, n) =>
      k.clamp(x, out, n, min, max),
});

/** clamp of any dtype: beside int32 and bool, bounds are what other operands are. */
export function clamped(x: Tensor, min: number, max: number): Tensor {
  // NaN whatever x is, which gets no gradient.
  if (Number.isNaN(min) || Number.isNaN(max)) return x.mul(0).add(Number.NaN);
  let from = x;
  if (!isFloatingPoint(x.dtype)) {
    const dtypeOf = (bound: number, open: number): DType =>
      bound === open ? 'int32' : besideIntegers(clamp, bound)[1];
    from = x.cast(promoteTypes(dtypeOf(min, -Infinity), dtypeOf(max, Infinity)));
  }
  return run(clamp, [from], { min, max });
}

// log(1 + exp(x)) without overflow
function softplusOf(x: number): number {
  return Math.max(x, 0) + Math.log1p(Math.exp(-Math.abs(x)));
}
