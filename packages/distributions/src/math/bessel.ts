/** Modified Bessel functions of the first kind, as the von Mises distribution needs them, of numbers. */

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

/**
 * The probability that von Mises' distribution around 0 with concentration k is at most x, for -π ≤ x ≤ π:
 * ½ + x/2π + Σ Iₙ(k)/I₀(k) sin(nx) / (nπ), with the ratios of neighbours from the far end by their recurrence.
 */
export function vonMisesProbability(k: number, x: number): number {
  if (k === Infinity) return x < 0 ? 0 : x > 0 ? 1 : 0.5;
  let ratio = 0; // Iₙ / Iₙ₋₁ = 1 / (2n/k + Iₙ₊₁ / Iₙ)
  let sum = 0;
  for (let n = Math.ceil(9 * Math.sqrt(k) + 30); n >= 1; n--) {
    ratio = k === 0 ? 0 : 1 / ((2 * n) / k + ratio);
    sum = ratio * (Math.sin(n * x) / n + sum);
  }
  return Math.min(Math.max(0.5 + (0.5 * x + sum) / Math.PI, 0), 1);
}
