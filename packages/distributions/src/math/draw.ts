/** Single draws of the distributions that have to try more than once, from the stream that was started. */
import { lgamma } from './gamma.ts';
import { streamNormal, streamUniform } from './stream.ts';

/**
 * The logarithm of a draw of Gamma(a, 1), which stays finite where the draw itself would vanish.
 *
 * @see Marsaglia and Tsang, A Simple Method for Generating Gamma Variables (2000), https://doi.org/10.1145/358407.358414
 */
export function drawLogGamma(a: number): number {
  if (!(a >= 0 && a < Infinity)) return a > 0 ? a : Number.NaN; // which nothing would be accepted for
  // Below 1: Gamma(a) is Gamma(a + 1) · u^(1/a).
  if (a < 1) return drawLogGamma(a + 1) + Math.log(streamUniform()) / a;
  const d = a - 1 / 3;
  const scale = 1 / Math.sqrt(9 * d);
  for (;;) {
    const z = streamNormal();
    const root = 1 + scale * z;
    if (root <= 0) continue;
    const v = root * root * root;
    const u = streamUniform();
    // Most are below the bound that needs no logarithms.
    if (
      u < 1 - 0.0331 * (z * z) * (z * z) ||
      Math.log(u) < 0.5 * z * z + d - d * v + d * Math.log(v)
    ) {
      return Math.log(d) + 3 * Math.log(root);
    }
  }
}

/**
 * A draw of Poisson's distribution.
 *
 * @see Hörmann, The Transformed Rejection Method for Generating Poisson Random Variables (1993), https://doi.org/10.1016/0167-6687(93)90997-4
 */
export function drawPoisson(rate: number): number {
  if (!(rate >= 0 && rate < Infinity)) return rate > 0 ? rate : Number.NaN;
  if (rate < 10) {
    // As many factors as keep the product above e^-rate.
    const floor = Math.exp(-rate);
    let product = streamUniform();
    let k = 0;
    for (; product > floor; k++) product *= streamUniform();
    return k;
  }
  const logRate = Math.log(rate);
  const b = 0.931 + 2.53 * Math.sqrt(rate);
  const a = -0.059 + 0.02483 * b;
  const inverseAlpha = 1.1239 + 1.1328 / (b - 3.4);
  const quick = 0.9277 - 3.6224 / (b - 2);
  for (;;) {
    const u = streamUniform() - 0.5;
    const v = streamUniform();
    const room = 0.5 - Math.abs(u);
    const k = Math.floor(((2 * a) / room + b) * u + rate + 0.43);
    if (room >= 0.07 && v <= quick) return k;
    if (k < 0 || (room < 0.013 && v > room)) continue;
    const height = Math.log((v * inverseAlpha) / (a / (room * room) + b));
    if (height <= k * logRate - rate - lgamma(k + 1)) return k;
  }
}

/**
 * A draw of the binomial distribution.
 *
 * @see Hörmann, The Generation of Binomial Random Variates (1993), https://doi.org/10.1080/00949659308811496
 */
export function drawBinomial(n: number, p: number): number {
  if (!(p >= 0 && p <= 1 && n >= 0 && n < Infinity)) return Number.NaN;
  if (p > 0.5) return n - drawBinomial(n, 1 - p);
  if (n === 0 || p === 0) return 0;
  if (n * p < 10) {
    // Successes are a geometric number of trials apart.
    const scale = 1 / Math.log1p(-p);
    let trials = 0;
    for (let k = 0; ; k++) {
      trials += Math.floor(Math.log(streamUniform()) * scale) + 1;
      if (trials > n) return k;
    }
  }
  const spread = Math.sqrt(n * p * (1 - p));
  const b = 1.15 + 2.53 * spread;
  const a = -0.0873 + 0.0248 * b + 0.01 * p;
  const quick = 0.92 - 4.2 / b;
  const alpha = (2.83 + 5.1 / b) * spread;
  const odds = Math.log(p / (1 - p));
  const mode = Math.floor((n + 1) * p);
  const top = lgamma(mode + 1) + lgamma(n - mode + 1);
  for (;;) {
    const u = streamUniform() - 0.5;
    const v = streamUniform();
    const room = 0.5 - Math.abs(u);
    const k = Math.floor(((2 * a) / room + b) * u + n * p + 0.5);
    if (room >= 0.07 && v <= quick) return k;
    if (k < 0 || k > n) continue;
    const height = Math.log((v * alpha) / (a / (room * room) + b));
    if (height <= top - lgamma(k + 1) - lgamma(n - k + 1) + (k - mode) * odds) return k;
  }
}

/**
 * A draw of von Mises' distribution around 0, from -π to π.
 *
 * @see Best and Fisher, Efficient Simulation of the von Mises Distribution (1979), https://doi.org/10.2307/2346732
 */
export function drawVonMises(k: number): number {
  if (k < 1e-8) return Math.PI * (2 * streamUniform() - 1);
  // Beyond this the distribution is normal to the last digit, while the method loses all of its own.
  if (k > 1e8) return streamNormal() / Math.sqrt(k);
  const tau = 1 + Math.sqrt(1 + 4 * k * k);
  const rho = (tau - Math.sqrt(2 * tau)) / (2 * k);
  const r = (1 + rho * rho) / (2 * rho);
  for (;;) {
    const z = Math.cos(Math.PI * streamUniform());
    const f = (1 + r * z) / (r + z);
    const c = k * (r - f);
    const u = streamUniform();
    if (c * (2 - c) <= u && Math.log(c / u) + 1 - c < 0) continue;
    const angle = Math.acos(Math.min(1, Math.max(-1, f)));
    return streamUniform() < 0.5 ? -angle : angle;
  }
}

/** How many trials fail before the first success of probability p. */
export function drawGeometric(p: number): number {
  return p >= 1 ? 0 : Math.floor(Math.log(streamUniform()) / Math.log1p(-p));
}
