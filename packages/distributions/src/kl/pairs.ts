/** The pairs of PyTorch that have a closed form. */
import type { Tensor } from '@kasane/tensor-core';
import { Bernoulli } from '../bernoulli.ts';
import { Beta } from '../beta.ts';
import { Binomial } from '../binomial.ts';
import { commonShape, sumLast } from '../broadcast.ts';
import { Categorical } from '../categorical.ts';
import { Cauchy } from '../cauchy.ts';
import { Dirichlet } from '../dirichlet.ts';
import type { Distribution } from '../distribution.ts';
import { Exponential } from '../exponential.ts';
import { Gamma } from '../gamma.ts';
import { Geometric } from '../geometric.ts';
import { EULER, Gumbel } from '../gumbel.ts';
import { HalfNormal } from '../half-normal.ts';
import { Independent } from '../independent.ts';
import { Laplace } from '../laplace.ts';
import { HALF_LOG_TWO_PI } from '../math/gamma.ts';
import { MultivariateNormal, MultivariateNormalDiag } from '../multivariate-normal.ts';
import { Normal } from '../normal.ts';
import { OneHotCategorical } from '../one-hot-categorical.ts';
import { solveTriangular } from '../ops/linear-algebra.ts';
import { digamma, digammaDifference, lgamma, logBeta, xlogy, zeroTimes } from '../ops/special.ts';
import { Poisson } from '../poisson.ts';
import { TransformedDistribution } from '../transformed-distribution.ts';
import { sameTransforms } from '../transforms/composed.ts';
import { Uniform } from '../uniform.ts';
import { entryOf, type Divergence, type DistributionClass, type KlEntry } from './entry.ts';

/** All of them. */
export const pairs: KlEntry[] = [];

function pair<P extends Distribution, Q extends Distribution>(
  p: DistributionClass<P>,
  q: DistributionClass<Q>,
  divergence: Divergence<P, Q>,
): void {
  pairs.push(entryOf(p, q, divergence));
}

// ——— A family and itself ———

pair(Normal, Normal, (p, q) => {
  const ratio = p.scale.div(q.scale).square();
  const apart = p.loc.sub(q.loc).div(q.scale).square();
  return ratio.add(apart).sub(1).sub(ratio.log()).mul(0.5);
});

pair(Laplace, Laplace, (p, q) => {
  const ratio = p.scale.div(q.scale);
  const apart = p.loc.sub(q.loc).abs();
  const near = ratio.mul(apart.div(p.scale).neg().exp());
  return near.add(apart.div(q.scale)).sub(ratio.log()).sub(1);
});

// log(s/r) + γ(r/s - 1) + (m - n)/s + e^((n - m)/s) Γ(1 + r/s) - 1, with r and m of p, s and n of q
pair(Gumbel, Gumbel, (p, q) => {
  const ratio = p.scale.div(q.scale);
  const apart = p.loc.sub(q.loc).div(q.scale);
  const last = lgamma(ratio.add(1)).sub(apart).exp();
  return ratio.sub(1).mul(EULER).sub(ratio.log()).add(apart).add(last).sub(1);
});

pair(Cauchy, Cauchy, (p, q) => {
  const sum = p.scale.add(q.scale).square().add(p.loc.sub(q.loc).square());
  return sum.log().sub(p.scale.mul(q.scale).mul(4).log());
});

pair(HalfNormal, HalfNormal, (p, q) => {
  const ratio = p.scale.div(q.scale).square();
  return ratio.sub(1).sub(ratio.log()).mul(0.5);
});

pair(Exponential, Exponential, (p, q) => {
  const ratio = q.rate.div(p.rate);
  return ratio.sub(1).sub(ratio.log());
});

pair(Poisson, Poisson, (p, q) =>
  xlogy(p.rate, p.rate).sub(xlogy(p.rate, q.rate)).sub(p.rate.sub(q.rate)),
);

pair(Gamma, Gamma, (p, q) => {
  const [a, b] = [p.concentration, q.concentration];
  return b
    .mul(p.rate.div(q.rate).log())
    .add(lgamma(b).sub(lgamma(a)))
    .add(a.sub(b).mul(digamma(a)))
    .add(q.rate.sub(p.rate).mul(a.div(p.rate)));
});

// log B(c, d) - log B(a, b) + (a - c)(ψ(a) - ψ(a + b)) + (b - d)(ψ(b) - ψ(a + b))
pair(Beta, Beta, (p, q) => {
  const [a, b] = [p.concentration1, p.concentration0];
  const [c, d] = [q.concentration1, q.concentration0];
  return logBeta(c, d)
    .sub(logBeta(a, b))
    .sub(a.sub(c).mul(digammaDifference(a, b)))
    .sub(b.sub(d).mul(digammaDifference(b, a)));
});

pair(Dirichlet, Dirichlet, (p, q) => {
  const [a, b] = [p.concentration, q.concentration];
  const [sumA, sumB] = [a.sum(-1), b.sum(-1)];
  const mean = digamma(a).sub(digamma(sumA).unsqueeze(-1));
  const each = lgamma(b).sub(lgamma(a)).add(a.sub(b).mul(mean));
  return lgamma(sumA).sub(lgamma(sumB)).add(each.sum(-1));
});

pair(Uniform, Uniform, (p, q) => {
  const outside = q.low.greater(p.low).logicalOr(q.high.less(p.high));
  return outside.where(Infinity, q.high.sub(q.low).log().sub(p.high.sub(p.low).log()));
});

/** p (log p - log q), 0 where p is 0 and infinite where only q is. */
const share = (p: Tensor, logP: Tensor, logQ: Tensor): Tensor => {
  // Where both logarithms are -Infinity, p is 0, and their difference NaN.
  const none = p.equal(0);
  return zeroTimes(p, none.where(0, logP).sub(none.where(0, logQ)));
};

pair(Categorical, Categorical, (p, q) => share(p.probs, p.logits, q.logits).sum(-1));

pair(OneHotCategorical, OneHotCategorical, (p, q) => share(p.probs, p.logits, q.logits).sum(-1));

/** Of one trial. */
const trial = ({ outcomes: p }: Trials, { outcomes: q }: Trials): Tensor =>
  share(p.probs[0], p.logs[0], q.logs[0]).add(share(p.probs[1], p.logs[1], q.logs[1]));
type Trials = Bernoulli | Binomial | Geometric;

pair(Bernoulli, Bernoulli, trial);

// As often as there are trials, of which there are 1/p.
pair(Geometric, Geometric, (p, q) => trial(p, q).div(p.probs));

pair(Binomial, Binomial, (p, q) => {
  const [n, m] = [p.totalCount, q.totalCount];
  // Where q has the larger count the sum over all values has no closed form.
  if (n !== m && n.less(m).any().item() !== 0) return null;
  return n.greater(m).where(Infinity, n.mul(trial(p, q)));
});

/** With the factors of both covariances, ½ (‖L⁻¹ K‖² + ‖L⁻¹ (m - n)‖² - d) + log |L| - log |K|; L and n are q's. */
const normals = (p: Vectors, q: Vectors): Tensor => {
  const ratio = solveTriangular(q.scaleTril, p.scaleTril);
  const apart = solveTriangular(q.scaleTril, p.loc.sub(q.loc).unsqueeze(-1));
  const squares = ratio
    .square()
    .sum([-2, -1])
    .add(apart.square().sum([-2, -1]));
  return q.halfLogDet().sub(p.halfLogDet()).add(squares.sub(p.eventShape[0]!).mul(0.5));
};
type Vectors = MultivariateNormal | MultivariateNormalDiag;

pair(MultivariateNormal, MultivariateNormal, normals);
pair(MultivariateNormal, MultivariateNormalDiag, normals);
pair(MultivariateNormalDiag, MultivariateNormal, normals);

pair(MultivariateNormalDiag, MultivariateNormalDiag, (p, q) => {
  const ratio = p.scaleDiag.div(q.scaleDiag).square();
  const apart = p.loc.sub(q.loc).div(q.scaleDiag).square();
  return ratio.add(apart).sub(1).sub(ratio.log()).mul(0.5).sum(-1);
});

// ——— What is made of others ———

pair(Independent, Independent, (p, q, ofParts) => {
  const { reinterpretedBatchNdims: ndims } = p;
  if (ndims !== q.reinterpretedBatchNdims) return null;
  const each = ofParts(p.baseDist, q.baseDist);
  return each && sumLast(each, ndims);
});

pair(TransformedDistribution, TransformedDistribution, (p, q, ofParts) => {
  if (!sameTransforms(p.transforms, q.transforms)) return null;
  const each = ofParts(p.baseDist, q.baseDist);
  return each && sumLast(each, Math.max(p.eventShape.length - p.baseDist.eventShape.length, 0));
});

// ——— Others than themselves ———

pair(Normal, Laplace, (p, q) => {
  const apart = p.loc.sub(q.loc);
  const z = apart.div(p.scale);
  const near = z
    .square()
    .mul(-0.5)
    .exp()
    .mul(p.scale)
    .mul(Math.sqrt(2 / Math.PI));
  const mean = near.add(apart.mul(z.mul(Math.SQRT1_2).erf()));
  return crossed(p, q.scale.mul(2).log().add(mean.div(q.scale)));
});

pair(Normal, Gumbel, (p, q) => {
  const apart = p.loc.sub(q.loc).div(q.scale);
  const half = p.scale.div(q.scale).square().mul(0.5);
  return crossed(p, q.scale.log().add(apart).add(half.sub(apart).exp()));
});

/** The mean of -log q where q is normal, by the mean and variance of p. */
const normal = (p: Distribution, q: Normal): Tensor => {
  const square = p.variance.add(p.mean.sub(q.loc).square()).div(q.scale.square());
  return square.mul(0.5).add(q.scale.log()).add(HALF_LOG_TWO_PI);
};
for (const P of [Beta, Exponential, Gamma, Gumbel, Laplace, Uniform] as const) {
  pair<Distribution, Normal>(P, Normal, (p, q) => crossed(p, normal(p, q)));
}

/** The mean of -log q where q is exponential. */
for (const P of [Beta, Gamma, Uniform] as const) {
  pair<Distribution, Exponential>(P, Exponential, (p, q) => {
    const inside = crossed(p, q.rate.mul(p.mean).sub(q.rate.log()));
    return p instanceof Uniform ? p.low.less(0).where(Infinity, inside) : inside;
  });
}

/** The mean of -log q where q is a gamma distribution, by the means of x and log x. */
const gamma = (mean: Tensor, meanLog: Tensor, { concentration: a, rate: b }: Gamma): Tensor =>
  lgamma(a).sub(a.mul(b.log())).sub(a.sub(1).mul(meanLog)).add(b.mul(mean));

pair(Exponential, Gamma, (p, q) => crossed(p, gamma(p.mean, p.rate.log().add(EULER).neg(), q)));
pair(Beta, Gamma, (p, q) =>
  crossed(p, gamma(p.mean, digammaDifference(p.concentration1, p.concentration0).neg(), q)),
);
pair(Uniform, Gamma, (p, q) => {
  const inside = p.low.greaterEqual(0);
  const low = inside.where(p.low, 0);
  return inside.where(crossed(p, gamma(p.mean, meanLog(low, p.high), q)), Infinity);
});

/** The mean of log x between two numbers of at least 0. */
function meanLog(low: Tensor, high: Tensor): Tensor {
  return xlogy(high, high).sub(xlogy(low, low)).div(high.sub(low)).sub(1);
}

pair(Uniform, Beta, (p, q) => {
  const inside = p.low.greaterEqual(0).logicalAnd(p.high.lessEqual(1));
  const [low, high] = [inside.where(p.low, 0), inside.where(p.high, 1)];
  const [a, b] = [q.concentration1, q.concentration0];
  const one = (x: Tensor): Tensor => x.neg().add(1);
  const powers = a
    .sub(1)
    .mul(meanLog(low, high))
    .add(b.sub(1).mul(meanLog(one(high), one(low))));
  return inside.where(crossed(p, logBeta(a, b).sub(powers)), Infinity);
});

/** The mean of -log q where q is a Gumbel distribution, by the mean of e^(-x/scale). */
const gumbel = (p: Distribution, meanExp: Tensor, q: Gumbel): Tensor => {
  const shift = q.loc.div(q.scale);
  return q.scale.log().add(p.mean.div(q.scale)).sub(shift).add(meanExp.mul(shift.exp()));
};
pair(Exponential, Gumbel, (p, q) => {
  const rate = p.rate.mul(q.scale);
  return crossed(p, gumbel(p, rate.div(rate.add(1)), q));
});
pair(Gamma, Gumbel, (p, q) => {
  const log = p.rate.mul(q.scale).reciprocal().log1p().mul(p.concentration).neg();
  return crossed(p, gumbel(p, log.exp(), q));
});
pair(Uniform, Gumbel, (p, q) => {
  const [low, high] = [p.low, p.high].map((x) => x.div(q.scale).neg().exp());
  const mean = low!.sub(high!).mul(q.scale).div(p.high.sub(p.low));
  return crossed(p, gumbel(p, mean, q));
});

pair(Bernoulli, Poisson, (p, q) => p.entropy().neg().sub(xlogy(p.probs, q.rate).sub(q.rate)));

/** -entropy of p + the mean of -log q. */
function crossed(p: Distribution, mean: Tensor): Tensor {
  return mean.sub(p.entropy());
}

// ——— Where p gives what q cannot ———

/** Infinity, of the shape of both. */
const infinite = (p: Distribution, q: Distribution): Tensor =>
  p.like.newFull(commonShape('klDivergence', [p.batchShape, q.batchShape]), Infinity);

const impossible: readonly (readonly [DistributionClass, readonly DistributionClass[]])[] = [
  [Normal, [Beta, Exponential, Gamma, Uniform]],
  [Laplace, [Beta, Exponential, Gamma, Uniform]],
  [Gumbel, [Beta, Exponential, Gamma, Uniform]],
  [Exponential, [Beta, Uniform]],
  [Gamma, [Beta, Uniform]],
  [Poisson, [Bernoulli, Binomial]],
];
for (const [P, all] of impossible) for (const Q of all) pair(P, Q, infinite);

pair(Beta, Uniform, (p, q) => {
  const inside = q.low.lessEqual(0).logicalAnd(q.high.greaterEqual(1));
  return inside.where(crossed(p, q.high.sub(q.low).log()), Infinity);
});
