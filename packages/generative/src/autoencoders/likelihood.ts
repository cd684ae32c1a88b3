import { Bernoulli, Normal, type Distribution } from '@kasane/distributions';
import { binaryCrossEntropyWithLogits, Module, Parameter } from '@kasane/nn';
import { optionsOf, requireThat, scope, tensor, type Tensor } from '@kasane/tensor-core';
import { requireOneOf } from './given.ts';

/**
 * What the numbers that a decoder gives say about data: p(x | z). Extend it for a `VAE` of other data. `logProb` gives the terms, of the
 * shape of the data; the sum is taken by `VAE`.
 *
 * $$ \log p(x \mid z) = \sum_i \log p(x_i \mid z) $$
 *
 * @example
 * import { Laplace, type Distribution } from '@kasane/distributions';
 * import { Likelihood, mlp, VAE } from '@kasane/generative';
 * import { rand, type Tensor } from '@kasane/tensor-core';
 * class LaplaceLikelihood extends Likelihood {
 *   forward(output: Tensor): Distribution {
 *     return new Laplace(output, 0.1);
 *   }
 * }
 * const model = new VAE(mlp([8, 4]), mlp([2, 8]), 2, { likelihood: new LaplaceLikelihood() });
 * model.elbo(rand([5, 8])).shape; // => [5]
 * @category Variational autoencoders
 */
export abstract class Likelihood extends Module {
  /** The distribution of every element, from what the decoder gave. */
  abstract override forward(output: Tensor): Distribution;

  /** log p of every element, in nats: (N, ...) for outputs and values (N, ...). */
  logProb(output: Tensor, value: Tensor): Tensor {
    return this.forward(output).logProb(value);
  }
}

/**
 * Elements are 0 or 1, and the decoder gives the logits of 1.
 *
 * $$ \log p(x) = x \log \sigma(l) + (1 - x) \log(1 - \sigma(l)) $$
 *
 * Values in between stand for all the binary ones that could be drawn with them as probabilities: their log probability is the mean over
 * those, which is the negative of `binaryCrossEntropyWithLogits`. Values outside of 0 to 1 have -Infinity. Logits l and values have one
 * shape (N, ...), the result too.
 *
 * @throws {@link ShapeError} if values have another shape than the logits.
 *
 * @example
 * import { BernoulliLikelihood } from '@kasane/generative';
 * import { tensor } from '@kasane/tensor-core';
 * const p = new BernoulliLikelihood();
 * p.forward(tensor([0, 100])).mean.toArray(); // => [0.5,1]
 * p.logProb(tensor([0, 0]), tensor([1, 0.3])).toArray(); // => [-0.693147,-0.693147]
 * @category Variational autoencoders
 */
export class BernoulliLikelihood extends Likelihood {
  forward(output: Tensor): Bernoulli {
    return new Bernoulli({ logits: output, validateArgs: false });
  }

  override logProb(output: Tensor, value: Tensor): Tensor {
    const inside = binaryCrossEntropyWithLogits(output, value, { reduction: 'none' }).neg();
    return value.less(0).logicalOr(value.greater(1)).where(-Infinity, inside);
  }
}

/** Options of `GaussianLikelihood`. */
export interface GaussianLikelihoodOptions {
  /** The standard deviation of every element, or where it starts if it is learned. Default 1. */
  readonly scale?: number;
  /** Learn one standard deviation for all. Default false. */
  readonly learnScale?: boolean;
  /** Of the parameter, if the scale is learned. Default `float32`. */
  readonly dtype?: 'float32' | 'float64';
}

/**
 * Elements are normal, and the decoder gives their means.
 *
 * $$ \log p(x) = -\tfrac12 \left(\tfrac{x - \mu}{\sigma}\right)^2 - \log \sigma - \log \sqrt{2\pi} $$
 *
 * With a scale of √½ the log probability is the squared error but for a constant; the smaller the scale, the more reconstruction counts
 * beside the divergence. Means, values and the result have one shape (N, ...).
 *
 * @throws RangeError if the scale is not above 0 and finite.
 * @throws {@link ShapeError} if values and means cannot be broadcast to each other.
 *
 * @example
 * import { GaussianLikelihood } from '@kasane/generative';
 * import { tensor } from '@kasane/tensor-core';
 * const p = new GaussianLikelihood({ scale: 2 });
 * p.logProb(tensor([0, 1]), tensor([1, 1])).toArray(); // => [-1.737086,-1.612086]
 * new GaussianLikelihood({ learnScale: true }).numParameters(); // => 1
 *
 * @see Rybkin, Daniilidis and Levine (2021), Simple and Effective VAE Training with Calibrated Decoders.
 * @category Variational autoencoders
 */
export class GaussianLikelihood extends Likelihood {
  /** log σ if it is learned, else null. */
  readonly logScale: Parameter | null;
  readonly #scale: number;

  constructor(options: GaussianLikelihoodOptions = {}) {
    super();
    const names = ['scale', 'learnScale', 'dtype'] as const;
    const given = optionsOf('GaussianLikelihood', options, names);
    const { scale = 1, learnScale = false, dtype = 'float32' } = given;
    const holds = Number.isFinite(scale) && scale > 0;
    requireThat(holds, 'GaussianLikelihood', 'scale', scale, '> 0 and finite');
    requireOneOf('GaussianLikelihood', 'dtype', dtype, ['float32', 'float64']);
    this.#scale = scale;
    this.logScale = learnScale
      ? scope(() => new Parameter(tensor(Math.log(scale), { dtype })))
      : null;
  }

  forward(output: Tensor): Normal {
    const scale = this.logScale === null ? this.#scale : this.logScale.exp();
    return new Normal(output, scale, { validateArgs: false });
  }
}
