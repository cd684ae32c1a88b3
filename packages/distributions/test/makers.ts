/** How the fixtures' distributions are made of their parameters. */
import type { Tensor } from '@kasane/tensor-core';
import * as d from '../src/index.ts';

type Given = Readonly<Record<string, Tensor>>;

/** By the names that generate.py gives them. */
export const makers: Readonly<Record<string, (given: Given) => d.Distribution>> = {
  Normal: ({ loc, scale }) => new d.Normal(loc!, scale!),
  Independent: ({ loc, scale }) => new d.Independent(new d.Normal(loc!, scale!), 1),
  Categorical: (given) => new d.Categorical(odds(given)),
  OneHotCategorical: (given) => new d.OneHotCategorical(odds(given)),
  Bernoulli: (given) => new d.Bernoulli(odds(given)),
  MultivariateNormal: ({ loc, covarianceMatrix, precisionMatrix, scaleTril }) =>
    new d.MultivariateNormal(loc!, {
      ...(covarianceMatrix && { covarianceMatrix }),
      ...(precisionMatrix && { precisionMatrix }),
      ...(scaleTril && { scaleTril }),
    }),
  Uniform: ({ low, high }) => new d.Uniform(low!, high!),
  RelaxedOneHotCategorical: (given) =>
    new d.RelaxedOneHotCategorical(given['temperature']!, odds(given)),
  RelaxedBernoulli: (given) => new d.RelaxedBernoulli(given['temperature']!, odds(given)),
  SquashedNormal: ({ loc, scale }) =>
    new d.TransformedDistribution(new d.Normal(loc!, scale!), new d.TanhTransform()),
  Beta: ({ concentration1, concentration0 }) => new d.Beta(concentration1!, concentration0!),
  Gamma: ({ concentration, rate }) => new d.Gamma(concentration!, rate!),
  LogNormal: ({ loc, scale }) => new d.LogNormal(loc!, scale!),
  Exponential: ({ rate }) => new d.Exponential(rate!),
  Laplace: ({ loc, scale }) => new d.Laplace(loc!, scale!),
  Logistic: ({ loc, scale }) => new d.Logistic(loc!, scale!),
  Gumbel: ({ loc, scale }) => new d.Gumbel(loc!, scale!),
  Cauchy: ({ loc, scale }) => new d.Cauchy(loc!, scale!),
  HalfNormal: ({ scale }) => new d.HalfNormal(scale!),
  StudentT: ({ df, loc, scale }) => new d.StudentT(df!, loc!, scale!),
  VonMises: ({ loc, concentration }) => new d.VonMises(loc!, concentration!),
  Binomial: ({ totalCount, ...given }) => new d.Binomial(totalCount!, odds(given)),
  Poisson: ({ rate }) => new d.Poisson(rate!),
  Geometric: (given) => new d.Geometric(odds(given)),
  TruncatedNormal: ({ loc, scale, low, high }) =>
    new d.TruncatedNormal(loc!, scale!, { low: low!, high: high! }),
  MixtureSameFamily: ({ mixtureLogits, loc, scale }) =>
    new d.MixtureSameFamily(
      new d.Categorical({ logits: mixtureLogits! }),
      new d.Normal(loc!, scale!),
    ),
  Dirichlet: ({ concentration }) => new d.Dirichlet(concentration!),
};

export const transforms: Readonly<Record<string, (...args: readonly number[]) => d.Transform>> = {
  AffineTransform: (loc, scale) => new d.AffineTransform(loc!, scale!),
  ExpTransform: () => new d.ExpTransform(),
  SigmoidTransform: () => new d.SigmoidTransform(),
  TanhTransform: () => new d.TanhTransform(),
  SoftplusTransform: () => new d.SoftplusTransform(),
  PowerTransform: (exponent) => new d.PowerTransform(exponent!),
  StickBreakingTransform: () => new d.StickBreakingTransform(),
};

function odds({ probs, logits }: Given): d.ProbsOptions {
  return probs === undefined ? { logits: logits! } : { probs };
}
