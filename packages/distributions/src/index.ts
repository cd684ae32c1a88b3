/**
 * Probability distributions, transforms and divergences.
 *
 * @packageDocumentation
 */
export { Distribution, type EnumerateSupportOptions, type SampleOptions } from './distribution.ts';
export type { DistributionOptions, Parameter } from './parameters.ts';
export type { ProbsOptions } from './logits.ts';
export * as constraints from './constraints.ts';
export type { Constraint, PlainConstraint } from './constraint.ts';

export { Bernoulli } from './bernoulli.ts';
export { Beta } from './beta.ts';
export { Binomial } from './binomial.ts';
export { Categorical } from './categorical.ts';
export { Cauchy } from './cauchy.ts';
export { Dirichlet } from './dirichlet.ts';
export { Exponential } from './exponential.ts';
export { Gamma } from './gamma.ts';
export { Geometric } from './geometric.ts';
export { Gumbel } from './gumbel.ts';
export { HalfNormal } from './half-normal.ts';
export { Independent } from './independent.ts';
export { Laplace } from './laplace.ts';
export { LogNormal } from './log-normal.ts';
export { Logistic } from './logistic.ts';
export { MixtureSameFamily } from './mixture-same-family.ts';
export {
  MultivariateNormal,
  MultivariateNormalDiag,
  type MultivariateNormalOptions,
} from './multivariate-normal.ts';
export { Normal } from './normal.ts';
export { OneHotCategorical, OneHotCategoricalStraightThrough } from './one-hot-categorical.ts';
export { Poisson } from './poisson.ts';
export { RelaxedBernoulli } from './relaxed-bernoulli.ts';
export {
  gumbelSoftmax,
  RelaxedOneHotCategorical,
  type GumbelSoftmaxOptions,
} from './relaxed-one-hot-categorical.ts';
export { StudentT } from './student-t.ts';
export { TransformedDistribution } from './transformed-distribution.ts';
export { TruncatedNormal, type TruncatedNormalDistributionOptions } from './truncated-normal.ts';
export { Uniform } from './uniform.ts';
export { VonMises } from './von-mises.ts';

export { ComposeTransform, IndependentTransform } from './transforms/composed.ts';
export * from './transforms/elementwise.ts';
export { SoftmaxTransform, StickBreakingTransform } from './transforms/simplex.ts';
export { Transform } from './transforms/transform.ts';

export { klDivergence, registerKl, type KlDivergenceOptions } from './kl/kl-divergence.ts';
export type { ClosedForm, DistributionClass, Divergence } from './kl/entry.ts';
