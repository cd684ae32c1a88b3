import {
  formatShape,
  optionsOf,
  randint,
  randn,
  requireFunction,
  requireTensor,
  requireThat,
  requireWhole,
  sameShape,
  ShapeError,
  shown,
  tensor,
  type Backend,
  type DType,
  type Generator,
  type Tensor,
} from '@kasane/tensor-core';
import { requireOneOf } from '../autoencoders/given.ts';
import { answer } from './given.ts';
import { reversed, type Objective } from './reverse.ts';
import { inSteps, samplingNames, type SamplingOptions } from './sampling.ts';
import type { NoiseSchedule } from './schedule.ts';

/** What a network predicts of noisy data (N, …) at steps (N), int32: (N, …). */
export type Denoiser = (x: Tensor, t: Tensor) => Tensor;

/** Options of `GaussianDiffusion`. */
export interface GaussianDiffusionOptions {
  /** What the network predicts: the noise ε, the data, or the velocity v = signal · ε - noise · x. Default `'noise'`. */
  readonly objective?: Objective;
  /** Of the data. Default float32. */
  readonly dtype?: DType;
  /** Where the data is. Default: the default backend. */
  readonly backend?: Backend;
}

/** Options of `GaussianDiffusion.loss`. */
export interface DiffusionLossOptions {
  /** As the data, standard normal. Default: drawn. */
  readonly noise?: Tensor;
  /** (N), int32: the steps, from 0. Default: drawn, all equally likely. */
  readonly t?: Tensor;
  /** Where both are drawn from. Default: the generator that `manualSeed` seeds. */
  readonly generator?: Generator;
}

/** Options of `GaussianDiffusion.ddpm`. */
export interface DdpmOptions extends SamplingOptions {
  /** Holds the data that is predicted on the way between -clip and clip. Default Infinity. */
  readonly clip?: number;
  /** Where new noise is drawn from. Default: the generator that `manualSeed` seeds. */
  readonly generator?: Generator;
}

/** Options of `GaussianDiffusion.ddim`. */
export interface DdimOptions extends DdpmOptions {
  /** How many steps are taken, evenly spread over those of the schedule. Default 50, or all if there are fewer. */
  readonly steps?: number;
  /** How much of the noise is drawn anew in each step, from 0, none, to 1, as much as DDPM does. Default 0. */
  readonly eta?: number;
}

const ddpmNames = ['clip', 'generator', ...samplingNames] as const;

/**
 * Diffusion: data is mixed with noise in steps, and a network learns to undo them.
 *
 * $$ x_t = \sqrt{\bar\alpha_t}\, x_0 + \sqrt{1 - \bar\alpha_t}\, \epsilon, \quad \epsilon \sim N(0, I), \qquad v = \sqrt{\bar\alpha_t}\, \epsilon - \sqrt{1 - \bar\alpha_t}\, x_0 $$
 *
 * $$ x_{t'} = \sqrt{\bar\alpha_{t'}}\, \hat x_0 + \sqrt{1 - \bar\alpha_{t'} - s^2}\, \hat\epsilon + s\, z, \quad s = \eta \sqrt{\tfrac{1 - \bar\alpha_{t'}}{1 - \bar\alpha_t}} \sqrt{1 - \tfrac{\bar\alpha_t}{\bar\alpha_{t'}}}, \; z \sim N(0, I) $$
 *
 * `loss` is what to train with, the mean of (prediction - objective)²; `ddpm` and `ddim` make data of standard normal noise, without
 * gradients, and give way to others every 16 ms. `ddpm` takes all steps and draws new noise in each; `ddim` may leave out steps, and draws
 * as much as `eta` says. What is predicted gives the data $\hat x_0$ and the noise $\hat\epsilon$ of a step; `ddpm` has η = 1.
 *
 * @throws TypeError if the schedule has no steps, or not as many of signal as of noise.
 * @throws {@link ShapeError} if data are not (N, …), noise not as the data, t not (N), or the network gives another shape.
 * @throws RangeError if `steps` is not a whole number from 1 to those of the schedule, `eta` not from 0 to 1, or `clip` not above 0.
 *
 * @example
 * import { cosineSchedule, GaussianDiffusion } from '@kasane/generative';
 * import { randn } from '@kasane/tensor-core';
 * const diffusion = new GaussianDiffusion(cosineSchedule(100), { objective: 'data' });
 * // A network that says that all data is 0.
 * const made = await diffusion.ddim((x) => x.mul(0), randn([5, 2]));
 * made.abs().max().item(); // => 0
 *
 * @see Ho, Jain, Abbeel (2020), Denoising Diffusion Probabilistic Models; Song, Meng, Ermon (2021), Denoising Diffusion Implicit Models;
 * Salimans, Ho (2022), Progressive Distillation for Fast Sampling of Diffusion Models, for v.
 * @category Diffusion
 */
export class GaussianDiffusion {
  readonly schedule: NoiseSchedule;
  readonly objective: Objective;
  readonly #signal: Tensor;
  readonly #noise: Tensor;

  constructor(schedule: NoiseSchedule, options?: GaussianDiffusionOptions) {
    const owner = 'GaussianDiffusion';
    const given = optionsOf(owner, options, ['objective', 'dtype', 'backend']);
    const { objective = 'noise', dtype = 'float32', backend } = given;
    const { signal, noise } = schedule ?? {};
    const areTables = signal instanceof Float64Array && noise instanceof Float64Array;
    if (!areTables || signal.length === 0 || signal.length !== noise.length) {
      throw new TypeError(
        `${owner}: needs a schedule such as cosineSchedule(1000), got ${shown(schedule)}.`,
      );
    }
    requireOneOf(owner, 'objective', objective, ['noise', 'data', 'v']);
    this.schedule = schedule;
    this.objective = objective;
    const where = { dtype, ...(backend && { backend }) };
    this.#signal = tensor(signal, where);
    this.#noise = tensor(noise, where);
  }

  /** The mean squared error of what the network predicts of data (N, …), mixed with noise. Throws ShapeError if the shapes do not fit. */
  loss(denoiser: Denoiser, data: Tensor, options?: DiffusionLossOptions): Tensor {
    const owner = 'GaussianDiffusion.loss';
    const { generator, ...given } = optionsOf(owner, options, ['noise', 't', 'generator']);
    requireFunction(owner, denoiser);
    requireTensor(owner, 'the data', data);
    if (data.ndim < 1) throw new ShapeError(`${owner}: data must be (N, …), got [].`);
    const { dtype, backend, shape } = data;
    const N = shape[0]!;
    const random = generator && { generator };
    const T = this.schedule.signal.length;
    const { noise = randn(shape, { dtype, backend, ...random }) } = given;
    const { t = randint(0, T, [N], { backend, ...random }) } = given;
    requireTensor(owner, 'the noise', noise);
    requireTensor(owner, 't', t);
    if (!sameShape(shape, noise.shape) || !sameShape(t.shape, [N])) {
      const shapes = [data, noise, t].map((part) => formatShape(part.shape)).join(', ');
      throw new ShapeError(`${owner}: needs data (N, …), noise (N, …) and t (N), got ${shapes}.`);
    }
    const beside = [N, ...shape.slice(1).map(() => 1)];
    const a = this.#signal.indexSelect(0, t).reshape(beside);
    const s = this.#noise.indexSelect(0, t).reshape(beside);
    const predicted = answer(owner, denoiser(data.mul(a).add(noise.mul(s)), t), data);
    const wanted = { noise: () => noise, data: () => data, v: () => noise.mul(a).sub(data.mul(s)) };
    return predicted.sub(wanted[this.objective]()).square().mean();
  }

  /** Makes data of noise (N, …) by DDPM's ancestral sampling, which takes all steps. */
  async ddpm(denoiser: Denoiser, noise: Tensor, options?: DdpmOptions): Promise<Tensor> {
    const given = optionsOf('GaussianDiffusion.ddpm', options, ddpmNames);
    const steps = this.schedule.signal.length;
    return this.#sample('GaussianDiffusion.ddpm', denoiser, noise, { ...given, steps, eta: 1 });
  }

  /** Makes data of noise (N, …) by DDIM, which for `eta` 0 draws nothing on its way. */
  async ddim(denoiser: Denoiser, noise: Tensor, options?: DdimOptions): Promise<Tensor> {
    const owner = 'GaussianDiffusion.ddim';
    const given = optionsOf(owner, options, ['steps', 'eta', ...ddpmNames]);
    return this.#sample(owner, denoiser, noise, given);
  }

  async #sample(
    owner: string,
    denoiser: Denoiser,
    noise: Tensor,
    options: DdimOptions,
  ): Promise<Tensor> {
    const T = this.schedule.signal.length;
    const { steps = Math.min(50, T), eta = 0, clip = Infinity, generator, ...rest } = options;
    requireFunction(owner, denoiser);
    requireTensor(owner, 'the noise', noise);
    requireWhole(owner, 'steps', steps, 1, T);
    requireThat(eta >= 0 && eta <= 1, owner, 'eta', eta, 'from 0 to 1');
    requireThat(clip > 0, owner, 'clip', clip, 'above 0');
    if (noise.ndim < 1) throw new ShapeError(`${owner}: noise must be (N, …), got [].`);
    const { dtype, backend, shape } = noise;
    const fresh = (): Tensor => randn(shape, { dtype, backend, ...(generator && { generator }) });
    return inSteps(owner, noise, steps, rest, (x, i) => {
      // The last step of the schedule is always among them, and after the first comes data without noise.
      const now = Math.round(((steps - i) * T) / steps) - 1;
      const next = Math.round(((steps - i - 1) * T) / steps) - 1;
      const out = answer(owner, denoiser(x, x.newFull([shape[0]!], now, 'int32')), x);
      const { objective } = this;
      return reversed(this.schedule, { objective, now, next, eta, clip }, x, out, fresh);
    });
  }
}
