import { gradients } from '@kasane/autograd';
import { Generator, ShapeError, tensor, zeros, type Tensor } from '@kasane/tensor-core';
import { describe, expect, it } from 'vitest';
import * as d from '../index.ts';

const { klDivergence } = d;
const leaf = (x: number | number[]): Tensor => tensor(x, { dtype: 'float64', requiresGrad: true });

describe('closed forms', () => {
  it('have the shape to which the batches broadcast', () => {
    const p = new d.Normal(zeros([3, 1]), 1);
    const q = new d.Normal(zeros([2]), 2);
    expect(klDivergence(p, q).shape).toEqual([3, 2]);
    expect(klDivergence(new d.Poisson(zeros([3, 1])), bernoulli([0.1, 0.2])).shape).toEqual([3, 2]);
    const uniform = new d.Uniform(zeros([3, 1]), 1);
    expect(klDivergence(uniform, new d.Beta(zeros([2]).add(1), 1)).shape).toEqual([3, 2]);
    expect(klDivergence(new d.Normal(zeros([0, 1]), 1), q).shape).toEqual([0, 2]);
  });

  it('are 0 between equals, whatever the values of bounds and masks', () => {
    const probs = tensor([0.5, 0.5, 0]);
    const all = [
      new d.Categorical({ probs }),
      new d.OneHotCategorical({ logits: tensor([1, 2, -Infinity]) }),
      new d.OneHotCategoricalStraightThrough({ probs }),
      bernoulli([0, 1, 0.3]),
      new d.Bernoulli({ logits: tensor([-Infinity, 200, 0.3]) }),
      new d.Geometric({ probs: tensor([1, 0.2]) }),
      new d.Poisson(tensor([0, 2])),
      new d.Binomial(tensor([0, 4]), { probs: tensor([0, 1]) }),
      new d.MultivariateNormalDiag(zeros([2]), tensor([1, 2])),
    ];
    for (const p of all) {
      const zero = klDivergence(p, p);
      expect(zero).toBeAllclose(zero.mul(0), { atol: 1e-6 });
    }
  });

  it('are Infinity where p gives what q cannot', () => {
    const one = (p: d.Distribution, q: d.Distribution): unknown => klDivergence(p, q).toArray();
    expect(one(bernoulli([0.5, 0.5]), bernoulli([0, 1]))).toEqual([Infinity, Infinity]);
    expect(one(new d.Uniform(0, 2), new d.Uniform(0, 1))).toBe(Infinity);
    expect(one(new d.Uniform(-1, 1), new d.Gamma(1, 1))).toBe(Infinity);
    expect(one(new d.Uniform(-1, 1), new d.Exponential(1))).toBe(Infinity);
    expect(one(new d.Uniform(0, 2), new d.Beta(2, 2))).toBe(Infinity);
    expect(one(new d.Beta(2, 2), new d.Uniform(0.1, 1))).toBe(Infinity);
    expect(one(new d.Poisson(1), new d.Poisson(0))).toBe(Infinity);
    const more = new d.Binomial(3, { probs: 0.5 });
    expect(one(more, new d.Binomial(2, { probs: 0.5 }))).toBe(Infinity);
    const masked = new d.Categorical({ logits: tensor([0, -Infinity]) });
    expect(one(new d.Categorical({ logits: tensor([0, 0]) }), masked)).toBe(Infinity);
    const certain = new d.Geometric({ probs: 1 });
    expect(one(new d.Geometric({ probs: 0.5 }), certain)).toBe(Infinity);
  });

  it('logits keep the digits that probabilities round away', () => {
    const p = new d.Bernoulli({ logits: leaf([0, 40]) });
    const q = new d.Bernoulli({ logits: leaf([800, 30]) });
    // log ½ + ½ · 800, and the bits that e⁻³⁰ and e⁻⁴⁰ are apart
    expect(klDivergence(p, q)).toBeAllclose([399.3068528194401, 9.352949779158917e-14], {
      rtol: 1e-9,
    });
  });

  it('masked categories have no gradient of NaN', () => {
    for (const name of ['probs', 'logits'] as const) {
      const none = name === 'probs' ? 0 : -Infinity;
      const [a, b] = [leaf([0.5, 0.5, none]), leaf([0.2, 0.8, none])];
      const kl = klDivergence(new d.Categorical({ [name]: a }), new d.Categorical({ [name]: b }));
      for (const grad of gradients([kl], [a, b])) {
        expect(grad!.isNaN().any().item()).toBe(0);
      }
    }
  });

  it('a diagonal normal distribution is one of the full ones', () => {
    const [loc, scale] = [tensor([1, -1]), tensor([0.5, 2])];
    const diagonal = new d.MultivariateNormalDiag(loc, scale);
    const covarianceMatrix = diagonal.covarianceMatrix;
    const full = new d.MultivariateNormal(loc, { covarianceMatrix });
    const other = new d.MultivariateNormal(zeros([2]), {
      covarianceMatrix: tensor([
        [2, 0.5],
        [0.5, 1],
      ]),
    });
    expect(klDivergence(diagonal, full)).toBeAllclose(0, { atol: 1e-6 });
    expect(klDivergence(diagonal, other)).toBeAllclose(klDivergence(full, other).item());
    expect(klDivergence(other, diagonal)).toBeAllclose(klDivergence(other, full).item());
    const apart = new d.MultivariateNormalDiag(zeros([2]), tensor([1, 1]));
    const normals = klDivergence(new d.Normal(loc, scale), new d.Normal(0, 1)).sum();
    expect(klDivergence(diagonal, apart)).toBeAllclose(normals.item());
  });

  it('Independent adds up, transformed distributions are as far apart as what was transformed', () => {
    const [p, q] = [new d.Normal(tensor([0, 1]), 1), new d.Normal(tensor([2, 3]), 2)];
    const each = klDivergence(p, q);
    const both = klDivergence(new d.Independent(p, 1), new d.Independent(q, 1));
    expect(both).toBeAllclose(each.sum().item());
    const list = (scale: Tensor): d.Transform[] => [
      new d.AffineTransform(1, scale),
      new d.ComposeTransform([new d.TanhTransform().inv, new d.TanhTransform()]),
      new d.PowerTransform(3).inv,
    ];
    const bent = (base: d.Distribution): d.Distribution =>
      new d.TransformedDistribution(base, list(tensor([1, 2])));
    expect(klDivergence(bent(p), bent(q))).toBeAllclose(each);
    const logs = [
      new d.LogNormal(0, 1),
      new d.TransformedDistribution(new d.Normal(1, 1), new d.ExpTransform()),
    ] as const;
    expect(klDivergence(logs[0], logs[1]).item()).toBeCloseTo(0.5);
    const stick = (base: d.Distribution): d.Distribution =>
      new d.TransformedDistribution(base, new d.StickBreakingTransform());
    expect(klDivergence(stick(p), stick(q))).toBeAllclose(each.sum().item());
  });
});

describe('pairs without a closed form', () => {
  it.each<readonly [string, d.Distribution, d.Distribution]>([
    ['Gamma and LogNormal', new d.Gamma(1, 1), new d.LogNormal(0, 1)],
    ['Logistic and Logistic', new d.Logistic(0, 1), new d.Logistic(0, 1)],
    ['Binomial and Binomial', new d.Binomial(2, { probs: 0.5 }), new d.Binomial(3, { probs: 0.5 })],
    [
      'Independent(Normal, 1) and Independent(StudentT, 1)',
      new d.Independent(new d.Normal(zeros([2]), 1), 1),
      new d.Independent(new d.StudentT(3, zeros([2]), 1), 1),
    ],
    [
      'Independent(Normal, 2) and Independent(MultivariateNormalDiag, 1)',
      new d.Independent(new d.Normal(zeros([2, 2]), 1), 2),
      new d.Independent(new d.MultivariateNormalDiag(zeros([2, 2]), zeros([2]).add(1)), 1),
    ],
    [
      'TransformedDistribution(Normal, [AffineTransform]) and TransformedDistribution(Normal, [AffineTransform])',
      new d.TransformedDistribution(new d.Normal(0, 1), new d.AffineTransform(0, 1)),
      new d.TransformedDistribution(new d.Normal(0, 1), new d.AffineTransform(0, 2)),
    ],
  ])('%s: the error names both', (names, p, q) => {
    expect(() => klDivergence(p, q)).toThrow(
      `klDivergence: there is no closed form for ${names}. Give { numSamples } to estimate it from draws, or add one by registerKl.`,
    );
    const generator = new Generator(1);
    const estimate = klDivergence(p, q, { numSamples: 10, generator });
    expect(Number.isFinite(estimate.item())).toBe(true);
  });

  it('are estimated when asked for, with the same bits for one seed, while closed forms stay exact', () => {
    const [p, q] = [new d.Logistic(zeros([2]), 1), new d.Normal(0, 2)];
    const draw = (seed: number): Tensor =>
      klDivergence(p, q, { numSamples: 4000, generator: new Generator(seed) });
    expect(draw(1).toArray()).toEqual(draw(1).toArray());
    // -2 + log 2√2π + π²/3 / 8
    expect(draw(2)).toBeAllclose([0.0233, 0.0233], { atol: 0.02 });
    expect(klDivergence(q, q, { numSamples: 1 }).item()).toBe(0);
  });

  it('gradients of estimates are right on average, with and without differentiable draws', () => {
    const options = { numSamples: 40_000, generator: new Generator(3) };
    const scale = leaf(1.5);
    // KL(Logistic(0, s), Normal(0, 2)) = const - log s + π²s²/24
    const [grad] = gradients(
      [klDivergence(new d.Logistic(0, scale), new d.Normal(0, 2), options)],
      [scale],
    );
    expect(grad!.item()).toBeCloseTo(-1 / 1.5 + (Math.PI ** 2 * 1.5) / 12, 1);
    // Poisson(a) from Geometric(p): a log a - a - E log k! - a log(1 - p) - log p
    const [rate, probs] = [leaf(3), leaf(0.3)];
    const geometric = new d.Geometric({ probs });
    const discrete = klDivergence(new d.Poisson(rate), geometric, options);
    const [byRate, byProbs] = gradients([discrete], [rate, probs]);
    expect(byProbs!.item()).toBeCloseTo(3 / 0.7 - 1 / 0.3, 1);
    // log a - log(1 - p) - E log(k + 1), by differences of the sum over k
    const terms = (a: number): number => {
      let [sum, log] = [0, -a];
      for (let k = 0; k < 60; k++) {
        if (k > 0) log += Math.log(a / k);
        sum += Math.exp(log) * (log - k * Math.log(0.7) - Math.log(0.3));
      }
      return sum;
    };
    expect(discrete.item()).toBeCloseTo(terms(3), 1);
    expect(byRate!.item()).toBeCloseTo((terms(3.01) - terms(2.99)) / 0.02, 1);
  });

  it('an estimate is Infinity where p gives what q cannot', () => {
    const rate = leaf(3);
    const q = new d.Geometric({ probs: 1 });
    const kl = klDivergence(new d.Poisson(rate), q, {
      numSamples: 50,
      generator: new Generator(1),
    });
    expect(kl.item()).toBe(Infinity);
  });
});

describe('mistakes', () => {
  const p = new d.Normal(zeros([2]), 1);
  it('shapes that do not fit', () => {
    expect(() => klDivergence(p, new d.Normal(zeros([3]), 1))).toThrow(ShapeError);
    expect(() => klDivergence(p, new d.Independent(p, 1))).toThrow(
      'klDivergence: draws of both must have one shape, got those of Normal with [] and of Independent(Normal, 1) with [2].',
    );
  });
  it('options and arguments', () => {
    expect(() => klDivergence(p, p, { numSamples: 0 })).toThrow('numSamples');
    expect(() => klDivergence(p, undefined as never)).toThrow(
      'klDivergence: q must be a distribution such as new Normal(0, 1), got undefined.',
    );
    expect(() => d.registerKl(d.Normal, 3 as never, () => zeros([]))).toThrow(
      'registerKl: q must be a class of distributions, got 3.',
    );
  });
});

it('registerKl: the last entry counts, and the nearest class', () => {
  class Base extends d.Normal {}
  class Near extends Base {}
  d.registerKl(Base, Base, () => tensor(1));
  expect(klDivergence(new Near(0, 1), new Near(0, 1)).item()).toBe(1);
  d.registerKl(Near, Base, () => tensor(2));
  expect(klDivergence(new Near(0, 1), new Near(0, 1)).item()).toBe(2);
  expect(klDivergence(new Base(0, 1), new Near(0, 1)).item()).toBe(1);
  d.registerKl(Near, Base, () => tensor(3));
  expect(klDivergence(new Near(0, 1), new Base(0, 1)).item()).toBe(3);
});

function bernoulli(probs: number[]): d.Bernoulli {
  return new d.Bernoulli({ probs: tensor(probs) });
}
