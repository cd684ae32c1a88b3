/** The standard normal distribution's probabilities and their inverse, of numbers. */
import { HALF_LOG_TWO_PI } from './gamma.ts';

const SQRT_PI = Math.sqrt(Math.PI);

/** e^{x²} erfc(x) for x ≥ 1: 1/√π · 1/(x + (1/2)/(x + 1/(x + (3/2)/(x + ···)))) */
function scaledErfc(x: number): number {
  let fraction = x;
  for (let n = Math.ceil(12 + 160 / (x * x)); n > 0; n--) fraction = x + n / 2 / fraction;
  return 1 / (SQRT_PI * fraction);
}

/** erf(x) for |x| ≤ 1.25: 2/√π e^{-x²} Σ 2ⁿ x²ⁿ⁺¹ / (1·3·5···(2n + 1)) */
function erf(x: number): number {
  let term = x;
  let sum = x;
  for (let n = 1; Math.abs(term) > Math.abs(sum) * 1e-17; n++) {
    term *= (2 * x * x) / (2 * n + 1);
    sum += term;
  }
  return (2 / SQRT_PI) * Math.exp(-x * x) * sum;
}

const NEAR = 1;

/** Φ(z) = erfc(-z/√2) / 2, with all digits in the lower tail. */
export function ndtr(z: number): number {
  const x = Math.abs(z) * Math.SQRT1_2;
  if (Number.isNaN(z)) return z;
  if (x < NEAR) return 0.5 + 0.5 * erf(z * Math.SQRT1_2);
  const tail = x === Infinity ? 0 : 0.5 * Math.exp(-0.5 * z * z) * scaledErfc(x);
  return z < 0 ? tail : 1 - tail;
}

/** log Φ(z), with all digits in both tails. */
export function logNdtr(z: number): number {
  if (Number.isNaN(z) || z === -Infinity) return z;
  if (z * Math.SQRT1_2 > -NEAR) return z < 0 ? Math.log(ndtr(z)) : Math.log1p(-ndtr(-z));
  return -0.5 * z * z + Math.log(0.5 * scaledErfc(-z * Math.SQRT1_2));
}

/** φ(z) / Φ(z), the derivative of log Φ. */
export function normalHazard(z: number): number {
  if (z * Math.SQRT1_2 > -NEAR) return Math.exp(-0.5 * z * z - HALF_LOG_TWO_PI) / ndtr(z);
  return z === -Infinity ? Infinity : Math.SQRT2 / SQRT_PI / scaledErfc(-z * Math.SQRT1_2);
}

/** The z with log Φ(z) = l. */
export function ndtriOfLog(l: number): number {
  if (Number.isNaN(l) || l > 0) return Number.NaN;
  if (l === 0) return Infinity;
  if (l === -Infinity) return l;
  if (l > -Math.LN2) return -ndtriOfLog(Math.log(-Math.expm1(l)));
  // A rational start that is right to three digits, then Halley's steps, each of which triples them.
  const t = Math.sqrt(-2 * l);
  let z =
    (2.515517 + t * (0.802853 + t * 0.010328)) /
      (1 + t * (1.432788 + t * (0.189269 + t * 0.001308))) -
    t;
  for (let step = 0; step < 3; step++) {
    const hazard = normalHazard(z);
    const newton = (logNdtr(z) - l) / hazard;
    // The second derivative of log Φ is -hazard · (z + hazard).
    z -= newton / (1 + 0.5 * newton * (z + hazard));
  }
  return z;
}

/** The z with Φ(z) = p; NaN unless 0 ≤ p ≤ 1. */
export function ndtri(p: number): number {
  if (p > 0.5) return -ndtri(1 - p);
  return p === 0.5 ? 0 : ndtriOfLog(Math.log(p));
}
