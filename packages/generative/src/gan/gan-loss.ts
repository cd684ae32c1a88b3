import {
  optionsOf,
  requireTensor,
  requireThat,
  ShapeError,
  type Tensor,
} from '@kasane/tensor-core';

/** What the two players of an adversarial training minimise, from the discriminator's scores of real and generated samples. */
export interface GanLoss {
  /** A name for messages. */
  readonly name: string;
  /** The discriminator's loss, one number. */
  discriminator(real: Tensor, generated: Tensor): Tensor;
  /** The generator's loss, one number. */
  generator(generated: Tensor): Tensor;
  /**
   * What the discriminator says in the terms of its loss: the probability that a sample is real where scores are logits, the score
   * itself elsewhere.
   */
  answer(scores: Tensor): Tensor;
}

/** Options of the losses in which real samples have a target. */
export interface LabelSmoothingOptions {
  /** How far below 1 the target of real samples is, from 0 to 1; generated ones keep theirs. Often 0.1. Default 0. */
  readonly labelSmoothing?: number;
}

/** The smoothing that is asked for. */
function smoothing(owner: string, options: LabelSmoothingOptions): number {
  const { labelSmoothing = 0 } = optionsOf(owner, options, ['labelSmoothing']);
  const fits = labelSmoothing >= 0 && labelSmoothing <= 1;
  requireThat(fits, owner, 'labelSmoothing', labelSmoothing, 'from 0 to 1');
  return labelSmoothing;
}

/** Scores, of which there must be some: the mean of none would be NaN. */
function scored(owner: string, what: string, scores: Tensor): Tensor {
  requireTensor(owner, `the scores of ${what} samples`, scores);
  if (scores.size > 0) return scores;
  throw new ShapeError(`${owner}: needs scores of ${what} samples, got none.`);
}

/** A loss whose arguments are looked at. */
function checked(name: string, loss: Omit<GanLoss, 'name'>): GanLoss {
  return {
    name,
    discriminator: (real, generated) =>
      loss.discriminator(scored(name, 'real', real), scored(name, 'generated', generated)),
    generator: (generated) => loss.generator(scored(name, 'generated', generated)),
    answer: (scores) => loss.answer(scored(name, 'given', scores)),
  };
}

/**
 * -E[(1 - s)·log σ(r) + s·log(1 - σ(r))] - E[log(1 - σ(f))], the binary cross-entropies of real samples with 1 - s and of generated
 * ones with 0.
 */
function crossEntropies(real: Tensor, generated: Tensor, s: number): Tensor {
  const yes = real.neg().softplus(); // -log σ(r)
  const ofReal = s === 0 ? yes : yes.mul(1 - s).add(real.softplus().mul(s));
  return ofReal.mean().add(generated.softplus().mean());
}

/**
 * The game of the first paper: both players have one value, which the discriminator maximises and the generator minimises.
 *
 * $$ V = \mathbb{E}[\log D(x)] + \mathbb{E}[\log(1 - D(G(z)))], \quad D = \sigma(\text{score}) $$
 *
 * The discriminator's loss is -V, which is 2 ln 2 where it cannot tell, and the generator's the second term. That one is flat where the
 * discriminator is sure, as it is early on: `nonSaturatingLoss` is what is trained with. Scores are logits of any shape.
 *
 * @throws {@link ShapeError} if there are no scores.
 * @throws RangeError if the smoothing is not from 0 to 1.
 *
 * @example
 * import { minimaxLoss } from '@kasane/generative';
 * import { tensor } from '@kasane/tensor-core';
 * const unsure = tensor([0, 0]);
 * minimaxLoss().discriminator(unsure, unsure).item().toFixed(4); // => 1.3863
 * minimaxLoss().generator(unsure).item().toFixed(4); // => -0.6931
 *
 * @see Goodfellow et al. (2014), Generative Adversarial Nets.
 * @category Adversarial
 */
export function minimaxLoss(options: LabelSmoothingOptions = {}): GanLoss {
  const s = smoothing('minimaxLoss', options);
  return checked('minimaxLoss', {
    discriminator: (real, generated) => crossEntropies(real, generated, s),
    generator: (generated) => generated.softplus().mean().neg(),
    answer: (scores) => scores.sigmoid(),
  });
}

/**
 * The discriminator of `minimaxLoss`, and a generator that maximises log D of its samples: the same optimum, with slopes where
 * the discriminator is sure.
 *
 * $$ L_G = -\mathbb{E}[\log D(G(z))] $$
 *
 * What PyTorch's DCGAN computes by `BCELoss` with ones and zeros.
 *
 * @throws {@link ShapeError} if there are no scores.
 * @throws RangeError if the smoothing is not from 0 to 1.
 *
 * @example
 * import { nonSaturatingLoss } from '@kasane/generative';
 * import { tensor } from '@kasane/tensor-core';
 * nonSaturatingLoss().generator(tensor([-100])).item(); // => 100
 * nonSaturatingLoss({ labelSmoothing: 0.1 }).discriminator(tensor([0]), tensor([0])).item().toFixed(4); // => 1.3863
 *
 * @see Goodfellow et al. (2014), Generative Adversarial Nets, section 3.
 * @see Salimans et al. (2016), Improved Techniques for Training GANs, for the smoothing of one side.
 * @category Adversarial
 */
export function nonSaturatingLoss(options: LabelSmoothingOptions = {}): GanLoss {
  const s = smoothing('nonSaturatingLoss', options);
  return checked('nonSaturatingLoss', {
    discriminator: (real, generated) => crossEntropies(real, generated, s),
    generator: (generated) => generated.neg().softplus().mean(),
    answer: (scores) => scores.sigmoid(),
  });
}

/**
 * Least squares: scores of real samples shall be 1, of generated ones 0, and the generator wants 1.
 *
 * $$ L_D = \tfrac12 \mathbb{E}[(D(x) - 1)^2] + \tfrac12 \mathbb{E}[D(G(z))^2], \quad L_G = \tfrac12 \mathbb{E}[(D(G(z)) - 1)^2] $$
 *
 * With a smoothing s the discriminator's target of real samples is 1 - s. Scores are of any shape.
 *
 * @throws {@link ShapeError} if there are no scores.
 * @throws RangeError if the smoothing is not from 0 to 1.
 *
 * @example
 * import { leastSquaresLoss } from '@kasane/generative';
 * import { tensor } from '@kasane/tensor-core';
 * leastSquaresLoss().discriminator(tensor([0.5]), tensor([0.5])).item(); // => 0.25
 *
 * @see Mao et al. (2017), Least Squares Generative Adversarial Networks.
 * @category Adversarial
 */
export function leastSquaresLoss(options: LabelSmoothingOptions = {}): GanLoss {
  const s = smoothing('leastSquaresLoss', options);
  const half = (gap: Tensor): Tensor => gap.square().mean().mul(0.5);
  return checked('leastSquaresLoss', {
    discriminator: (real, generated) => half(real.sub(1 - s)).add(half(generated)),
    generator: (generated) => half(generated.sub(1)),
    answer: (scores) => scores,
  });
}

/**
 * Wasserstein's distance, as a critic that changes by at most 1 per unit of way sees it.
 *
 * $$ L_D = \mathbb{E}[D(G(z))] - \mathbb{E}[D(x)], \quad L_G = -\mathbb{E}[D(G(z))] $$
 *
 * Nothing here holds the critic to that slope: add `gradientPenalty`, and give the critic no batch normalisation. -L_D estimates the
 * distance.
 *
 * @throws {@link ShapeError} if there are no scores.
 *
 * @example
 * import { wassersteinLoss } from '@kasane/generative';
 * import { tensor } from '@kasane/tensor-core';
 * wassersteinLoss().discriminator(tensor([3]), tensor([1])).item(); // => -2
 *
 * @see Arjovsky, Chintala and Bottou (2017), Wasserstein Generative Adversarial Networks.
 * @category Adversarial
 */
export function wassersteinLoss(): GanLoss {
  return checked('wassersteinLoss', {
    discriminator: (real, generated) => generated.mean().sub(real.mean()),
    generator: (generated) => generated.mean().neg(),
    answer: (scores) => scores,
  });
}

/**
 * Hinges: what is on the right side by 1 is not pushed further.
 *
 * $$ L_D = \mathbb{E}[\max(0, 1 - D(x))] + \mathbb{E}[\max(0, 1 + D(G(z)))], \quad L_G = -\mathbb{E}[D(G(z))] $$
 *
 * Usual with `SpectralNorm`.
 *
 * @throws {@link ShapeError} if there are no scores.
 *
 * @example
 * import { hingeLoss } from '@kasane/generative';
 * import { tensor } from '@kasane/tensor-core';
 * hingeLoss().discriminator(tensor([2, 0]), tensor([-3, 0])).item(); // => 1
 *
 * @see Lim and Ye (2017), Geometric GAN.
 * @see Miyato et al. (2018), Spectral Normalization for Generative Adversarial Networks.
 * @category Adversarial
 */
export function hingeLoss(): GanLoss {
  return checked('hingeLoss', {
    discriminator: (real, generated) =>
      real.neg().add(1).relu().mean().add(generated.add(1).relu().mean()),
    generator: (generated) => generated.mean().neg(),
    answer: (scores) => scores,
  });
}

/**
 * What the best discriminator answers where the densities of real and generated samples are known; 0.5 where they are equal, and NaN
 * where both are 0.
 *
 * $$ D^*(x) = \frac{p_\text{data}(x)}{p_\text{data}(x) + p_g(x)} $$
 *
 * @throws {@link ShapeError} if the densities cannot be broadcast to each other.
 *
 * @example
 * import { optimalDiscriminator } from '@kasane/generative';
 * import { tensor } from '@kasane/tensor-core';
 * optimalDiscriminator(tensor([0.2, 0.3]), tensor([0.2, 0.1])).toArray(); // => [0.5,0.75]
 *
 * @see Goodfellow et al. (2014), Generative Adversarial Nets, proposition 1.
 * @category Adversarial
 */
export function optimalDiscriminator(dataDensity: Tensor, generatedDensity: Tensor): Tensor {
  requireTensor('optimalDiscriminator', 'the density of the data', dataDensity);
  requireTensor('optimalDiscriminator', 'the density of what is generated', generatedDensity);
  return dataDensity.div(dataDensity.add(generatedDensity));
}
