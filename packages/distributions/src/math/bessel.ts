/** Modified Bessel functions of the first kind, as the von Mises distribution needs them, of numbers. */

import { HALF_LOG_TWO_PI } from './gamma.ts';
import { ndtr } from './normal.ts';

/** From here on the asymptotic series has all digits. */
const LARGE = 30;

/**
 * Σ of the asymptotic series of Iᵥ(x) √(2πx) e⁻ˣ: 1 - (μ - 1)/(8x) + (μ - 1)(μ - 9)/(2!(8x)²) - ···, μ = 4v²,
 * or its derivative.
 */
function asymptotic(order: 0 | 1, x: number, derivative: boolean = false): number {
  let term = 1;
  let sum = derivative ? 0 : 1;
  for (let k = 1; Math.abs(term) > 1e-18; k++) {
    term *= -(4 * order - (2 * k - 1) ** 2) / (k * 8 * x);
    sum += derivative ? (-k * term) / x : term;
  }
  return sum;
}

/** Σ of (x²/4)ᵏ / (k! (k + v)!) from k = 1 on. */
function series(order: 0 | 1, x: number): number {
  const q = (x * x) / 4;
  let term = 1;
  let sum = 0;
  for (let k = 1; term > 1e-17 * sum; k++) {
    term *= q / (k * (k + order));
    sum += term;
  }
  return sum;
}

/** log(I₀(x) e⁻ˣ) for x ≥ 0. */
export function logScaledBesselI0(x: number): number {
  if (!(x < LARGE)) return Math.log(asymptotic(0, x)) - 0.5 * Math.log(2 * Math.PI * x);
  return Math.log1p(series(0, x)) - x;
}

/** I₁(x) / I₀(x) for x ≥ 0. */
export function besselRatio(x: number): number {
  if (x === Infinity) return 1;
  if (!(x < LARGE)) return asymptotic(1, x) / asymptotic(0, x);
  return ((x / 2) * (1 + series(1, x))) / (1 + series(0, x));
}

/** The derivative of besselRatio, 1 - r/x - r². */
export function besselRatioSlope(x: number): number {
  if (!(x < LARGE)) {
    if (x === Infinity) return 0;
    const [zero, one] = [asymptotic(0, x), asymptotic(1, x)];
    return (asymptotic(1, x, true) * zero - one * asymptotic(0, x, true)) / (zero * zero);
  }
  const r = besselRatio(x);
  return x === 0 ? 0.5 : 1 - r / x - r * r;
}

/** From here on the distribution is normal but for a term that is one in 8k. */
const NARROW = 1e6;

/** φ(z) */
const normalDensity = (z: number): number => Math.exp(-0.5 * z * z - HALF_LOG_TWO_PI);

/** What the sum of von Mises' probabilities leaves behind: its value and its derivative by the concentration. */
const sines = { value: 0, slope: 0 };

/** Σ Iₙ(k)/I₀(k) sin(nx) / n, with the ratios of neighbours from the far end by their recurrence. */
function sumOfSines(k: number, x: number): void {
  let [ratio, ratioSlope] = [0, 0]; // Iₙ / Iₙ₋₁ = 1 / (2n/k + Iₙ₊₁ / Iₙ)
  let [sum, slope] = [0, 0];
  for (let n = Math.ceil(9 * Math.sqrt(k) + 30); n >= 1; n--) {
    ratio = 1 / ((2 * n) / k + ratio);
    ratioSlope = ratio * ratio * ((2 * n) / (k * k) - ratioSlope);
    const inner = Math.sin(n * x) / n + sum;
    slope = ratioSlope * inner + ratio * slope;
    sum = ratio * inner;
  }
  sines.value = sum;
  sines.slope = slope;
}

/**
 * The probability that von Mises' distribution around 0 with concentration k is at most x, for -π ≤ x ≤ π:
 * ½ + x/2π + Σ Iₙ(k)/I₀(k) sin(nx) / (nπ).
 */
export function vonMisesProbability(k: number, x: number): number {
  if (k > NARROW) {
    // The density is e^(-s²/2) with s = 2√k sin(x/2), and dx = ds (1 + s²/8k + ···)/√k.
    const s = x === 0 ? 0 : 2 * Math.sqrt(k) * Math.sin(x / 2);
    const more = Math.abs(s) < 40 ? (s * normalDensity(s)) / (8 * k) : 0;
    return ndtr(s) - more;
  }
  sumOfSines(k, x);
  return Math.min(Math.max(0.5 + (0.5 * x + sines.value) / Math.PI, 0), 1);
}

/** Its derivative by k. */
export function vonMisesSlope(k: number, x: number): number {
  if (k > NARROW) {
    const s = 2 * Math.sqrt(k) * Math.sin(x / 2);
    return Math.abs(s) < 40 ? (s * normalDensity(s)) / (2 * k) : 0;
  }
  sumOfSines(k, x);
  return sines.slope / Math.PI;
}
