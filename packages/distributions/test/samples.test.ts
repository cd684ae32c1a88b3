/** Every sampler against its own cumulative probabilities, and the gradients of its draws. */
import { gradients } from '@kasane/autograd';
import { arange, Generator, noGrad, tensor, type Tensor } from '@kasane/tensor-core';
import { describe, expect, it } from 'vitest';
import * as d from '../src/index.ts';

const count = 4000;
const f64 = (values: number | number[]): Tensor => tensor(values, { dtype: 'float64' });

/** Distributions of numbers that have a cdf, with parameters from all branches of their samplers. */
const continuous: readonly (readonly [string, () => d.Distribution])[] = [
  ['Normal', () => new d.Normal(-1, 2)],
  ['LogNormal', () => new d.LogNormal(0.5, 0.7)],
  ['Uniform', () => new d.Uniform(-1, 3)],
  ['Exponential', () => new d.Exponential(3)],
  ['Laplace', () => new d.Laplace(1, 2)],
  ['Logistic', () => new d.Logistic(1, 2)],
  ['Gumbel', () => new d.Gumbel(1, 2)],
  ['Cauchy', () => new d.Cauchy(1, 2)],
  ['HalfNormal', () => new d.HalfNormal(2)],
  ['StudentT', () => new d.StudentT(2.5, 1, 2)],
  ['StudentT, heavy', () => new d.StudentT(0.6, 1, 2)],
  ['VonMises', () => new d.VonMises(0, 1.5)],
  ['VonMises, narrow', () => new d.VonMises(0, 200)],
  ['VonMises, flat', () => new d.VonMises(0, 1e-9)],
  ['Gamma', () => new d.Gamma(3, 2)],
  ['Gamma below 1', () => new d.Gamma(0.3, 2)],
  ['Gamma, large', () => new d.Gamma(50, 2)],
  ['Gamma in float64', () => new d.Gamma(f64(0.05), 2)],
  ['Beta', () => new d.Beta(2, 0.6)],
  ['Beta below 1', () => new d.Beta(f64(0.2), 0.4)],
  ['Beta, large', () => new d.Beta(80, 30)],
  ['TruncatedNormal', () => new d.TruncatedNormal(0, 1, { low: -0.5, high: 2 })],
  ['TruncatedNormal below', () => new d.TruncatedNormal(1, 2, { high: 0 })],
  ['TruncatedNormal, narrow', () => new d.TruncatedNormal(0, 1, { low: 0.5, high: 0.51 })],
  ['TruncatedNormal in a tail', () => new d.TruncatedNormal(0, 1, { low: 4 })],
  [
    'a squashed Normal',
    () => new d.TransformedDistribution(new d.Normal(0.3, 1), new d.TanhTransform()),
  ],
  [
    'a decreasing map',
    () => new d.TransformedDistribution(new d.Gamma(2, 1), new d.AffineTransform(1, -2)),
  ],
  [
    'MixtureSameFamily',
    () =>
      new d.MixtureSameFamily(
        new d.Categorical({ probs: tensor([0.3, 0.7]) }),
        new d.Normal(tensor([-2, 1]), tensor([0.5, 1])),
      ),
  ],
];

/** The largest distance between the cumulative probabilities of draws and those of the distribution, times √n. */
function distance(p: d.Distribution, draws: Tensor): number {
  const below = p.cdf(draws).sort().values.dataSync();
  const n = below.length;
  let most = 0;
  below.forEach((v, i) => {
    most = Math.max(most, Math.abs(v - i / n), Math.abs(v - (i + 1) / n));
  });
  return most * Math.sqrt(n);
}

// A right sampler exceeds this once in 2,000 seeds; the seed is fixed.
const KOLMOGOROV = 2.03;

/** How unlikely χ² is for counts of draws beside log probabilities, in standard deviations. */
function surprise(draws: Tensor, log: Tensor): number {
  const seen = new Float64Array(log.size);
  const n = draws.size;
  for (const k of draws.dataSync()) seen[k]!++;
  // What is expected fewer than 8 times is taken together.
  let [square, cells, rest, restSeen] = [0, 0, n, n];
  log.dataSync().forEach((v, k) => {
    const expected = n * Math.exp(v);
    if (expected === 0) expect(seen[k]).toBe(0);
    if (expected < 8) return;
    square += (seen[k]! - expected) ** 2 / expected;
    cells++;
    rest -= expected;
    restSeen -= seen[k]!;
  });
  if (rest > 8) {
    square += (restSeen - rest) ** 2 / rest;
    cells++;
  }
  const freedom = cells - 1;
  if (freedom === 0) return square;
  // Wilson and Hilferty: its cube root is nearly normal.
  return ((square / freedom) ** (1 / 3) - 1 + 2 / (9 * freedom)) / Math.sqrt(2 / (9 * freedom));
}

/** Standard deviations that a right sampler exceeds once in 2,000 seeds. */
const UNLIKELY = 3.3;

describe('draws are distributed as the cumulative probabilities say', () => {
  it.each(continuous)('%s', (_, make) => {
    const p = make();
    const generator = new Generator(7);
    expect(distance(p, p.sample([count], { generator }))).toBeLessThan(KOLMOGOROV);
  });

  it.each<readonly [string, d.Distribution]>([
    ['Bernoulli', new d.Bernoulli({ probs: 0.3 })],
    ['Bernoulli of logits', new d.Bernoulli({ logits: 1.5 })],
    ['Categorical', new d.Categorical({ probs: tensor([1, 2, 0, 3, 4]) })],
    ['Categorical of logits', new d.Categorical({ logits: tensor([1, 200, 201, -Infinity]) })],
    ['Geometric', new d.Geometric({ probs: 0.2 })],
    ['Geometric, certain', new d.Geometric({ probs: 1 })],
    ['Poisson', new d.Poisson(3.5)],
    ['Poisson of nothing', new d.Poisson(0)],
    ['Poisson, large', new d.Poisson(40)],
    ['Binomial', new d.Binomial(12, { probs: 0.3 })],
    ['Binomial, likely', new d.Binomial(12, { logits: 2 })],
    ['Binomial, large', new d.Binomial(200, { probs: 0.3 })],
    ['Binomial, large and likely', new d.Binomial(200, { probs: 0.8 })],
    ['Binomial, certain', new d.Binomial(7, { probs: 1 })],
  ])('%s', (_, p) => {
    const draws = p.sample([count], { generator: new Generator(8) });
    expect(surprise(draws, p.logProb(arange(0, 261)))).toBeLessThan(UNLIKELY);
  });

  it('one-hot vectors: the categories', () => {
    const generator = new Generator(8);
    const logits = tensor([0.5, -1, 2]);
    const log = new d.Categorical({ logits }).logits;
    const all = [
      new d.OneHotCategorical({ logits }).sample([count], { generator }),
      new d.OneHotCategoricalStraightThrough({ logits }).rsample([count], { generator }),
      d.gumbelSoftmax(logits.broadcastTo([count, 3]), { hard: true, generator }),
      new d.RelaxedOneHotCategorical(0.7, { logits }).sample([count], { generator }),
    ];
    for (const x of all) expect(surprise(x.argmax(-1), log)).toBeLessThan(UNLIKELY);
    for (const x of all.slice(0, 3)) {
      expect(x.sum(-1)).toBeAllclose(new Array<number>(count).fill(1));
    }
  });

  it('relaxed distributions: differences of logarithms are logistic', () => {
    const generator = new Generator(11);
    const relaxed = new d.RelaxedOneHotCategorical(0.7, { logits: tensor([0.5, -1, 2]) });
    const x = relaxed.sample([count], { generator }).log();
    const apart = x.select(-1, 0).sub(x.select(-1, 1)).mul(0.7);
    expect(distance(new d.Logistic(1.5, 1), apart)).toBeLessThan(KOLMOGOROV);
    const y = new d.RelaxedBernoulli(f64(2), { logits: -1 }).sample([count], { generator });
    const odds = y.log().sub(y.neg().log1p()).mul(2);
    expect(distance(new d.Logistic(-1, 1), odds)).toBeLessThan(KOLMOGOROV);
  });

  it('VonMises around another angle: draws from -π to π', () => {
    const p = new d.VonMises(3, 1.5);
    const x = p.sample([count], { generator: new Generator(12) });
    expect(x.abs().max().item()).toBeLessThanOrEqual(Math.fround(Math.PI));
    const turned = x.less(3 - Math.PI).where(x.add(2 * Math.PI), x);
    expect(distance(p, turned)).toBeLessThan(KOLMOGOROV);
  });

  it('normal vectors: in every direction', () => {
    const [loc, covarianceMatrix] = [
      tensor([1, -1]),
      tensor([
        [2, 0.6],
        [0.6, 0.5],
      ]),
    ];
    const full = new d.MultivariateNormal(loc, { covarianceMatrix });
    const { precisionMatrix, scaleTril } = full;
    const all = [
      full,
      new d.MultivariateNormal(loc, { precisionMatrix }),
      new d.MultivariateNormal(loc, { scaleTril }),
      new d.MultivariateNormalDiag(loc, tensor([0.5, 2])),
      new d.Independent(new d.Normal(loc, tensor([0.5, 2])), 1),
    ];
    for (const p of all) {
      const x = p.sample([count], { generator: new Generator(9) });
      const covariance =
        p instanceof d.MultivariateNormal
          ? covarianceMatrix
          : tensor([
              [0.25, 0],
              [0, 4],
            ]);
      for (const direction of [
        [1, 0],
        [0, 1],
        [1, -2],
      ]) {
        const v = tensor(direction).reshape([2, 1]);
        const scale = covariance.matmul(v).mul(v).sum().sqrt();
        const along = new d.Normal(loc.matmul(v).item(), scale.item());
        expect(distance(along, x.matmul(v).squeeze(-1))).toBeLessThan(KOLMOGOROV);
      }
    }
  });

  it('Dirichlet: each element is a beta distribution', () => {
    const x = new d.Dirichlet(tensor([0.5, 2, 3])).sample([count], {
      generator: new Generator(10),
    });
    expect(distance(new d.Beta(0.5, 5), x.select(-1, 0))).toBeLessThan(KOLMOGOROV);
    expect(distance(new d.Beta(3, 2.5), x.select(-1, 2))).toBeLessThan(KOLMOGOROV);
    expect(x.sum(-1)).toBeAllclose(x.sum(-1).mul(0).add(1));
  });
});

describe('gradients of draws', () => {
  /** How a draw moves with a parameter while its cumulative probability stays, by differences. */
  function slope(make: (t: number) => d.Distribution, x: number, at: number): number {
    const h = 1e-5;
    const cdf = (t: number, v: number): number => make(t).cdf(f64(v)).item();
    const byParameter = cdf(at + h, x) - cdf(at - h, x);
    const near = h * Math.min(1, Math.abs(x));
    return (-byParameter / (cdf(at, x + near) - cdf(at, x - near))) * (near / h);
  }

  const f = f64;
  it.each<readonly [string, (t: Tensor) => d.Distribution, number]>([
    ['Gamma, concentration', (t) => new d.Gamma(t, f(2)), 3],
    ['Gamma, small concentration', (t) => new d.Gamma(t, f(2)), 0.4],
    ['Gamma, large concentration', (t) => new d.Gamma(t, f(2)), 40],
    ['Gamma, rate', (t) => new d.Gamma(f(2), t), 3],
    ['Beta, concentration1', (t) => new d.Beta(t, f(2)), 0.7],
    ['Beta, concentration0', (t) => new d.Beta(f(2), t), 5],
    ['Normal, scale', (t) => new d.Normal(f(1), t), 2],
    ['Exponential, rate', (t) => new d.Exponential(t), 2],
    ['Laplace, scale', (t) => new d.Laplace(f(1), t), 2],
    ['Gumbel, scale', (t) => new d.Gumbel(f(1), t), 2],
    ['Logistic, scale', (t) => new d.Logistic(f(1), t), 2],
    ['Cauchy, scale', (t) => new d.Cauchy(f(1), t), 2],
    ['Uniform, high', (t) => new d.Uniform(f(1), t), 2],
    ['TruncatedNormal, loc', (t) => new d.TruncatedNormal(t, f(1), { low: -1, high: 2 }), 0.3],
    ['TruncatedNormal, scale', (t) => new d.TruncatedNormal(f(0), t, { low: 1 }), 0.8],
    ['TruncatedNormal, high', (t) => new d.TruncatedNormal(f(0), f(1), { low: -1, high: t }), 0.8],
    ['Normal, loc', (t) => new d.Normal(t, f(2)), 1],
    ['Uniform, low', (t) => new d.Uniform(t, f(3)), 1],
    ['HalfNormal, scale', (t) => new d.HalfNormal(t), 2],
    ['LogNormal, scale', (t) => new d.LogNormal(f(0.2), t), 0.7],
    ['StudentT, loc', (t) => new d.StudentT(f(3), t, f(2)), 1],
    ['StudentT, scale', (t) => new d.StudentT(f(3), f(1), t), 2],
    ['TruncatedNormal, low', (t) => new d.TruncatedNormal(f(0), f(1), { low: t, high: 3 }), 0.8],
  ])('%s: implicit differentiation of the cumulative probability', (_, make, at) => {
    const t = tensor(at, { dtype: 'float64', requiresGrad: true });
    const generator = new Generator(3);
    for (let i = 0; i < 4; i++) {
      const x = make(t).rsample([], { generator });
      const [grad] = gradients([x], [t]);
      const want = noGrad(() => slope((v) => make(f64(v)), x.item(), at));
      expect(grad!.item()).toBeCloseTo(want, 5);
    }
  });

  it('StudentT: the mean square moves as the variance does', () => {
    const df = tensor(6, { dtype: 'float64', requiresGrad: true });
    const x = new d.StudentT(df, 0, 1).rsample([200_000], { generator: new Generator(5) });
    const [grad] = gradients([x.square().mean()], [df]);
    expect(grad!.item()).toBeCloseTo(-2 / 16, 1); // of df / (df - 2)
  });

  it('Dirichlet: as PyTorch moves draws, the others share out the rest', () => {
    const a = tensor([0.8, 2, 3], { dtype: 'float64', requiresGrad: true });
    const x = new d.Dirichlet(a).rsample([], { generator: new Generator(6) });
    const values = x.dataSync();
    const first = slope((v) => new d.Beta(f64(v), f64(5)), values[0]!, 0.8);
    const [grad] = gradients([x.select(-1, 0)], [a], { retainGraph: true });
    expect(grad!.dataSync()[0]).toBeCloseTo(first, 6);
    const [other] = gradients([x.select(-1, 1)], [a]);
    expect(other!.dataSync()[0]).toBeCloseTo((-values[1]! * first) / (1 - values[0]!), 6);
  });

  it('second derivatives of what has none are an error, not zeros', () => {
    const a = tensor(2, { dtype: 'float64', requiresGrad: true });
    const x = new d.Gamma(a, 1).rsample([], { generator: new Generator(1) });
    expect(() => gradients([x], [a], { createGraph: true })).not.toThrow();
    const [grad] = gradients([new d.Gamma(a, 1).rsample()], [a], { createGraph: true });
    expect(() => gradients([grad!], [a])).toThrow('gammaDrawSlope');
  });

  it('discrete distributions say what to do', () => {
    expect(() => new d.Poisson(1).rsample()).toThrow(
      'Poisson: draws have no gradient, so there is no rsample. Use sample, or a relaxed distribution.',
    );
  });
});

describe('streams', () => {
  it.each(continuous)('%s: one seed, same bits; another seed, others', (_, make) => {
    const draw = (seed: number): Tensor => make().sample([3], { generator: new Generator(seed) });
    expect(draw(1).toArray()).toEqual(draw(1).toArray());
    expect(draw(1).toArray()).not.toEqual(draw(2).toArray());
  });

  it('draws have the shape of samples, batch and event', () => {
    const p = new d.Dirichlet(
      tensor([
        [1, 2, 3],
        [1, 1, 1],
      ]),
    );
    expect(p.sample([4, 5]).shape).toEqual([4, 5, 2, 3]);
    expect(p.logProb(p.sample([4, 5])).shape).toEqual([4, 5, 2]);
    expect(p.expand([7, 2]).sample().shape).toEqual([7, 2, 3]);
    expect(p.sample([0]).shape).toEqual([0, 2, 3]);
  });
});
