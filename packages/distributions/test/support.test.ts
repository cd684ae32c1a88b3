/** Values that can be listed, and parameters that cannot be. */
import { ShapeError, tensor, zeros } from '@kasane/tensor-core';
import { describe, expect, it } from 'vitest';
import * as d from '../src/index.ts';

describe('enumerateSupport', () => {
  it.each<readonly [string, d.Distribution, unknown]>([
    ['Bernoulli', new d.Bernoulli({ probs: 0.2 }), [0, 1]],
    ['Categorical', new d.Categorical({ probs: tensor([1, 2, 3]) }), [0, 1, 2]],
    ['Binomial', new d.Binomial(2, { probs: 0.2 }), [0, 1, 2]],
    [
      'OneHotCategorical',
      new d.OneHotCategorical({ probs: tensor([1, 2]) }),
      [
        [1, 0],
        [0, 1],
      ],
    ],
    ['Independent', new d.Independent(new d.Bernoulli({ probs: 0.2 }), 0), [0, 1]],
  ])('%s: all values, whose probabilities add up to 1', (_, p, values) => {
    expect(p.hasEnumerateSupport).toBe(true);
    const all = p.enumerateSupport();
    expect(all.toArray()).toEqual(values);
    expect(p.logProb(all).exp().sum().item()).toBeCloseTo(1);
    const wide = p.expand([2, 3]);
    const n = all.shape[0]!;
    expect(wide.enumerateSupport().shape).toEqual([n, 2, 3, ...p.eventShape]);
    const narrow = wide.enumerateSupport({ expand: false });
    expect(narrow.shape).toEqual([n, 1, 1, ...p.eventShape]);
    expect(wide.logProb(narrow).shape).toEqual([n, 2, 3]);
  });

  it('is an error where there are no such values', () => {
    const many = 'there is no enumerateSupport, for its values are not finitely many. Use sample.';
    expect(new d.Normal(0, 1).hasEnumerateSupport).toBe(false);
    expect(() => new d.Normal(0, 1).enumerateSupport()).toThrow(`Normal: ${many}`);
    const both = new d.Independent(new d.Bernoulli({ probs: zeros([2]) }), 1);
    expect(both.hasEnumerateSupport).toBe(false);
    expect(() => both.enumerateSupport()).toThrow(`Independent: ${many}`);
    expect(() => new d.Binomial(tensor([2, 3]), { probs: 0.5 }).enumerateSupport()).toThrow(
      'Binomial: enumerateSupport needs one count for all of the batch, got 2 and others.',
    );
  });
});

describe('bad parameters: the error names parameter, constraint and value', () => {
  const eye = tensor([
    [1, 2],
    [2, 1],
  ]);
  it.each<readonly [string, () => unknown]>([
    ['Normal: scale must be greater than 0, got 0.', () => new d.Normal(0, 0)],
    ['Normal: loc must be a number other than NaN, got NaN.', () => new d.Normal(Number.NaN, 1)],
    ['Normal: scale must be greater than 0, got -2.', () => new d.Normal(0, tensor([1, -2]))],
    ['LogNormal: scale must be greater than 0, got -1.', () => new d.LogNormal(0, -1)],
    ['Laplace: scale must be greater than 0, got -1.', () => new d.Laplace(0, -1)],
    ['Logistic: scale must be greater than 0, got -1.', () => new d.Logistic(0, -1)],
    ['Gumbel: scale must be greater than 0, got -1.', () => new d.Gumbel(0, -1)],
    ['Cauchy: scale must be greater than 0, got -1.', () => new d.Cauchy(0, -1)],
    ['HalfNormal: scale must be greater than 0, got -1.', () => new d.HalfNormal(-1)],
    ['StudentT: df must be greater than 0, got 0.', () => new d.StudentT(0)],
    ['VonMises: concentration must be greater than 0, got -1.', () => new d.VonMises(0, -1)],
    ['Exponential: rate must be greater than 0, got 0.', () => new d.Exponential(0)],
    ['Gamma: concentration must be greater than 0, got -1.', () => new d.Gamma(-1, 1)],
    ['Gamma: rate must be greater than 0, got -1.', () => new d.Gamma(1, -1)],
    ['Beta: concentration0 must be greater than 0, got 0.', () => new d.Beta(1, 0)],
    ['Poisson: rate must be at least 0, got -1.', () => new d.Poisson(-1)],
    ['Uniform: high - low must be greater than 0, got -1.', () => new d.Uniform(1, 0)],
    ['Uniform: high must be finite, got Infinity.', () => new d.Uniform(1, Infinity)],
    ['Bernoulli: probs must be from 0 to 1, got 1.5.', () => new d.Bernoulli({ probs: 1.5 })],
    ['Bernoulli: needs either { probs } or { logits }, got neither.', () => new d.Bernoulli({})],
    [
      'Geometric: probs must be greater than 0 and at most 1, got 0.',
      () => new d.Geometric({ probs: 0 }),
    ],
    [
      'Binomial: totalCount must be a whole number of at least 0, got 2.5.',
      () => new d.Binomial(2.5, { probs: 0.5 }),
    ],
    [
      'Categorical: probs must be a vector of finite numbers of at least 0, not all 0, got [0, 0].',
      () =>
        new d.Categorical({
          probs: tensor([
            [1, 2],
            [0, 0],
          ]),
        }),
    ],
    [
      'Categorical: needs either { probs } or { logits }, got both.',
      () => new d.Categorical({ probs: tensor([1]), logits: tensor([1]) }),
    ],
    [
      'Dirichlet: concentration must be a vector of numbers greater than 0, got [1, -1].',
      () => new d.Dirichlet(tensor([1, -1])),
    ],
    [
      'MultivariateNormal: covarianceMatrix must be a symmetric positive definite matrix, got [1, 2, 2, 1].',
      () => new d.MultivariateNormal(zeros([2]), { covarianceMatrix: eye }),
    ],
    [
      'MultivariateNormal: scaleTril must be a lower triangular matrix with a positive diagonal, got [1, 2, 2, 1].',
      () => new d.MultivariateNormal(zeros([2]), { scaleTril: eye }),
    ],
    [
      'RelaxedBernoulli: temperature must be greater than 0, got 0.',
      () => new d.RelaxedBernoulli(0, { probs: 0.5 }),
    ],
    [
      'TruncatedNormal: high - low must be greater than 0, got 0.',
      () => new d.TruncatedNormal(0, 1, { low: 1, high: 1 }),
    ],
  ])('%s', (message, make) => {
    expect(make).toThrow(message);
  });

  it('validateArgs: false lets them pass; shapes that do not broadcast are named', () => {
    expect(new d.Normal(0, -1, { validateArgs: false }).scale.item()).toBe(-1);
    const apart = (): unknown => new d.Normal(zeros([2]), zeros([3]).add(1));
    expect(apart).toThrow(ShapeError);
    expect(apart).toThrow('Normal: shapes [2] and [3] do not broadcast. Sizes must be equal or 1.');
  });
});

describe('bounds have the mathematical limit', () => {
  it.each<readonly [string, d.Distribution, number, number]>([
    ['Beta(1, 1) at 0', new d.Beta(1, 1), 0, 0],
    ['Beta(1, 1) at 1', new d.Beta(1, 1), 1, 0],
    ['Beta(1, 3) at 0', new d.Beta(1, 3), 0, Math.log(3)],
    ['Beta(2, 2) at 1', new d.Beta(2, 2), 1, -Infinity],
    ['Beta(½, ½) at 0', new d.Beta(0.5, 0.5), 0, Infinity],
    ['Gamma(1, 2) at 0', new d.Gamma(1, 2), 0, Math.LN2],
    ['Gamma(2, 2) at 0', new d.Gamma(2, 2), 0, -Infinity],
    ['Gamma(½, 2) at 0', new d.Gamma(0.5, 2), 0, Infinity],
    ['Exponential at 0', new d.Exponential(2), 0, Math.LN2],
    ['HalfNormal at 0', new d.HalfNormal(1), 0, 0.5 * Math.log(2 / Math.PI)],
    ['Uniform at its bounds', new d.Uniform(0, 2), 2, -Math.LN2],
    ['a certain Bernoulli', new d.Bernoulli({ probs: 1 }), 1, 0],
    ['an impossible Bernoulli', new d.Bernoulli({ probs: 0 }), 1, -Infinity],
    ['Bernoulli with logits of Infinity', new d.Bernoulli({ logits: Infinity }), 1, 0],
    ['Geometric with logits of Infinity', new d.Geometric({ logits: Infinity }), 0, 0],
    ['Binomial with logits of Infinity', new d.Binomial(3, { logits: Infinity }), 3, 0],
    ['Binomial with logits of -Infinity', new d.Binomial(3, { logits: -Infinity }), 0, 0],
    ['Poisson of nothing', new d.Poisson(0), 0, 0],
    ['Geometric that always succeeds', new d.Geometric({ probs: 1 }), 0, 0],
    ['Binomial that always succeeds', new d.Binomial(3, { probs: 1 }), 3, 0],
    ['Binomial of no trials', new d.Binomial(0, { probs: 0.5 }), 0, 0],
    ['LogNormal at 0', new d.LogNormal(0, 1), 0, -Infinity],
  ])('%s', (_, p, value, log) => {
    expect(p.logProb(value).item()).toBeCloseTo(log, 6);
  });

  it('Dirichlet of ones is even, corners included', () => {
    const p = new d.Dirichlet(tensor([1, 1, 1]));
    const x = tensor([
      [1, 0, 0],
      [0, 0.5, 0.5],
      [0.2, 0.3, 0.5],
    ]);
    expect(p.logProb(x)).toBeAllclose([Math.LN2, Math.LN2, Math.LN2]);
  });

  it('cumulative probabilities end at 0 and 1', () => {
    const all = [
      new d.Normal(0, 1), new d.Gamma(2, 1), new d.Beta(2, 2), new d.StudentT(2), new d.Cauchy(0, 1),
      new d.Logistic(0, 1), new d.Gumbel(0, 1), new d.LogNormal(0, 1), new d.Uniform(0, 1),
      new d.Exponential(1), new d.Geometric({ probs: 0.3 }), new d.TruncatedNormal(0, 1, { low: 0 }),
      new d.VonMises(0, 1), new d.HalfNormal(1), new d.Laplace(0, 1), new d.Poisson(2),
      new d.Binomial(3, { probs: 0.3 }), new d.Poisson(300), new d.Binomial(300, { probs: 0.3 }),
    ]; // prettier-ignore
    for (const p of all) {
      const ends = [-Infinity, Infinity, Number.NaN].map((x) => p.cdf(x).item());
      expect([p.name, ...ends]).toEqual([p.name, 0, 1, Number.NaN]);
    }
  });

  it('inverses of them give the bounds of the support, and NaN beyond 0 and 1', () => {
    const all: readonly (readonly [d.Distribution, number, number])[] = [
      [new d.Normal(0, 1), -Infinity, Infinity],
      [new d.Cauchy(0, 1), -Infinity, Infinity],
      [new d.Laplace(0, 1), -Infinity, Infinity],
      [new d.Logistic(0, 1), -Infinity, Infinity],
      [new d.Gumbel(0, 1), -Infinity, Infinity],
      [new d.LogNormal(0, 1), 0, Infinity],
      [new d.HalfNormal(1), 0, Infinity],
      [new d.Exponential(1), 0, Infinity],
      [new d.Uniform(-1, 3), -1, 3],
      [new d.TruncatedNormal(0, 1, { low: -1, high: 3 }), -1, 3],
    ];
    for (const [p, low, high] of all) {
      const [first, second, ...beyond] = p.icdf(tensor([0, 1, -0.5, 1.5, Number.NaN])).dataSync();
      expect([p.name, first! + 0, second]).toEqual([p.name, low, high]);
      expect(beyond).toEqual([Number.NaN, Number.NaN, Number.NaN]);
      const q = tensor([1e-6, 0.2, 0.5, 0.8, 0.99]);
      expect(p.cdf(p.icdf(q))).toBeAllclose(q.toArray(), { rtol: 1e-4 });
    }
  });
});

describe('constraints', () => {
  it.each(['realVector', 'simplex', 'oneHot'] as const)('%s wants vectors', (name) => {
    const { description, check } = d.constraints[name];
    expect(() => check(tensor(1))).toThrow(
      new ShapeError(`check: ${description} needs at least 1 dimensions, got shape [].`),
    );
  });

  it.each(['lowerCholesky', 'positiveDefinite'] as const)('%s wants matrices', (name) => {
    expect(() => d.constraints[name].check(tensor([1]))).toThrow(ShapeError);
  });
});
