/** The regularised incomplete gamma functions and their derivatives, of numbers. */
import { deviance, digamma, HALF_LOG_TWO_PI, lgamma, stirlingError } from './gamma.ts';

const EPSILON = 2 ** -53;

/** What the two expansions leave behind: a value and its derivative with respect to a. */
const expansion = { value: 0, slope: 0 };

/** The density of Gamma(a, 1) at x, times x: xᵃ e⁻ˣ / Γ(a). */
export function gammaDensityTimesX(a: number, x: number): number {
  if (a < 10) return Math.exp(a * Math.log(x) - x - lgamma(a));
  return Math.exp(-deviance(a, x) - stirlingError(a) + 0.5 * Math.log(a) - HALF_LOG_TWO_PI);
}

/** The log density of Gamma(a, 1) at x; -Infinity below 0, at 0 the limit. */
export function logGammaDensity(a: number, x: number): number {
  if (!(x > 0)) return x < 0 ? -Infinity : x === 0 ? atZero(a) : x;
  if (x === Infinity || a === Infinity) return -Infinity;
  if (a < 10) return (a - 1) * Math.log(x) - x - lgamma(a);
  return 0.5 * Math.log(a) - deviance(a, x) - stirlingError(a) - HALF_LOG_TWO_PI - Math.log(x);
}

/** The limit of log xᵃ⁻¹ at 0. */
export function atZero(a: number): number {
  return a === 1 ? 0 : a < 1 ? Infinity : a > 1 ? -Infinity : a;
}

/** P(a, x) / (xᵃ e⁻ˣ / Γ(a + 1)) = Σ xⁿ / ((a + 1) ··· (a + n)) */
function lowerSeries(a: number, x: number): void {
  let term = 1;
  let termSlope = 0;
  let sum = 1;
  let slope = 0;
  for (let n = 1; ; n++) {
    const d = a + n;
    termSlope = ((termSlope - term / d) * x) / d;
    term *= x / d;
    sum += term;
    slope += termSlope;
    if (term <= EPSILON * sum && Math.abs(termSlope) <= EPSILON * Math.abs(slope)) break;
  }
  expansion.value = sum;
  expansion.slope = slope;
}

/** Q(a, x) / (xᵃ e⁻ˣ / Γ(a)) = 1/(x + 1 - a - 1(1 - a)/(x + 3 - a - 2(2 - a)/(x + 5 - a - ···))) */
function upperFraction(a: number, x: number): void {
  // Lentz's method, with the derivative of every number beside it.
  let b = x + 1 - a;
  let f = b;
  let fSlope = -1;
  let c = b;
  let cSlope = -1;
  let d = 0;
  let dSlope = 0;
  for (let n = 1; n < 100_000; n++) {
    const an = n * (a - n);
    b += 2;
    const down = b + an * d;
    const downSlope = -1 + n * d + an * dSlope;
    const up = b + an / c;
    cSlope = -1 + n / c - (an * cSlope) / (c * c);
    c = up;
    d = 1 / down;
    dSlope = -downSlope * d * d;
    const factor = c * d;
    const factorSlope = cSlope * d + c * dSlope;
    fSlope = fSlope * factor + f * factorSlope;
    f *= factor;
    if (Math.abs(factor - 1) <= EPSILON && Math.abs(f * factorSlope) <= 1e-16 * Math.abs(fSlope))
      break;
  }
  expansion.value = 1 / f;
  expansion.slope = -fSlope / (f * f);
}

/** Where the series serves; beyond it the continued fraction does. */
const isLower = (a: number, x: number): boolean => x < a + 1;

/** P(a, x): the probability that Gamma(a, 1) is at most x. */
export function gammaP(a: number, x: number): number {
  if (!(x > 0)) return x <= 0 ? 0 : x;
  if (x === Infinity || a === Infinity) return x === Infinity ? 1 : 0;
  if (!isLower(a, x)) return 1 - gammaQ(a, x);
  lowerSeries(a, x);
  return (expansion.value * gammaDensityTimesX(a, x)) / a;
}

/** Q(a, x) = 1 - P(a, x). */
export function gammaQ(a: number, x: number): number {
  if (!(x > 0)) return x <= 0 ? 1 : x;
  if (x === Infinity || a === Infinity) return x === Infinity ? 0 : 1;
  if (isLower(a, x)) return 1 - gammaP(a, x);
  upperFraction(a, x);
  return expansion.value * gammaDensityTimesX(a, x);
}

/**
 * How a draw x of Gamma(a, 1) moves with a while its probability P(a, x) stays: -∂P/∂a / ∂P/∂x.
 *
 * @see Figurnov, Mohamed and Mnih, Implicit Reparameterization Gradients (2018), https://arxiv.org/abs/1805.08498
 */
export function gammaDrawSlope(a: number, x: number): number {
  if (!(x > 0)) return x <= 0 ? 0 : x;
  const lower = isLower(a, x);
  (lower ? lowerSeries : upperFraction)(a, x);
  const { value, slope } = expansion;
  // d log(xᵃ e⁻ˣ / Γ(a + 1)) / da below, the same with Γ(a) above
  const rate = Math.log(x) - digamma(lower ? a + 1 : a);
  return lower ? (-x / a) * (value * rate + slope) : x * (value * rate + slope);
}
