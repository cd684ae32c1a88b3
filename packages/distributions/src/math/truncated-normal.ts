/** The standard normal distribution between two bounds, of numbers. */
import { HALF_LOG_TWO_PI } from './gamma.ts';
import { logNdtr, ndtr, ndtriOfLog } from './normal.ts';

/** Nodes and weights of Gauss and Legendre's rule of 12 points, of which the other half mirrors these. */
const NODES = [
  0.1252334085114689, 0.3678314989981801, 0.5873179542866175, 0.7699026741943047,
  0.9041172563704749, 0.9815606342467192,
];
const WEIGHTS = [
  0.2491470458134028, 0.2334925365383548, 0.2031674267230659, 0.1600783285433462,
  0.10693932599531843, 0.04717533638651183,
];

/** log(Φ(b) - Φ(a)), with all digits in tails and in narrow windows; -Infinity unless a < b. */
export function logNormalMass(a: number, b: number): number {
  if (!(a < b)) return a >= b ? -Infinity : Number.NaN;
  if (a + b > 0) return logNormalMass(-b, -a);
  if (isNarrow(a, b)) {
    const [middle, half] = [(a + b) / 2, (b - a) / 2];
    let sum = 0;
    for (let i = 0; i < NODES.length; i++) {
      const step = half * NODES[i]!;
      sum += WEIGHTS[i]! * Math.exp(-0.5 * step * step) * Math.cosh(middle * step);
    }
    return Math.log(2 * sum * half) - 0.5 * middle * middle - HALF_LOG_TWO_PI;
  }
  if (b > 0) return Math.log1p(-(ndtr(a) + ndtr(-b)));
  const upper = logNdtr(b);
  return upper + Math.log1p(-Math.exp(logNdtr(a) - upper));
}

/** Where the density hardly changes between a ≤ b, and differences of what is at them would lose digits. */
const isNarrow = (a: number, b: number): boolean =>
  (b - a) * (1 + Math.max(Math.abs(a), Math.abs(b))) <= 2;

/** The mean between a and b: (φ(a) - φ(b)) / Z. */
export function truncatedMean(a: number, b: number): number {
  if (!(a < b)) return a === b ? a : Number.NaN;
  if (isNarrow(a, b)) return (a + b) / 2 + narrowMoment(a, b, 1, 0);
  const log = logNormalMass(a, b);
  return density(a, log) - density(b, log);
}

/** The variance between a and b: 1 + (a φ(a) - b φ(b)) / Z - mean². */
export function truncatedVariance(a: number, b: number): number {
  if (!(a < b)) return a === b ? 0 : Number.NaN;
  if (isNarrow(a, b)) return narrowMoment(a, b, 2, narrowMoment(a, b, 1, 0));
  const log = logNormalMass(a, b);
  const [below, above] = [density(a, log), density(b, log)];
  const mean = below - above;
  return 1 + (below === 0 ? 0 : a * below) - (above === 0 ? 0 : b * above) - mean * mean;
}

/** φ(z) / e^logMass */
function density(z: number, logMass: number): number {
  return Math.exp(-0.5 * z * z - HALF_LOG_TWO_PI - logMass);
}

/** The mean of (z - (a + b)/2 - shift)^power, by the rule. */
function narrowMoment(a: number, b: number, power: 1 | 2, shift: number): number {
  const [middle, half] = [(a + b) / 2, (b - a) / 2];
  let [sum, total] = [0, 0];
  for (let i = 0; i < NODES.length; i++) {
    for (const step of [half * NODES[i]!, -half * NODES[i]!]) {
      const weight = WEIGHTS[i]! * Math.exp(-step * (middle + 0.5 * step));
      sum += weight * (step - shift) ** power;
      total += weight;
    }
  }
  return sum / total;
}

/** The z between a and b of which a share p of the probability between them lies below. */
export function truncatedNdtri(p: number, a: number, b: number): number {
  if (!(a < b)) return a === b ? a : Number.NaN;
  if (!(p > 0)) return p === 0 ? a : Number.NaN;
  if (!(p < 1)) return p === 1 ? b : Number.NaN;
  if (a + b > 0) return -truncatedNdtri(1 - p, -b, -a);
  // log(Φ(a) (1 - p) + Φ(b) p)
  const [low, high] = [logNdtr(a), logNdtr(b)];
  const z = ndtriOfLog(high + Math.log(p + (1 - p) * Math.exp(low - high)));
  return Math.min(Math.max(z, a), b);
}
