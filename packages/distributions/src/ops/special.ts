/** Functions of torch.special that tensor-core does not have. They run on the host, in float64. */
import { run, type OpDef, type Tensor } from '@kasane/tensor-core';
import * as bessel from '../math/bessel.ts';
import * as gamma from '../math/gamma.ts';
import {
  betaDensityTimesXY,
  betaDrawSlope,
  betaI,
  logBetaDensity,
} from '../math/incomplete-beta.ts';
import {
  gammaDensityTimesX,
  gammaDrawSlope,
  gammaP,
  gammaQ,
  logGammaDensity,
} from '../math/incomplete-gamma.ts';
import * as normal from '../math/normal.ts';
import {
  logNormalMass,
  truncatedMean,
  truncatedNdtri,
  truncatedVariance,
} from '../math/truncated-normal.ts';
import { apply, elementwiseOp, type Row } from './elementwise.ts';

const ops: Record<string, OpDef> = {
  lgamma: elementwiseOp({
    name: 'lgamma',
    f: gamma.lgamma,
    vjp: ({ inputs: [x], grad }) => [grad.mul(digamma(x!))],
  }),
  logBeta: elementwiseOp({
    name: 'logBeta',
    f: gamma.logBeta,
    // ψ(a) - ψ(a + b)
    vjp: ({ inputs: [a, b], grad, needs }) => [
      needs(0) ? grad.mul(digammaDifference(a!, b!)).neg() : null,
      needs(1) ? grad.mul(digammaDifference(b!, a!)).neg() : null,
    ],
  }),
  digammaDifference: elementwiseOp({
    name: 'digammaDifference',
    f: gamma.digammaDifference,
    vjp({ inputs: [a, b], grad }) {
      const sum = polygamma(1, a!.add(b!));
      return [grad.mul(sum.sub(polygamma(1, a!))), grad.mul(sum)];
    },
  }),
  ndtr: elementwiseOp({
    name: 'ndtr',
    f: normal.ndtr,
    vjp: ({ inputs: [z], grad }) => [grad.mul(normalDensity(z!))],
  }),
  logNdtr: elementwiseOp({
    name: 'logNdtr',
    f: normal.logNdtr,
    vjp: ({ inputs: [z], grad }) => [grad.mul(normalHazard(z!))],
  }),
  normalHazard: elementwiseOp({
    name: 'normalHazard',
    f: normal.normalHazard,
    vjp: ({ inputs: [z], output, grad }) => [grad.mul(output).mul(output.add(z!)).neg()],
  }),
  ndtri: elementwiseOp({
    name: 'ndtri',
    f: normal.ndtri,
    vjp: ({ output, grad }) => [grad.div(normalDensity(output))],
  }),
  logNormalMass: elementwiseOp({
    name: 'logNormalMass',
    f: logNormalMass,
    // -φ(a)/Z and φ(b)/Z; none where there is no mass
    vjp({ inputs: [a, b], output, grad, needs }) {
      const none = output.equal(-Infinity);
      const safe = none.where(0, output);
      const side = (z: Tensor): Tensor => none.where(0, grad.mul(densityOver(z, safe)));
      return [needs(0) ? side(a!).neg() : null, needs(1) ? side(b!) : null];
    },
  }),
  truncatedMean: elementwiseOp({
    name: 'truncatedMean',
    f: truncatedMean,
    // With h = φ/Z at either bound: h(a) (mean - a) and h(b) (b - mean)
    vjp({ inputs: [a, b], output, grad }) {
      const log = normalMass(a!, b!);
      return [
        grad.mul(zeroTimes(densityOver(a!, log), output.sub(a!))),
        grad.mul(zeroTimes(densityOver(b!, log), b!.sub(output))),
      ];
    },
  }),
  truncatedVariance: elementwiseOp({
    name: 'truncatedVariance',
    f: truncatedVariance,
    // h(a) (v - (a - mean)²) and h(b) ((b - mean)² - v)
    vjp({ inputs: [a, b], output, grad }) {
      const log = normalMass(a!, b!);
      const mean = normalMean(a!, b!);
      const side = (z: Tensor): Tensor =>
        grad.mul(zeroTimes(densityOver(z, log), output.sub(z.sub(mean).square())));
      return [side(a!), side(b!).neg()];
    },
  }),
  truncatedNdtri: elementwiseOp({
    name: 'truncatedNdtri',
    f: truncatedNdtri,
    // Z/φ(z), (1 - p) φ(a)/φ(z) and p φ(b)/φ(z)
    vjp({ inputs: [p, a, b], output: z, grad, needs }) {
      const half = z.square().mul(0.5);
      const over = (bound: Tensor): Tensor => half.sub(bound.square().mul(0.5)).exp();
      const log = half.add(gamma.HALF_LOG_TWO_PI);
      return [
        needs(0) ? grad.mul(log.add(normalMass(a!, b!)).exp()) : null,
        needs(1) ? grad.mul(p!.neg().add(1)).mul(over(a!)) : null,
        needs(2) ? grad.mul(p!).mul(over(b!)) : null,
      ];
    },
  }),
  logScaledBesselI0: elementwiseOp({
    name: 'logScaledBesselI0',
    f: bessel.logScaledBesselI0,
    vjp: ({ inputs: [x], grad }) => [grad.mul(besselRatio(x!).sub(1))],
  }),
  besselRatio: elementwiseOp({
    name: 'besselRatio',
    f: bessel.besselRatio,
    vjp: ({ inputs: [x], grad }) => [grad.mul(apply(ops['besselRatioSlope']!, x!))],
  }),
  besselRatioSlope: elementwiseOp({
    name: 'besselRatioSlope',
    f: bessel.besselRatioSlope,
    // (1 - r/x - r²)' = r/x² - r'/x - 2 r r'
    vjp({ inputs: [x], output, grad }) {
      const r = besselRatio(x!);
      const slope = r.div(x!.square()).sub(output.div(x!)).sub(r.mul(output).mul(2));
      return [x!.equal(0).where(0, grad.mul(slope))];
    },
  }),
  vonMisesProbability: elementwiseOp({
    name: 'vonMisesProbability',
    f: bessel.vonMisesProbability,
    // By x it is the density.
    vjp: ({ inputs: [k, x], grad, needs }) => {
      const log = k!.mul(x!.mul(0.5).sin().square()).mul(-2).sub(logScaledBesselI0(k!));
      return [
        needs(0) ? grad.mul(apply(ops['vonMisesSlope']!, k!, x!)) : null,
        needs(1) ? grad.mul(log.exp().div(2 * Math.PI)) : null,
      ];
    },
  }),
  vonMisesSlope: elementwiseOp({ name: 'vonMisesSlope', f: bessel.vonMisesSlope, vjp: null }),

  // ——— Incomplete gamma and beta functions ———

  gammaP: elementwiseOp({ name: 'gammaP', f: gammaP, vjp: incompleteGamma(1) }),
  gammaQ: elementwiseOp({ name: 'gammaQ', f: gammaQ, vjp: incompleteGamma(-1) }),
  gammaDensity: elementwiseOp({
    name: 'gammaDensity',
    f: (a, x) => (x > 0 ? gammaDensityTimesX(a, x) / x : x <= 0 ? 0 : x),
    vjp({ inputs: [a, x], output, grad }) {
      const inside = x!.greater(0);
      const safe = inside.where(x!, 1);
      const both = grad.mul(output);
      const byX = a!.sub(1).div(safe).sub(1);
      return [both.mul(safe.log().sub(digamma(a!))), inside.where(both.mul(byX), 0)];
    },
  }),
  logGammaDensity: elementwiseOp({
    name: 'logGammaDensity',
    f: logGammaDensity,
    // log x - ψ(a) and (a - 1)/x - 1; at 0, where they are infinite, and below none
    vjp({ inputs: [a, x], grad, needs }) {
      const inside = x!.greater(0).logicalAnd(x!.less(Infinity));
      const safe = inside.where(x!, 1);
      return [
        needs(0) ? inside.where(grad.mul(safe.log().sub(digamma(a!))), 0) : null,
        needs(1) ? inside.where(grad.mul(a!.sub(1).div(safe).sub(1)), 0) : null,
      ];
    },
  }),
  gammaDrawSlope: elementwiseOp({ name: 'gammaDrawSlope', f: gammaDrawSlope, vjp: null }),
  betaI: elementwiseOp({
    name: 'betaI',
    f: (a, b, x) => betaI(a, b, x),
    vjp({ inputs: [a, b, x], grad, needs }) {
      const scaled = grad.mul(apply(ops['betaDensity']!, a!, b!, x!));
      return [
        needs(0) ? scaled.mul(betaSlope(a!, b!, x!)).neg() : null,
        needs(1) ? scaled.mul(betaSlopeB(a!, b!, x!)).neg() : null,
        needs(2) ? scaled : null,
      ];
    },
  }),
  betaDensity: elementwiseOp({
    name: 'betaDensity',
    f: (a, b, x) =>
      x > 0 && x < 1 ? betaDensityTimesXY(a, b, x, 1 - x) / (x * (1 - x)) : x === x ? 0 : x,
    vjp({ inputs: [a, b, x], output, grad }) {
      const inside = x!.greater(0).logicalAnd(x!.less(1));
      const safe = inside.where(x!, 0.5);
      const both = grad.mul(output);
      const byX = a!
        .sub(1)
        .div(safe)
        .sub(b!.sub(1).div(safe.neg().add(1)));
      return [
        both.mul(safe.log().add(digammaDifference(a!, b!))),
        both.mul(safe.neg().log1p().add(digammaDifference(b!, a!))),
        both.mul(byX),
      ];
    },
  }),
  logBetaDensity: elementwiseOp({
    name: 'logBetaDensity',
    f: logBetaDensity,
    // log x + ψ(a + b) - ψ(a) and (a - 1)/x - (b - 1)/(1 - x); at bounds and beyond none
    vjp({ inputs: [a, b, x], grad, needs }) {
      const inside = x!.greater(0).logicalAnd(x!.less(1));
      const safe = inside.where(x!, 0.5);
      const rest = safe.neg().add(1);
      const byX = (): Tensor => a!.sub(1).div(safe).sub(b!.sub(1).div(rest));
      const masked = (slope: Tensor): Tensor => inside.where(grad.mul(slope), 0);
      return [
        needs(0) ? masked(safe.log().add(digammaDifference(a!, b!))) : null,
        needs(1) ? masked(safe.neg().log1p().add(digammaDifference(b!, a!))) : null,
        needs(2) ? masked(byX()) : null,
      ];
    },
  }),
  betaDrawSlope: elementwiseOp({
    name: 'betaDrawSlope',
    f: (a, b, x) => betaDrawSlope(a, b, x),
    vjp: null,
  }),
  betaDrawSlopeB: elementwiseOp({
    name: 'betaDrawSlopeB',
    f: (a, b, x) => -betaDrawSlope(b, a, 1 - x, x),
    vjp: null,
  }),
};

/** The gradients of P, or with sign -1 of Q. The derivative by a has itself no derivative. */
function incompleteGamma(sign: 1 | -1): Row['vjp'] {
  return ({ inputs: [a, x], grad, needs }) => {
    const scaled = grad.mul(apply(ops['gammaDensity']!, a!, x!)).mul(sign);
    return [needs(0) ? scaled.mul(gammaSlope(a!, x!)).neg() : null, needs(1) ? scaled : null];
  };
}

const polygammaOp: OpDef<{ readonly n: number }> = {
  name: 'polygamma',
  infer: ([x]) => x!,
  reference([x], { n }, { data }) {
    const f = n === 0 ? gamma.digamma : (v: number): number => gamma.polygamma(n, v);
    for (let i = 0; i < data.length; i++) data[i] = f(x!.data[i]!);
  },
  vjp: ({ inputs: [x], grad, attrs: { n } }) => [grad.mul(polygamma(n + 1, x!))],
};

/** log |Γ(x)| */
export const lgamma = (x: Tensor): Tensor => apply(ops['lgamma']!, x);
/** The n-th derivative of the digamma function, for positive x. */
export const polygamma = (n: number, x: Tensor): Tensor => run(polygammaOp, [x], { n });
/** ψ(x), the derivative of log Γ */
export const digamma = (x: Tensor): Tensor => polygamma(0, x);
/** log B(a, b) */
export const logBeta = (a: Tensor, b: Tensor): Tensor => apply(ops['logBeta']!, a, b);
/** ψ(a + b) - ψ(a) */
export const digammaDifference = (a: Tensor, b: Tensor): Tensor =>
  apply(ops['digammaDifference']!, a, b);
/** Φ(z) */
export const ndtr = (z: Tensor): Tensor => apply(ops['ndtr']!, z);
/** log Φ(z) */
export const logNdtr = (z: Tensor): Tensor => apply(ops['logNdtr']!, z);
/** φ(z) / Φ(z) */
export const normalHazard = (z: Tensor): Tensor => apply(ops['normalHazard']!, z);
/** Φ⁻¹(p) */
export const ndtri = (p: Tensor): Tensor => apply(ops['ndtri']!, p);
/** φ(z) */
export const normalDensity = (z: Tensor): Tensor =>
  z
    .square()
    .mul(-0.5)
    .exp()
    .div(Math.sqrt(2 * Math.PI));
/** log(Φ(b) - Φ(a)) */
export const normalMass = (a: Tensor, b: Tensor): Tensor => apply(ops['logNormalMass']!, a, b);
/** The mean of the standard normal distribution between a and b */
export const normalMean = (a: Tensor, b: Tensor): Tensor => apply(ops['truncatedMean']!, a, b);
/** Its variance there */
export const normalVariance = (a: Tensor, b: Tensor): Tensor =>
  apply(ops['truncatedVariance']!, a, b);
/** φ(z) / e^logMass */
const densityOver = (z: Tensor, logMass: Tensor): Tensor =>
  z.square().mul(-0.5).sub(gamma.HALF_LOG_TWO_PI).sub(logMass).exp();
/** The z between a and b below which there is a share p of what is between them. */
export const truncatedQuantile = (p: Tensor, a: Tensor, b: Tensor): Tensor =>
  apply(ops['truncatedNdtri']!, p, a, b);
/** log(I₀(x) e⁻ˣ) */
export const logScaledBesselI0 = (x: Tensor): Tensor => apply(ops['logScaledBesselI0']!, x);
/** I₁(x) / I₀(x) */
export const besselRatio = (x: Tensor): Tensor => apply(ops['besselRatio']!, x);
/** The probability of von Mises' distribution around 0 up to x, for |x| ≤ π. */
export const vonMisesProbability = (concentration: Tensor, x: Tensor): Tensor =>
  apply(ops['vonMisesProbability']!, concentration, x);
/** P(a, x), the lower incomplete gamma function, regularised */
export const lowerGamma = (a: Tensor, x: Tensor): Tensor => apply(ops['gammaP']!, a, x);
/** Q(a, x) = 1 - P(a, x) */
export const upperGamma = (a: Tensor, x: Tensor): Tensor => apply(ops['gammaQ']!, a, x);
/** -∂P/∂a / ∂P/∂x at a draw x of Gamma(a, 1) */
export const gammaSlope = (a: Tensor, x: Tensor): Tensor => apply(ops['gammaDrawSlope']!, a, x);
/** The log density of Gamma(a, 1), with all digits where a is large */
export const gammaLogDensity = (a: Tensor, x: Tensor): Tensor =>
  apply(ops['logGammaDensity']!, a, x);
/** The log density of Beta(a, b), with all digits where both are large */
export const betaLogDensity = (a: Tensor, b: Tensor, x: Tensor): Tensor =>
  apply(ops['logBetaDensity']!, a, b, x);
/** I(x; a, b), the incomplete beta function, regularised */
export const incompleteBeta = (a: Tensor, b: Tensor, x: Tensor): Tensor =>
  apply(ops['betaI']!, a, b, x);
/** -∂I/∂a / ∂I/∂x at a draw x of Beta(a, b) */
export const betaSlope = (a: Tensor, b: Tensor, x: Tensor): Tensor =>
  apply(ops['betaDrawSlope']!, a, b, x);
/** The same with b. */
export const betaSlopeB = (a: Tensor, b: Tensor, x: Tensor): Tensor =>
  apply(ops['betaDrawSlopeB']!, a, b, x);

/** x log y, and 0 where x is 0, whatever y ≥ 0 is. */
export function xlogy(x: Tensor, y: Tensor): Tensor {
  return x.mul(x.equal(0).logicalAnd(y.lessEqual(0)).where(1, y).log());
}

/** x log(1 + y), and 0 where x is 0, whatever y ≥ -1 is. */
export function xlog1py(x: Tensor, y: Tensor): Tensor {
  return x.mul(x.equal(0).logicalAnd(y.lessEqual(-1)).where(0, y).log1p());
}

/** x y, and 0 where x is 0, though y be infinite. */
export function zeroTimes(x: Tensor, y: Tensor): Tensor {
  return x.mul(x.equal(0).where(0, y));
}
