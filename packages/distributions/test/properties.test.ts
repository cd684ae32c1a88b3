/** What holds for all parameters. */
import { arange, tensor, type Tensor } from '@kasane/tensor-core';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import * as d from '../src/index.ts';

const size = fc.double({ min: 0.05, max: 20, noNaN: true });
const share = fc.double({ min: 0.01, max: 0.99, noNaN: true });
const f64 = (x: number): Tensor => tensor(x, { dtype: 'float64' });

const families: Readonly<Record<string, (a: Tensor, b: Tensor) => d.Distribution>> = {
  Normal: (a, b) => new d.Normal(a, b),
  LogNormal: (a, b) => new d.LogNormal(a, b),
  Laplace: (a, b) => new d.Laplace(a, b),
  Gumbel: (a, b) => new d.Gumbel(a, b),
  Cauchy: (a, b) => new d.Cauchy(a, b),
  HalfNormal: (a) => new d.HalfNormal(a),
  Exponential: (a) => new d.Exponential(a),
  Gamma: (a, b) => new d.Gamma(a, b),
  Beta: (a, b) => new d.Beta(a, b),
  Poisson: (a) => new d.Poisson(a),
  Uniform: (a, b) => new d.Uniform(a.neg(), b),
};

describe.each(Object.entries(families))('%s', (_, make) => {
  it('the divergence is at least 0, and 0 from itself', () => {
    fc.assert(
      fc.property(size, size, size, size, (a, b, c, e) => {
        const [p, q] = [make(f64(a), f64(b)), make(f64(c), f64(e))];
        expect(d.klDivergence(p, q).item()).toBeGreaterThan(-1e-9);
        expect(Math.abs(d.klDivergence(p, p).item())).toBeLessThan(1e-9);
      }),
      { numRuns: 30, seed: 1 },
    );
  });

  it('cumulative probabilities grow, and the density is their slope', () => {
    fc.assert(
      fc.property(size, size, share, (a, b, x) => {
        const p = make(f64(a), f64(b));
        if (p.support.isDiscrete) {
          const log = p.logProb(arange(200, { dtype: 'float64' }));
          expect(log.exp().cumsum(0).select(0, 7).item()).toBeCloseTo(p.cdf(7).item(), 9);
          return;
        }
        const h = 1e-5 * x;
        const rise = p.cdf(f64(x + h)).item() - p.cdf(f64(x - h)).item();
        const density = p.logProb(f64(x)).exp().item();
        expect(rise).toBeGreaterThanOrEqual(0);
        if (x < 0.98 * b)
          expect(Math.abs(rise / (2 * h) - density)).toBeLessThan(1e-4 * (1 + density));
      }),
      { numRuns: 30, seed: 1 },
    );
  });
});

describe('probabilities add up to 1', () => {
  it.each<readonly [string, (p: number, n: number) => d.Distribution]>([
    ['Binomial', (p, n) => new d.Binomial(f64(n), { probs: f64(p) })],
    ['Binomial of logits', (p, n) => new d.Binomial(f64(n), { logits: f64(8 * p - 4) })],
    ['Geometric', (p) => new d.Geometric({ probs: f64(0.2 + 0.8 * p) })],
    ['Poisson', (p, n) => new d.Poisson(f64(p * n))],
  ])('%s', (_, make) => {
    fc.assert(
      fc.property(share, fc.integer({ min: 0, max: 60 }), (p, n) => {
        const log = make(p, n).logProb(arange(200, { dtype: 'float64' }));
        expect(log.exp().sum().item()).toBeCloseTo(1, 10);
      }),
      { numRuns: 30, seed: 1 },
    );
  });
});
