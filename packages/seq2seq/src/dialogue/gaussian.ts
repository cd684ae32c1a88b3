import { layerNames, Linear, Module, type LayerOptions } from '@kasane/nn';
import { optionsOf, randn, type Generator, type Tensor } from '@kasane/tensor-core';

/** Normal distributions with independent components. */
export interface Gaussian {
  /** μ, (N, Z). */
  readonly mean: Tensor;
  /** log σ², (N, Z). */
  readonly logVariance: Tensor;
}

/**
 * Normal distributions, each from what is given: a hidden layer of tanh, and from that μ and log σ².
 *
 * $$ h = \tanh(W x + b), \quad \mu = W_\mu h + b_\mu, \quad \log \sigma^2 = W_\sigma h + b_\sigma $$
 *
 * | tensor            | shape  |
 * | ----------------- | ------ |
 * | given             | (N, I) |
 * | mean, logVariance | (N, Z) |
 *
 * Prior and posterior of `VHRED` are two of them.
 *
 * @throws {@link ShapeError} if the last dimension of what is given is not I.
 *
 * @example
 * import { GaussianNet } from '@kasane/seq2seq';
 * import { zeros } from '@kasane/tensor-core';
 * new GaussianNet(3, 8, 2).forward(zeros([5, 3])).mean.shape; // => [5,2]
 */
export class GaussianNet extends Module {
  /** (N, I) to (N, H). */
  readonly hidden: Linear;
  /** (N, H) to (N, Z). */
  readonly mean: Linear;
  /** (N, H) to (N, Z). */
  readonly logVariance: Linear;

  constructor(
    inputSize: number,
    hiddenSize: number,
    latentSize: number,
    options: LayerOptions = {},
  ) {
    super();
    optionsOf('GaussianNet', options, layerNames);
    this.hidden = new Linear(inputSize, hiddenSize, options);
    this.mean = new Linear(hiddenSize, latentSize, options);
    this.logVariance = new Linear(hiddenSize, latentSize, options);
  }

  forward(given: Tensor): Gaussian {
    const hidden = this.hidden.forward(given).tanh();
    return { mean: this.mean.forward(hidden), logVariance: this.logVariance.forward(hidden) };
  }
}

/** z = μ + σ ε with ε ~ N(0, 1), so that gradients reach μ and σ; (N, Z). */
export function draw(
  { mean, logVariance }: Gaussian,
  random: { readonly generator?: Generator },
): Tensor {
  const { shape, dtype, backend } = mean;
  const noise = randn(shape, { dtype, backend, ...random });
  return mean.add(logVariance.mul(0.5).exp().mul(noise));
}

/** KL(q ‖ p) = ½ Σ (log σ_p² - log σ_q² + (σ_q² + (μ_q - μ_p)²) / σ_p² - 1), (N). */
export function divergence(q: Gaussian, p: Gaussian): Tensor {
  const ratio = q.logVariance.sub(p.logVariance); // log σ_q²/σ_p²
  const distance = q.mean.sub(p.mean).square().mul(p.logVariance.neg().exp());
  return ratio.exp().sub(ratio).sub(1).add(distance).sum(1).mul(0.5);
}
