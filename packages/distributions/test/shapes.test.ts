/** What every distribution has in common: shapes, dtypes, expand, Independent, values outside of the support. */
import { gradients } from '@kasane/autograd';
import {
  Generator,
  ones,
  ShapeError,
  tensor,
  type DType,
  type Shape,
  type Tensor,
} from '@kasane/tensor-core';
import { compile } from '@kasane/tensor-core/compile';
import { describe, expect, it } from 'vitest';
import * as d from '../src/index.ts';

interface Family {
  /** Of parameters of one shape. */
  make(x: Tensor): d.Distribution;
  /** Some that it cannot give. */
  readonly outside: readonly number[];
  readonly event?: Shape;
}

const last = (x: Tensor): Tensor => x.unsqueeze(-1).mul(tensor([1, 2, 3], { dtype: x.dtype }));
const infinite = [Infinity, -Infinity];
const notPositive = [-1, ...infinite];
const notCounts = [-1, 0.5, ...infinite];
const [a, b] = [[3], [2, 2]] as const;

/** `x` is positive. */
const families: Readonly<Record<string, Family>> = {
  Normal: { make: (x) => new d.Normal(x, x), outside: infinite },
  LogNormal: { make: (x) => new d.LogNormal(x, x), outside: [0, ...notPositive] },
  Uniform: { make: (x) => new d.Uniform(x.neg(), x), outside: [-9, 9, ...infinite] },
  Exponential: { make: (x) => new d.Exponential(x), outside: notPositive },
  Laplace: { make: (x) => new d.Laplace(x, x), outside: infinite },
  Logistic: { make: (x) => new d.Logistic(x, x), outside: infinite },
  Gumbel: { make: (x) => new d.Gumbel(x, x), outside: infinite },
  Cauchy: { make: (x) => new d.Cauchy(x, x), outside: infinite },
  HalfNormal: { make: (x) => new d.HalfNormal(x), outside: notPositive },
  StudentT: { make: (x) => new d.StudentT(x, x, x), outside: infinite },
  VonMises: { make: (x) => new d.VonMises(x, x), outside: [] },
  Gamma: { make: (x) => new d.Gamma(x, x), outside: notPositive },
  Beta: { make: (x) => new d.Beta(x, x), outside: [-0.1, 1.1, ...infinite] },
  TruncatedNormal: {
    make: (x) => new d.TruncatedNormal(x, x, { low: 0, high: 2 }),
    outside: [-0.1, 2.1, ...infinite],
  },
  Bernoulli: { make: (x) => new d.Bernoulli({ logits: x }), outside: [2, ...notCounts] },
  'Bernoulli of probs': { make: (x) => new d.Bernoulli({ probs: x.mul(0.1) }), outside: notCounts },
  Geometric: { make: (x) => new d.Geometric({ probs: x.mul(0.1) }), outside: notCounts },
  'Geometric of logits': { make: (x) => new d.Geometric({ logits: x }), outside: notCounts },
  Poisson: { make: (x) => new d.Poisson(x), outside: notCounts },
  Binomial: { make: (x) => new d.Binomial(3, { probs: x.mul(0.1) }), outside: [4, ...notCounts] },
  'Binomial of logits': {
    make: (x) => new d.Binomial(3, { logits: x }),
    outside: [4, ...notCounts],
  },
  RelaxedBernoulli: {
    make: (x) => new d.RelaxedBernoulli(x, { logits: x }),
    outside: [-0.1, 1.1, 0, 1, ...infinite],
  },
  Categorical: { make: (x) => new d.Categorical({ logits: last(x) }), outside: [3, ...notCounts] },
  OneHotCategorical: {
    make: (x) => new d.OneHotCategorical({ probs: last(x) }),
    event: a,
    outside: [0, 1, 0.5],
  },
  OneHotCategoricalStraightThrough: {
    make: (x) => new d.OneHotCategoricalStraightThrough({ logits: last(x) }),
    event: a,
    outside: [0, 1, 0.5],
  },
  RelaxedOneHotCategorical: {
    make: (x) => new d.RelaxedOneHotCategorical(x, { logits: last(x) }),
    event: a,
    outside: [1, -1, ...infinite],
  },
  Dirichlet: { make: (x) => new d.Dirichlet(last(x)), event: a, outside: [1, -1, ...infinite] },
  MultivariateNormal: {
    make: (x) => new d.MultivariateNormal(last(x), { scaleTril: matrix(x) }),
    event: a,
    outside: [],
  },
  MultivariateNormalDiag: {
    make: (x) => new d.MultivariateNormalDiag(last(x), last(x)),
    event: a,
    outside: [],
  },
  'a squashed normal': {
    make: (x) => new d.TransformedDistribution(new d.Normal(x, x), new d.TanhTransform()),
    outside: [-1, 1, 2, ...infinite],
  },
  'broken sticks': {
    make: (x) =>
      new d.TransformedDistribution(new d.Normal(last(x), 1), new d.StickBreakingTransform()),
    event: [4],
    outside: [1, -1, ...infinite],
  },
  'an affine map of vectors': {
    make: (x) =>
      new d.TransformedDistribution(
        new d.MultivariateNormalDiag(last(x), last(x)),
        new d.AffineTransform(1, tensor([1, -2, 3], { dtype: x.dtype })),
      ),
    event: a,
    outside: [],
  },
  MixtureSameFamily: {
    make: (x) =>
      new d.MixtureSameFamily(new d.Categorical({ logits: last(x) }), new d.Gamma(last(x), 1)),
    outside: notPositive,
  },
  'a mixture of vectors': {
    make: (x) =>
      new d.MixtureSameFamily(
        new d.Categorical({ logits: last(x) }),
        new d.Independent(new d.Normal(last(last(x)), 1), 1),
      ),
    event: a,
    outside: [],
  },
  Independent: {
    make: (x) => new d.Independent(new d.Exponential(last(x)), 1),
    event: a,
    outside: notPositive,
  },
  'Independent of two dims': {
    make: (x) =>
      new d.Independent(
        new d.Normal(x.reshape([...x.shape, 1, 1]).broadcastTo([...x.shape, ...b]), 1),
        2,
      ),
    event: b,
    outside: infinite,
  },
};

function matrix(x: Tensor): Tensor {
  const l = tensor(
    [
      [1, 0, 0],
      [2, 1, 0],
      [1, -1, 2],
    ],
    { dtype: x.dtype },
  );
  return x.unsqueeze(-1).unsqueeze(-1).mul(l);
}

const cases = Object.entries(families);
const whole = (p: d.Distribution, sample: Shape): Shape => [
  ...sample,
  ...p.batchShape,
  ...p.eventShape,
];

/** What it can be asked for. */
function answers(p: d.Distribution, x: Tensor): Readonly<Record<string, () => Tensor>> {
  const options = { generator: new Generator(1) };
  return {
    mean: () => p.mean,
    variance: () => p.variance,
    stddev: () => p.stddev,
    mode: () => p.mode,
    sample: () => p.sample([], options),
    logProb: () => p.logProb(x),
    entropy: () => p.entropy(),
    perplexity: () => p.perplexity(),
    cdf: () => p.cdf(x),
    icdf: () => p.icdf(0.3),
  };
}

describe.each(cases)('%s', (_, { make, event = [], outside }) => {
  const p = make(tensor([0.5, 1, 2]));
  const generator = new Generator(1);

  it('has the batch of its parameters, and draws of samples, batch and event', () => {
    expect([p.batchShape, p.eventShape]).toEqual([[3], event]);
    for (const sample of [[], [4], [2, 3], [0], [2, 0]]) {
      const x = p.sample(sample, { generator });
      expect(x.shape).toEqual(whole(p, sample));
      expect(x.requiresGrad).toBe(false);
      expect(p.logProb(x).shape).toEqual([...sample, 3]);
      expect(p.support.check(x).shape).toEqual([...sample, 3]);
      if (p.hasRsample) expect(p.rsample(sample, { generator }).shape).toEqual(whole(p, sample));
    }
    const x = p.sample([200], { generator });
    expect(p.support.check(x).all().item()).toBe(1);
    expect(p.logProb(x).isNaN().any().item()).toBe(0);
  });

  it('one distribution and none', () => {
    const one = make(tensor(0.5));
    expect(one.batchShape).toEqual([]);
    expect(one.sample([], { generator }).shape).toEqual(event);
    expect(one.logProb(one.sample([2], { generator })).shape).toEqual([2]);
    const none = make(ones([0]));
    expect(none.batchShape).toEqual([0]);
    const x = none.sample([2], { generator });
    expect(x.shape).toEqual([2, 0, ...event]);
    expect(none.logProb(x).shape).toEqual([2, 0]);
  });

  it('expands to other batches, which give the same', () => {
    const wide = p.expand([2, 3]);
    expect([wide.batchShape, wide.eventShape, wide.name]).toEqual([[2, 3], event, p.name]);
    expect(wide.constructor).toBe(p.constructor);
    const x = p.sample([], { generator });
    const [one, all] = [answers(p, x), answers(wide, x)];
    expect(wide.sample([4], { generator }).shape).toEqual([4, 2, 3, ...event]);
    for (const name of ['mean', 'variance', 'mode', 'logProb', 'entropy', 'cdf', 'icdf']) {
      const found = attempt(one[name]!);
      if (found === null) continue;
      const more = all[name]!();
      expect(more.shape, `of ${name}`).toEqual([2, ...found.shape]);
      expect(more.select(0, 1), `of ${name}`).toBeAllclose(found.toArray());
    }
    expect(() => p.expand([2])).toThrow(ShapeError);
    expect(() => p.expand([3, 1])).toThrow(`${p.name}.expand: `);
    expect(
      make(ones([1]))
        .expand([0])
        .sample([], { generator }).shape,
    ).toEqual([0, ...event]);
  });

  it('Independent of it adds log probabilities and entropies up', () => {
    const wide = p.expand([2, 3]);
    const both = new d.Independent(wide, 1);
    expect([both.batchShape, both.eventShape]).toEqual([[2], [3, ...event]]);
    const x = both.sample([4], { generator });
    expect(x.shape).toEqual([4, 2, 3, ...event]);
    expect(both.logProb(x)).toBeAllclose(wide.logProb(x).sum(-1).toArray(), { rtol: 1e-5 });
    const entropy = attempt(() => wide.entropy());
    if (entropy !== null) expect(both.entropy()).toBeAllclose(entropy.sum(-1).toArray());
    expect(both.expand([5, 2]).sample([], { generator }).shape).toEqual([5, 2, 3, ...event]);
    expect(both.hasRsample).toBe(p.hasRsample);
  });

  it.each(['float32', 'float64'] satisfies DType[])('all that it gives is %s', (dtype) => {
    const q = make(tensor([0.5, 1, 2], { dtype }));
    const x = q.sample([], { generator });
    const categories = q instanceof d.Categorical;
    for (const [name, ask] of Object.entries(answers(q, x))) {
      const found = attempt(ask);
      if (found === null || (categories && (name === 'sample' || name === 'mode'))) continue;
      expect(found.dtype, `of ${name}`).toBe(dtype);
    }
    if (q.hasRsample) expect(q.rsample([], { generator }).dtype).toBe(dtype);
  });

  it('outside of the support: -Infinity without gradients; NaN: NaN', () => {
    const x = tensor([0.5, 1, 2], { requiresGrad: true });
    for (const v of outside) {
      const q = make(x);
      const value = ones([3, ...event])
        .mul(0)
        .add(v);
      const log = q.logProb(value);
      expect(log.toArray(), `${v}`).toEqual([-Infinity, -Infinity, -Infinity]);
      if (!Number.isFinite(v)) continue;
      const [grad] = gradients([log.sum()], [x]);
      expect((grad ?? x.mul(0)).equal(0).all().item(), `no gradient at ${v}`).toBe(1);
    }
    const q = make(x);
    const nothing = q.logProb(ones([3, ...event]).mul(Number.NaN));
    if (!(q instanceof d.Categorical)) expect(nothing.isNaN().all().item()).toBe(1);
  });

  it('gradients of log probabilities and draws are finite', () => {
    const x = tensor([0.5, 1, 2], { requiresGrad: true });
    const q = make(x);
    const value = q.sample([20], { generator });
    const ends = [q.logProb(value)];
    if (q.hasRsample) ends.push(q.rsample([20], { generator }));
    for (const end of ends) {
      const [grad] = gradients([end.sum()], [x], { retainGraph: true });
      expect(grad!.isNaN().any().item()).toBe(0);
      expect(grad!.abs().equal(Infinity).any().item()).toBe(0);
    }
  });

  it('compiled functions draw anew at every call, and give the same log probabilities', () => {
    const x = tensor([0.5, 1, 2]);
    const own = new Generator(5);
    const step = compile((y: Tensor) => {
      const q = make(y);
      const draw = q.sample([2], { generator: own });
      return [draw, q.logProb(draw)] as const;
    });
    const [one, two] = [step(x), step(x)];
    // The way back through tanh has the digits that are left near 1.
    const squashed = p instanceof d.TransformedDistribution;
    const again = new Generator(5);
    for (const [draw, log] of [one, two]) {
      expect(make(x).sample([2], { generator: again }).toArray()).toEqual(draw.toArray());
      expect(log).toBeAllclose(make(x).logProb(draw.clone()).toArray(), {
        rtol: 1e-4,
        atol: squashed ? 0.1 : 1e-4,
      });
    }
    const first = one[0].toArray();
    if (!/Bernoulli|Categorical|Binomial/.test(p.name)) expect(first).not.toEqual(two[0].toArray());
  });
});

/** What it gives, or null where there is none. */
function attempt(ask: () => Tensor): Tensor | null {
  try {
    return ask();
  } catch (error) {
    expect(String(error)).toMatch(
      /^TypeError: \w+: (there is no \w+ in closed form|it is not monotone)/,
    );
    return null;
  }
}
