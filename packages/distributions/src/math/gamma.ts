/** The logarithm of the gamma function and its derivatives, of numbers. */

/** log √(2π) */
export const HALF_LOG_TWO_PI = 0.9189385332046728;
const EULER = 0.5772156649015329;

/** ζ(n) - 1 from n = 2 on. */
const ZETA = [
  0.6449340668482264, 0.2020569031595943, 0.08232323371113819, 0.03692775514336993,
  0.01734306198444914, 0.008349277381922827, 0.00407735619794434, 0.0020083928260822143,
  0.0009945751278180853, 0.0004941886041194645, 0.0002460865533080483, 0.00012271334757848915,
  6.124813505870483e-5, 3.058823630702049e-5, 1.528225940865187e-5, 7.637197637899763e-6,
  3.81729326499984e-6, 1.908212716553939e-6, 9.539620338727962e-7, 4.769329867878064e-7,
  2.38450502727733e-7, 1.1921992596531106e-7, 5.960818905125948e-8, 2.980350351465228e-8,
  1.4901554828365043e-8, 7.45071178983543e-9, 3.725334024788457e-9, 1.862659723513049e-9,
];

/** Bernoulli numbers B₂, B₄, … */
const BERNOULLI = [
  1 / 6,
  -1 / 30,
  1 / 42,
  -1 / 30,
  5 / 66,
  -691 / 2730,
  7 / 6,
  -3617 / 510,
  43867 / 798,
  -174611 / 330,
  854513 / 138,
  -236364091 / 2730,
];

/** From here on Stirling's series has all digits. */
const LARGE = 10;

/** Stirling's error log Γ(x) - ((x - ½) log x - x + log √(2π)) = Σ B₂ₖ / (2k (2k - 1) x²ᵏ⁻¹). */
export function stirlingError(x: number): number {
  if (x < LARGE) return lgamma(x) - (x - 0.5) * Math.log(x) + x - HALF_LOG_TWO_PI;
  const square = x * x;
  let sum = 0;
  for (let k = 8; k >= 1; k--) sum = sum / square + BERNOULLI[k - 1]! / (2 * k * (2 * k - 1));
  return sum / x;
}

/** log Γ(2 + z) for |z| ≤ ½, relative to its size: z (1 - γ) + Σ (ζ(n) - 1) (-z)ⁿ / n. */
function aroundTwo(z: number): number {
  let sum = 0;
  for (let n = ZETA.length + 1; n >= 2; n--) sum = ZETA[n - 2]! / n - z * sum;
  return z * (1 - EULER) + z * z * sum;
}

/** log |Γ(x)|, Infinity at 0, -1, -2, … */
export function lgamma(x: number): number {
  if (Number.isNaN(x)) return x;
  if (x <= 0) {
    if (Number.isInteger(x) || x === -Infinity) return Infinity;
    // Γ(x) Γ(1 - x) = π / sin πx
    return Math.log(Math.PI / Math.abs(sinPi(x))) - lgamma(1 - x);
  }
  if (x < 0.5) return aroundTwo(x) - Math.log1p(x) - Math.log(x);
  if (x < 1.5) return aroundTwo(x - 1) - Math.log1p(x - 1);
  if (x < LARGE) {
    let product = 1;
    let y = x;
    while (y > 2.5) product *= --y;
    return aroundTwo(y - 2) + Math.log(product);
  }
  if (x === Infinity) return x;
  return (x - 0.5) * (Math.log(x) - 1) - 0.5 + HALF_LOG_TWO_PI + stirlingError(x);
}

/** sin πx, exact at whole and half numbers. */
function sinPi(x: number): number {
  const r = x - 2 * Math.round(x / 2); // -1 to 1
  return Math.abs(r) <= 0.5 ? Math.sin(Math.PI * r) : Math.sin(Math.PI * (Math.sign(r) - r));
}

/** The digamma function ψ(x) = d log Γ(x) / dx; NaN at 0, -1, -2, … but for -Infinity at 0, its limit from above. */
export function digamma(x: number): number {
  if (x === 0) return -Infinity;
  if (x < 0) {
    if (Number.isInteger(x)) return Number.NaN;
    // ψ(x) = ψ(1 - x) - π / tan πx
    const r = x - Math.round(x);
    return digamma(1 - x) - Math.PI / Math.tan(Math.PI * r);
  }
  let sum = 0;
  let y = x;
  for (; y < LARGE; y++) sum -= 1 / y;
  return sum + Math.log(y) - 0.5 / y - digammaTail(y);
}

/** Σ B₂ₖ / (2k x²ᵏ) */
function digammaTail(x: number): number {
  const square = x * x;
  let sum = 0;
  for (let k = 8; k >= 1; k--) sum = sum / square + BERNOULLI[k - 1]! / (2 * k);
  return sum / square;
}

/**
 * ψ(a + b) - ψ(a) for positive a and b, without subtracting what is nearly equal where a is large beside b.
 */
export function digammaDifference(a: number, b: number): number {
  let sum = 0;
  let x = a;
  for (; x < LARGE; x++) sum += b / (x * (x + b));
  const y = x + b;
  if (y === Infinity) return b === Infinity ? Infinity : 0;
  return sum + Math.log1p(b / x) + b / (2 * x * y) + (digammaTail(x) - digammaTail(y));
}

/** The n-th derivative of ψ, for positive x: (-1)ⁿ⁺¹ n! Σ 1 / (x + k)ⁿ⁺¹. */
export function polygamma(n: number, x: number): number {
  if (n === 0) return digamma(x);
  let factorial = 1; // (n - 1)!
  for (let k = 2; k < n; k++) factorial *= k;
  let sum = 0;
  let y = x;
  for (; y < LARGE + n; y++) sum += factorial * n * y ** -(n + 1);
  // (n - 1)!/yⁿ + n!/(2 yⁿ⁺¹) + Σ B₂ₖ (2k + n - 1)! / ((2k)! y²ᵏ⁺ⁿ)
  let term = factorial * y ** -n;
  sum += term + (term * n) / (2 * y);
  for (let k = 1; k <= BERNOULLI.length; k++) {
    term *= ((2 * k + n - 2) * (2 * k + n - 1)) / (2 * k * (2 * k - 1) * y * y);
    sum += BERNOULLI[k - 1]! * term;
  }
  return n % 2 === 1 ? sum : -sum;
}

/** log B(a, b) = log Γ(a) + log Γ(b) - log Γ(a + b), without subtracting large numbers. */
export function logBeta(a: number, b: number): number {
  const p = Math.min(a, b);
  const q = Math.max(a, b);
  if (p === 0) return Infinity;
  if (q < LARGE) return lgamma(p) + lgamma(q) - lgamma(p + q);
  const sum = p + q;
  const rest = (q - 0.5) * Math.log1p(-p / sum);
  if (p < LARGE) {
    return lgamma(p) + stirlingError(q) - stirlingError(sum) + p - p * Math.log(sum) + rest;
  }
  const errors = stirlingError(p) + stirlingError(q) - stirlingError(sum);
  return errors + HALF_LOG_TWO_PI + p * Math.log(p / sum) - 0.5 * Math.log(p) + rest;
}

/**
 * x log(x / m) + m - x, the deviance of Poisson's distribution, without subtracting what is nearly equal.
 *
 * @see Loader, Fast and Accurate Computation of Binomial Probabilities (2000)
 */
export function deviance(x: number, m: number): number {
  if (x === 0) return m;
  if (Math.abs(x - m) === Infinity) return Infinity;
  if (Math.abs(x - m) >= 0.1 * (x + m)) return x * Math.log(x / m) + m - x;
  // With v = (x - m)/(x + m): (x - m) v + 2x Σ v²ʲ⁺¹ / (2j + 1)
  const v = (x - m) / (x + m);
  let sum = (x - m) * v;
  let term = 2 * x * v;
  for (let j = 1; ; j++) {
    term *= v * v;
    const next = sum + term / (2 * j + 1);
    if (next === sum || Number.isNaN(next)) return next;
    sum = next;
  }
}
