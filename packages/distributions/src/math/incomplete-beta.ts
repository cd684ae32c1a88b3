/** The regularised incomplete beta function and its derivatives, of numbers. */
import { deviance, digammaDifference, logBeta, stirlingError } from './gamma.ts';
import { atZero } from './incomplete-gamma.ts';

const EPSILON = 2 ** -53;

/** What the continued fraction leaves behind: its value and the derivatives with respect to a and b. */
const fraction = { value: 0, byA: 0, byB: 0 };

/** The density of Beta(a, b) at x, times x (1 - x): xᵃ (1 - x)ᵇ / B(a, b); y is 1 - x. */
export function betaDensityTimesXY(a: number, b: number, x: number, y: number): number {
  if (Math.min(a, b) < 10) {
    return Math.exp(a * Math.log(x) + b * logOf(y, x) - logBeta(a, b));
  }
  const n = a + b;
  const errors = stirlingError(n) - stirlingError(a) - stirlingError(b);
  const spread = Math.sqrt((a / n) * (b / (2 * Math.PI)));
  return spread * Math.exp(errors - deviance(a, n * x) - deviance(b, n * y));
}

/** The log density of Beta(a, b) at x; -Infinity outside of 0 to 1, at the bounds the limit. */
export function logBetaDensity(a: number, b: number, x: number): number {
  if (x === 0) return atZero(a) - logBeta(a, b);
  if (x === 1) return atZero(b) - logBeta(a, b);
  if (!(x > 0 && x < 1)) return x === x ? -Infinity : x;
  const y = 1 - x;
  const n = a + b;
  if (Math.min(a, b) < 10) return (a - 1) * Math.log(x) + (b - 1) * logOf(y, x) - logBeta(a, b);
  const errors = stirlingError(n) - stirlingError(a) - stirlingError(b);
  const spread = 0.5 * Math.log((a / n) * (b / (2 * Math.PI)));
  return spread + errors - deviance(a, n * x) - deviance(b, n * y) - Math.log(x) - logOf(y, x);
}

/** log y, by its complement x where that is the smaller one. */
const logOf = (y: number, x: number): number => (x < 0.5 ? Math.log1p(-x) : Math.log(y));

/**
 * I(x; a, b) / (xᵃ (1 - x)ᵇ / (a B(a, b))) = 1/(1 + d₁/(1 + d₂/(1 + ···))), with
 * d₂ₘ = m (b - m) x / ((a + 2m - 1)(a + 2m)) and d₂ₘ₊₁ = -(a + m)(a + b + m) x / ((a + 2m)(a + 2m + 1)).
 */
function continuedFraction(a: number, b: number, x: number): void {
  // Lentz's method, with the derivatives of every number beside it.
  let [f, fA, fB] = [1, 0, 0];
  let [c, cA, cB] = [1, 0, 0];
  let [d, dA, dB] = [0, 0, 0];
  for (let n = 1; n < 100_000; n++) {
    const m = n >> 1;
    const e = a + n;
    const scale = x / ((e - 1) * e);
    const odd = n % 2 === 1;
    const up = odd ? -(a + m) * (a + b + m) : m * (b - m);
    const k = up * scale;
    const both = k * (1 / (e - 1) + 1 / e);
    const kA = (odd ? -(2 * a + b + 2 * m) * scale : 0) - both;
    const kB = (odd ? -(a + m) : m) * scale;

    const down = 1 + k * d;
    const downA = kA * d + k * dA;
    const downB = kB * d + k * dB;
    cA = (kA - (k * cA) / c) / c;
    cB = (kB - (k * cB) / c) / c;
    c = 1 + k / c;
    d = 1 / down;
    dA = -downA * d * d;
    dB = -downB * d * d;
    const factor = c * d;
    const moreA = f * (cA * d + c * dA);
    const moreB = f * (cB * d + c * dB);
    fA = fA * factor + moreA;
    fB = fB * factor + moreB;
    f *= factor;
    const still = Math.abs(factor - 1) <= EPSILON;
    if (still && Math.abs(moreA) <= 1e-16 * Math.abs(fA) + 1e-300) {
      if (Math.abs(moreB) <= 1e-16 * Math.abs(fB) + 1e-300) break;
    }
  }
  fraction.value = 1 / f;
  fraction.byA = -fA / (f * f);
  fraction.byB = -fB / (f * f);
}

/** Where the fraction converges quickly; elsewhere its mirror image does. */
const isLower = (a: number, b: number, x: number): boolean => x * (a + b + 2) <= a + 1;

/** I(x; a, b): the probability that Beta(a, b) is at most x; y is 1 - x, for those who know it better. */
export function betaI(a: number, b: number, x: number, y: number = 1 - x): number {
  if (!(x > 0)) return x <= 0 ? 0 : x;
  if (!(y > 0)) return 1;
  return isLower(a, b, x) ? betaLower(a, b, x, y) : 1 - betaLower(b, a, y, x);
}

function betaLower(a: number, b: number, x: number, y: number): number {
  continuedFraction(a, b, x);
  return (fraction.value * betaDensityTimesXY(a, b, x, y)) / a;
}

/**
 * How a draw x of Beta(a, b) moves with a while its probability stays: -∂I/∂a / ∂I/∂x. With b it moves by
 * -betaDrawSlope(b, a, 1 - x).
 */
export function betaDrawSlope(a: number, b: number, x: number, y: number = 1 - x): number {
  if (!(x > 0) || !(y > 0)) return Number.isNaN(x) ? x : 0;
  if (isLower(a, b, x)) {
    continuedFraction(a, b, x);
    const { value, byA } = fraction;
    const rate = Math.log(x) + digammaDifference(a, b) - 1 / a;
    return ((-x * y) / a) * (value * rate + byA);
  }
  // 1 - I(1 - x; b, a), of which a is the second parameter
  continuedFraction(b, a, y);
  const { value, byB } = fraction;
  const rate = logOf(x, y) + digammaDifference(a, b);
  return ((x * y) / b) * (value * rate + byB);
}
