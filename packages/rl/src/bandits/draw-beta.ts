import type { Generator } from '@kasane/tensor-core';

/**
 * A draw of Gamma(a, 1) for a ≥ 1.
 *
 * @see Marsaglia and Tsang (2000), https://doi.org/10.1145/358407.358414
 */
function drawGamma(a: number, generator: Generator): number {
  const d = a - 1 / 3;
  for (;;) {
    const z = generator.normal();
    const root = 1 + z / Math.sqrt(9 * d);
    if (root <= 0) continue;
    const v = root * root * root;
    const u = 1 - generator.random(); // in (0, 1]
    if (Math.log(u) < 0.5 * z * z + d - d * v + d * Math.log(v)) return d * v;
  }
}

/** A draw of Beta(a, b) for a and b ≥ 1. */
export function drawBeta(a: number, b: number, generator: Generator): number {
  const x = drawGamma(a, generator);
  return x / (x + drawGamma(b, generator));
}
