import {
  formatShape,
  optionsOf,
  randn,
  requireFunction,
  requireTensor,
  requireThat,
  sameShape,
  ShapeError,
  type Generator,
  type Tensor,
} from '@kasane/tensor-core';
import { answer } from './given.ts';
import type { Velocity } from './flow-matching.ts';
import { inSteps, samplingNames, type SamplingOptions } from './sampling.ts';
import { karrasSigmas, sigmaNames, type KarrasOptions } from './schedule.ts';

/** Options of `EDM`. */
export interface EDMOptions {
  /** The standard deviation of the data. Default 0.5. */
  readonly sigmaData?: number;
  /** The mean of ln σ in training. Default -1.2. */
  readonly logMean?: number;
  /** The standard deviation of ln σ in training. Default 1.2. */
  readonly logStd?: number;
}

/** Options of `EDM.loss`. */
export interface EDMLossOptions {
  /** As the data, standard normal. Default: drawn. */
  readonly noise?: Tensor;
  /** (N, 1), above 0: how much noise there is. Default: drawn, its logarithm from a normal distribution. */
  readonly sigma?: Tensor;
  /** Where both are drawn from. Default: the generator that `manualSeed` seeds. */
  readonly generator?: Generator;
}

/** Options of `EDM.sample`. */
export interface EDMSampleOptions extends SamplingOptions, KarrasOptions {
  /** How many steps are taken, each of which but the last asks the network twice. Default 18. */
  readonly steps?: number;
}

/**
 * Diffusion as Karras and others put it: noise of a standard deviation σ is added to data, and the network is scaled so that it sees and
 * gives numbers of about 1 for every σ.
 *
 * $$ D(x; \sigma) = c_\text{skip}\, x + c_\text{out}\, F\bigl(c_\text{in}\, x,\ \tfrac14 \ln \sigma\bigr), \quad c_\text{skip} = \tfrac{\sigma_d^2}{\sigma^2 + \sigma_d^2}, \; c_\text{out} = \tfrac{\sigma \sigma_d}{\sqrt{\sigma^2 + \sigma_d^2}}, \; c_\text{in} = \tfrac{1}{\sqrt{\sigma^2 + \sigma_d^2}} $$
 *
 * $$ \text{loss} = \operatorname{mean} \tfrac{\sigma^2 + \sigma_d^2}{(\sigma \sigma_d)^2} \bigl(D(x + \sigma \epsilon; \sigma) - x\bigr)^2, \quad \ln \sigma \sim N(\text{logMean}, \text{logStd}^2) $$
 *
 * $\sigma_d$ is `sigmaData`. `loss` is what to train with; `sample` makes data of standard normal noise by their deterministic sampler
 * (Heun's method). What they add for pictures, new noise on the way and augmented data, is not there.
 *
 * @throws RangeError if `sigmaData` is not above 0, `logMean` not finite, `logStd` below 0, or an option of `sample` out of the range of
 * `karrasSigmas`.
 * @throws {@link ShapeError} if data are not (N, …), sigma not (N, 1), noise not as the data, or the network gives another shape.
 *
 * @example
 * import { EDM } from '@kasane/generative';
 * import { randn } from '@kasane/tensor-core';
 * const edm = new EDM();
 * // A network that says nothing of what the noise hides: all becomes nearly 0.
 * const made = await edm.sample((x) => x.mul(0), randn([5, 2]));
 * made.abs().max().item() < 2; // => true
 *
 * @see Karras, Aittala, Aila, Laine (2022), Elucidating the Design Space of Diffusion-Based Generative Models.
 * @category Diffusion
 */
export class EDM {
  readonly sigmaData: number;
  readonly logMean: number;
  readonly logStd: number;

  constructor(options?: EDMOptions) {
    const given = optionsOf('EDM', options, ['sigmaData', 'logMean', 'logStd']);
    const { sigmaData = 0.5, logMean = -1.2, logStd = 1.2 } = given;
    requireThat(sigmaData > 0 && sigmaData < Infinity, 'EDM', 'sigmaData', sigmaData, 'above 0');
    requireThat(Number.isFinite(logMean), 'EDM', 'logMean', logMean, 'finite');
    requireThat(logStd >= 0 && logStd < Infinity, 'EDM', 'logStd', logStd, '≥ 0');
    this.sigmaData = sigmaData;
    this.logMean = logMean;
    this.logStd = logStd;
  }

  /** The network's guess of the data in noisy data (N, …) with noise of σ (N, 1). Throws ShapeError if the shapes do not fit. */
  denoise(network: Velocity, x: Tensor, sigma: Tensor): Tensor {
    requireFunction('EDM.denoise', network);
    requireSigma('EDM.denoise', x, sigma);
    const d = this.sigmaData;
    const s = beside(sigma, x);
    const both = s.square().add(d * d);
    const root = both.sqrt();
    const out = answer('EDM.denoise', network(x.div(root), sigma.log().mul(0.25)), x);
    return x.mul(both.reciprocal().mul(d * d)).add(out.mul(s.div(root).mul(d)));
  }

  /** The weighted squared error of `denoise` for data (N, …): that of the network, whose outputs all count alike. */
  loss(network: Velocity, data: Tensor, options?: EDMLossOptions): Tensor {
    const owner = 'EDM.loss';
    const { generator, ...given } = optionsOf(owner, options, ['noise', 'sigma', 'generator']);
    requireFunction(owner, network);
    requireTensor(owner, 'the data', data);
    if (data.ndim < 2) {
      throw new ShapeError(`${owner}: data must be (N, …), got ${formatShape(data.shape)}.`);
    }
    const { dtype, backend, shape } = data;
    const random = { dtype, backend, ...(generator && { generator }) };
    const { noise = randn(shape, random) } = given;
    const { sigma = randn([shape[0]!, 1], random).mul(this.logStd).add(this.logMean).exp() } =
      given;
    requireTensor(owner, 'the noise', noise);
    requireSigma(owner, data, sigma);
    if (!sameShape(shape, noise.shape)) {
      throw new ShapeError(
        `${owner}: noise must be ${formatShape(shape)}, as the data, got ${formatShape(noise.shape)}.`,
      );
    }
    const s = beside(sigma, data);
    const d = this.sigmaData;
    const weight = s.square().add(d * d).div(s.mul(d).square()); // prettier-ignore
    const denoised = this.denoise(network, data.add(noise.mul(s)), sigma);
    return denoised.sub(data).square().mul(weight).mean();
  }

  /** Makes data of standard normal noise (N, …), without gradients. Gives way to others every 16 ms. */
  async sample(network: Velocity, noise: Tensor, options?: EDMSampleOptions): Promise<Tensor> {
    const owner = 'EDM.sample';
    const given = optionsOf(owner, options, ['steps', ...sigmaNames, ...samplingNames]);
    const { steps = 18, onProgress, signal, ...range } = given;
    requireFunction(owner, network);
    requireTensor(owner, 'the noise', noise);
    if (noise.ndim < 2) {
      throw new ShapeError(`${owner}: noise must be (N, …), got ${formatShape(noise.shape)}.`);
    }
    const sigmas = karrasSigmas(steps, range);
    const N = noise.shape[0]!;
    const slope = (x: Tensor, sigma: number): Tensor =>
      x.sub(this.denoise(network, x, noise.newFull([N, 1], sigma))).div(sigma);
    const rest = { ...(onProgress && { onProgress }), ...(signal && { signal }) };
    return inSteps(owner, noise, steps, rest, (start, i) => {
      const [now, next] = [sigmas[i]!, sigmas[i + 1]!];
      const x = i === 0 ? start.mul(now) : start;
      const first = slope(x, now);
      const moved = x.add(first.mul(next - now));
      if (next === 0) return moved;
      return x.add(first.add(slope(moved, next)).mul((next - now) / 2));
    });
  }
}

/** (N, 1, …), of as many dimensions as the data. */
function beside(sigma: Tensor, x: Tensor): Tensor {
  return sigma.reshape([x.shape[0]!, ...x.shape.slice(1).map(() => 1)]);
}

function requireSigma(owner: string, x: Tensor, sigma: Tensor): void {
  requireTensor(owner, 'the data', x);
  requireTensor(owner, 'sigma', sigma);
  if (x.ndim >= 2 && sameShape(sigma.shape, [x.shape[0]!, 1])) return;
  throw new ShapeError(
    `${owner}: needs data (N, …) and sigma (N, 1), got ${formatShape(x.shape)} and ${formatShape(sigma.shape)}.`,
  );
}
