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
  }),
);

export const abs: OpDef = unaryOp({
  name: 'abs',
  integers: true,
  derivative: (g, x) => x.equal(0).where(0, g.mul(x.sign())),
});

export const sign: OpDef = unaryOp({
  name: 'sign',
  integers: true,
  derivative: (g) => g.newFull(g.shape, 0),
});

export const exp: OpDef = unaryOp({
  name: 'exp',
  derivative: (g, _, y) => g.mul(y),
});

export const expm1: OpDef = unaryOp({
  name: 'expm1',
  derivative: (g, _, y) => g.mul(y.add(1)),
});

export const log: OpDef = unaryOp({
  name: 'log',
  derivative: (g, x) => g.div(x),
});

export const log1p: OpDef = unaryOp({
  name: 'log1p',
  derivative: (g, x) => g.div(x.add(1)),
});

export const sqrt: OpDef = unaryOp({
  name: 'sqrt',
  derivative: (g, _, y) => g.div(y.mul(2)),
});

export const rsqrt: OpDef = unaryOp({
  name: 'rsqrt',
  f: (x) => 1 / Math.sqrt(x),
  // d x^(-1/2) = -1/2 x^(-3/2) = -y³/2
  derivative: (g, _, y) => g.mul(y.square().mul(y).mul(-0.5)),
});

export const square: OpDef = unaryOp({
  name: 'square',
  integers: true,
  f: (x) => x * x,
  int32: (x) => Math.imul(x, x),
  // In this order: a gradient of 0 stays 0 where 2x overflows.
  derivative: (g, x) => g.mul(x).mul(2),
});

export const reciprocal: OpDef = unaryOp({
  name: 'reciprocal',
  f: (x) => 1 / x,
  // d x⁻¹ = -x⁻² = -y²
  derivative: (g, _, y) => g.mul(y.square().neg()),
});

export const sin: OpDef = unaryOp({
  name: 'sin',
  derivative: (g, x) => g.mul(x.cos()),
});

export const cos: OpDef = unaryOp({
  name: 'cos',
  derivative: (g, x) => g.mul(x.sin().neg()),
});

export const tan: OpDef = unaryOp({
  name: 'tan',
  derivative: (g, _, y) => g.mul(y.square().add(1)),
});

export const sinh: OpDef = unaryOp({
  name: 'sinh',
  derivative: (g, x) => g.mul(x.cosh()),
});

export const cosh: OpDef = unaryOp({
  name: 'cosh',
  derivative: (g, x) => g.mul(x.sinh()),
});

export const asin: OpDef = unaryOp({
  name: 'asin',
  derivative: (g, x) => g.mul(x.square().neg().add(1).rsqrt()),
});

export const acos: OpDef = unaryOp({
  name: 'acos',
  derivative: (g, x) => g.mul(x.square().neg().add(1).rsqrt().neg()),
});

export const atan: OpDef = unaryOp({
  name: 'atan',
  derivative: (g, x) => g.div(x.square().add(1)),
});

/** g·(1 - y²): the gradient of tanh, in one pass. */
export const tanhGrad: OpDef = binaryOp({
  name: 'tanhGrad',
  f: (g, y) => g * (1 - y * y),
  derivative: ({ inputs: [g, y], grad }) => [
    run(tanhGrad, [grad, y!], undefined),
    grad.mul(g!).mul(y!).mul(-2),
  ],
});

export const tanh: OpDef = unaryOp({
  name: 'tanh',
  derivative: (g, _, y) => run(tanhGrad, [g, y], undefined),
});

/** g·y·(1 - y): the gradient of sigmoid, in one pass. */
export const sigmoidGrad: OpDef = binaryOp({
  name: 'sigmoidGrad',
  f: (g, y) => g * y * (1 - y),
  derivative: ({ inputs: [g, y], grad }) => [
    run(sigmoidGrad, [grad, y!], undefined),
    grad.mul(g!).mul(y!.mul(-2).add(1)),
  ],
});

export const sigmoid: OpDef = unaryOp({
  name: 'sigmoid',
  f: (x) => (x >= 0 ? 1 / (1 + Math.exp(-x)) : Math.exp(x) / (1 + Math.exp(x))),
  derivative: (g, _, y) => run(sigmoidGrad, [g, y], undefined),
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
});

export const floor: OpDef = unaryOp({
  name: 'floor',
  integers: true,
  derivative: (g) => g.newFull(g.shape, 0),
});

export const ceil: OpDef = unaryOp({
  name: 'ceil',
  integers: true,
  derivative: (g) => g.newFull(g.shape, 0),
});

export const round: OpDef = unaryOp({
  name: 'round',
  integers: true,
  f: roundHalfToEven,
  derivative: (g) => g.newFull(g.shape, 0),
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
