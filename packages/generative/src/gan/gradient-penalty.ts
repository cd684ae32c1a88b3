import { gradients } from '@kasane/autograd';
import {
  formatShape,
  optionsOf,
  rand,
  requireFunction,
  requireShape,
  requireTensor,
  ShapeError,
  type Generator,
  type Tensor,
} from '@kasane/tensor-core';

/** What scores samples, each for itself: (N, ...) to (N) or (N, 1). */
export type Critic = (samples: Tensor) => Tensor;

/** Options of `gradientPenalty`. */
export interface GradientPenaltyOptions {
  /** Where the places between the samples are drawn from. Default: the generator that `manualSeed` seeds. */
  readonly generator?: Generator;
}

/**
 * How far the slopes of a critic are from 1, at places between real and generated samples.
 *
 * $$ \mathbb{E}\left[ (\lVert \nabla_{\hat x} D(\hat x) \rVert_2 - 1)^2 \right], \quad \hat x = \epsilon x + (1 - \epsilon) G(z), \quad \epsilon \sim U(0, 1) $$
 *
 * Each sample has an ε and a slope of its own. The result carries gradients of gradients to the critic's parameters; the samples get none.
 * The paper adds 10 times this to `wassersteinLoss`. Batch normalisation in the critic would mix the samples.
 *
 * @throws {@link ShapeError} if real and generated samples have not one shape (N, ...), N > 0, or the critic does not give a score for each.
 *
 * @example
 * import { gradientPenalty } from '@kasane/generative';
 * import { ones, zeros } from '@kasane/tensor-core';
 * const slopeOf3 = gradientPenalty((x) => x.mul(3), zeros([4, 1]), ones([4, 1]));
 * slopeOf3.item(); // => 4
 *
 * @see Gulrajani et al. (2017), Improved Training of Wasserstein GANs.
 * @category Adversarial
 */
export function gradientPenalty(
  critic: Critic,
  real: Tensor,
  generated: Tensor,
  options: GradientPenaltyOptions = {},
): Tensor {
  const owner = 'gradientPenalty';
  const { generator } = optionsOf(owner, options, ['generator']);
  requireTensor(owner, 'the real samples', real);
  requireTensor(owner, 'the generated samples', generated);
  requireShape(owner, 'the generated samples', real.shape, generated.shape);
  const { dtype, backend } = real;
  const sizes = real.shape.map((n, i) => (i === 0 ? n : 1));
  const epsilon = rand(sizes, { dtype, backend, ...(generator && { generator }) });
  const [from, to] = [generated.detach(), real.detach()];
  const slopes = slopesOf(owner, critic, from.add(to.sub(from).mul(epsilon)));
  // √ has no slope at 0: a tiny number below it keeps the gradient finite where the critic is flat.
  const lengths = slopes.square().sum(1).add(1e-12).sqrt();
  return lengths.sub(1).square().mean();
}

/**
 * Half the mean square of a discriminator's slopes at real samples: the regulariser R1.
 *
 * $$ \tfrac12 \, \mathbb{E}\left[ \lVert \nabla_x D(x) \rVert_2^2 \right] $$
 *
 * Times γ it is added to the discriminator's loss; γ between 0.1 and 10 is usual. D stands for scores, not probabilities. The result
 * carries gradients of gradients to the parameters; the samples get none. D is asked once more: with batch normalisation its running
 * statistics count the real samples twice, and what is penalised are the slopes of all scores together by each sample, through the
 * statistics too.
 *
 * @throws {@link ShapeError} if samples are not (N, ...), N > 0, or the critic does not give a score for each.
 *
 * @example
 * import { r1Penalty } from '@kasane/generative';
 * import { ones } from '@kasane/tensor-core';
 * r1Penalty((x) => x.square().sum(1), ones([4, 2])).item(); // => 4
 *
 * @see Mescheder, Geiger and Nowozin (2018), Which Training Methods for GANs do actually Converge?
 * @category Adversarial
 */
export function r1Penalty(critic: Critic, real: Tensor): Tensor {
  requireTensor('r1Penalty', 'the real samples', real);
  return slopesOf('r1Penalty', critic, real.detach()).square().sum(1).mean().mul(0.5);
}

/** The gradients of each sample's score by the sample, (N, D), with gradients of their own. */
function slopesOf(owner: string, critic: Critic, at: Tensor): Tensor {
  requireFunction(owner, critic);
  const count = at.shape[0] ?? 0;
  if (at.ndim < 2 || at.size === 0) {
    throw new ShapeError(
      `${owner}: the samples must have shape (N, ...) and elements, got ${formatShape(at.shape)}.`,
    );
  }
  at.requiresGrad = true;
  const scores: unknown = critic(at);
  requireTensor(owner, 'what the critic gives', scores);
  if (scores.size !== count) {
    throw new ShapeError(
      `${owner}: the critic must give a score for each of ${count} samples, got ${formatShape(scores.shape)}.`,
    );
  }
  // The sum of all scores: each depends on its own sample only.
  const [slopes] = scores.requiresGrad
    ? gradients([scores.sum()], [at], { createGraph: true })
    : [null];
  // A critic that does not look is flat.
  return (slopes ?? at.mul(0)).reshape([count, -1]);
}
