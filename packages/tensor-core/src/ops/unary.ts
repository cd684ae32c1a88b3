/** Functions of one element, as a table: name, plain form, derivative, kernel. */
import { run } from '../dispatch.ts';
import type { OpDef } from '../op.ts';
import { binaryOp, unaryOp, withoutBool } from './elementwise.ts';

export const neg: OpDef = withoutBool(
  unaryOp({
    name: 'neg',
    integers: true,
    f: (x) => -x,
    derivative: (g) => g.neg(),
    wasm: (k) => k.neg,
  }),
);

export const abs: OpDef = unaryOp({
  name: 'abs',
  integers: true,
  f: Math.abs,
  derivative: (g, x) => x.equal(0).where(0, g.mul(x.sign())),
  wasm: (k) => k.abs,
});

export const sign: OpDef = unaryOp({
  name: 'sign',
  integers: true,
  f: Math.sign,
  derivative: (g) => g.newFull(g.shape, 0),
  wasm: (k) => k.sign,
});

export const exp: OpDef = unaryOp({
  name: 'exp',
  f: Math.exp,
  derivative: (g, _, y) => g.mul(y),
  wasm: (k) => k.exp,
});

export const expm1: OpDef = unaryOp({
  name: 'expm1',
  f: Math.expm1,
  derivative: (g, _, y) => g.mul(y.add(1)),
  wasm: (k) => k.expm1,
});

export const log: OpDef = unaryOp({
  name: 'log',
  f: Math.log,
  derivative: (g, x) => g.div(x),
  wasm: (k) => k.log,
});

export const log1p: OpDef = unaryOp({
  name: 'log1p',
  f: Math.log1p,
  derivative: (g, x) => g.div(x.add(1)),
  wasm: (k) => k.log1p,
});

export const sqrt: OpDef = unaryOp({
  name: 'sqrt',
  f: Math.sqrt,
  derivative: (g, _, y) => g.div(y.mul(2)),
  wasm: (k) => k.sqrt,
});

export const rsqrt: OpDef = unaryOp({
  name: 'rsqrt',
  f: (x) => 1 / Math.sqrt(x),
  // d x^(-1/2) = -1/2 x^(-3/2) = -y³/2
  derivative: (g, _, y) => g.mul(y.square().mul(y).mul(-0.5)),
  wasm: (k) => k.rsqrt,
});

export const square: OpDef = unaryOp({
  name: 'square',
  integers: true,
  f: (x) => x * x,
  int32: (x) => Math.imul(x, x),
  // In this order: a gradient of 0 stays 0 where 2x overflows.
  derivative: (g, x) => g.mul(x).mul(2),
  wasm: (k) => k.square,
});

export const reciprocal: OpDef = unaryOp({
  name: 'reciprocal',
  f: (x) => 1 / x,
  // d x⁻¹ = -x⁻² = -y²
  derivative: (g, _, y) => g.mul(y.square().neg()),
  wasm: (k) => k.reciprocal,
});

export const sin: OpDef = unaryOp({
  name: 'sin',
  f: Math.sin,
  derivative: (g, x) => g.mul(x.cos()),
  wasm: (k) => k.sin,
});

export const cos: OpDef = unaryOp({
  name: 'cos',
  f: Math.cos,
  derivative: (g, x) => g.mul(x.sin().neg()),
  wasm: (k) => k.cos,
});

export const tan: OpDef = unaryOp({
  name: 'tan',
  f: Math.tan,
  derivative: (g, _, y) => g.mul(y.square().add(1)),
  wasm: (k) => k.tan,
});

export const sinh: OpDef = unaryOp({
  name: 'sinh',
  f: Math.sinh,
  derivative: (g, x) => g.mul(x.cosh()),
  wasm: (k) => k.sinh,
});

export const cosh: OpDef = unaryOp({
  name: 'cosh',
  f: Math.cosh,
  derivative: (g, x) => g.mul(x.sinh()),
  wasm: (k) => k.cosh,
});

export const asin: OpDef = unaryOp({
  name: 'asin',
  f: Math.asin,
  derivative: (g, x) => g.mul(x.square().neg().add(1).rsqrt()),
  wasm: (k) => k.asin,
});

export const acos: OpDef = unaryOp({
  name: 'acos',
  f: Math.acos,
  derivative: (g, x) => g.mul(x.square().neg().add(1).rsqrt().neg()),
  wasm: (k) => k.acos,
});

export const atan: OpDef = unaryOp({
  name: 'atan',
  f: Math.atan,
  derivative: (g, x) => g.div(x.square().add(1)),
  wasm: (k) => k.atan,
});

/** g·(1 - y²): the gradient of tanh, in one pass. */
export const tanhGrad: OpDef = binaryOp({
  name: 'tanhGrad',
  f: (g, y) => g * (1 - y * y),
  derivative: ({ inputs: [g, y], grad }) => [
    run(tanhGrad, [grad, y!], undefined),
    grad.mul(g!).mul(y!).mul(-2),
  ],
  wasm: (k) => k.tanhGrad,
});

export const tanh: OpDef = unaryOp({
  name: 'tanh',
  f: Math.tanh,
  derivative: (g, _, y) => run(tanhGrad, [g, y], undefined),
  wasm: (k) => k.tanh,
});

/** g·y·(1 - y): the gradient of sigmoid, in one pass. */
export const sigmoidGrad: OpDef = binaryOp({
  name: 'sigmoidGrad',
  f: (g, y) => g * y * (1 - y),
  derivative: ({ inputs: [g, y], grad }) => [
    run(sigmoidGrad, [grad, y!], undefined),
    grad.mul(g!).mul(y!.mul(-2).add(1)),
  ],
  wasm: (k) => k.sigmoidGrad,
});

export const sigmoid: OpDef = unaryOp({
  name: 'sigmoid',
  f: (x) => (x >= 0 ? 1 / (1 + Math.exp(-x)) : Math.exp(x) / (1 + Math.exp(x))),
  derivative: (g, _, y) => run(sigmoidGrad, [g, y], undefined),
  wasm: (k) => k.sigmoid,
});

export const erf: OpDef = unaryOp({
  name: 'erf',
  f: erfOf,
  // d erf(x) = 2/√π · exp(-x²), which is 0 beyond ±30
  derivative: (g, x) =>
    g.mul(
      x
        .clamp(-30, 30)
        .square()
        .neg()
        .exp()
        .mul(2 / Math.sqrt(Math.PI)),
    ),
  wasm: (k) => k.erf,
});

export const floor: OpDef = unaryOp({
  name: 'floor',
  integers: true,
  f: Math.floor,
  derivative: (g) => g.newFull(g.shape, 0),
  wasm: (k) => k.floor,
});

export const ceil: OpDef = unaryOp({
  name: 'ceil',
  integers: true,
  f: Math.ceil,
  derivative: (g) => g.newFull(g.shape, 0),
  wasm: (k) => k.ceil,
});

export const round: OpDef = unaryOp({
  name: 'round',
  integers: true,
  f: roundHalfToEven,
  derivative: (g) => g.newFull(g.shape, 0),
  wasm: (k) => k.round,
});

function roundHalfToEven(x: number): number {
  const r = Math.round(x);
  return Math.abs(x % 1) === 0.5 && r % 2 !== 0 ? r - 1 : r;
}

/**
 * erf to double precision: its Maclaurin series up to |x| = 3, beyond it 1 minus the continued
 * fraction of erfc.
 *
 * @see Abramowitz and Stegun (1964), Handbook of Mathematical Functions, 7.1.6 and 7.1.14.
 */
export function erfOf(x: number): number {
  const a = Math.abs(x);
  if (Number.isNaN(x)) return x;
  if (a > 6) return Math.sign(x);
  if (a < 3) {
    // erf(x) = 2/√π e^{-x²} Σ 2ⁿ x^{2n+1} / (1·3·5···(2n+1)); all terms positive
    let term = a;
    let sum = a;
    for (let n = 1; term > sum * 1e-17; n++) {
      term *= (2 * a * a) / (2 * n + 1);
      sum += term;
    }
    return Math.sign(x) * (2 / Math.sqrt(Math.PI)) * Math.exp(-a * a) * sum;
  }
  // erfc(x) = e^{-x²}/√π · 1/(x + (1/2)/(x + 1/(x + (3/2)/(x + ···))))
  let fraction = a;
  for (let n = 60; n > 0; n--) fraction = a + n / 2 / fraction;
  return Math.sign(x) * (1 - Math.exp(-a * a) / Math.sqrt(Math.PI) / fraction);
}
