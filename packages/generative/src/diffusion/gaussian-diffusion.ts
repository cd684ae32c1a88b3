import {
  formatShape,
  noGrad,
  optionsOf,
  requireFunction,
  requireTensor,
  requireTensors,
  requireWhole,
  sameShape,
  scope,
  ShapeError,
  shown,
  tensor,
  type Tensor,
} from '@kasane/tensor-core';
import type { NoiseSchedule } from './schedule.ts';

/** What a network predicts of noisy points (N, …) at steps (N), int32: (N, …). */
export type Denoiser = (x: Tensor, t: Tensor) => Tensor;

/** Options of `GaussianDiffusion`. */
export interface GaussianDiffusionOptions {
  /** What the network predicts: the noise ε, the data, or the velocity v = signal · ε - noise · x. Default `'noise'`. */
  readonly objective?: 'noise' | 'data' | 'v';
}

/** Options of `GaussianDiffusion.ddim`. */
export interface DdimOptions {
  /** How many steps are taken, evenly spread over those of the schedule. Default 50, or all if there are fewer. */
  readonly steps?: number;
}

/**
 * Diffusion: data is mixed with noise in steps, and a network learns to undo them.
 *
 * @example
 * import { cosineSchedule, GaussianDiffusion } from '@kasane/generative';
 * import { randn } from '@kasane/tensor-core';
 * const diffusion = new GaussianDiffusion(cosineSchedule(100), { objective: 'data' });
 * // A network that says that all data is 0.
 * diffusion.ddim((x) => x.mul(0), randn([5, 2])).abs().max().item(); // => 0
 *
 * @see Ho, Jain, Abbeel (2020), Denoising Diffusion Probabilistic Models; Song, Meng, Ermon (2021), Denoising Diffusion Implicit Models;
 * Salimans, Ho (2022), Progressive Distillation for Fast Sampling of Diffusion Models, for v.
 * @category Diffusion
 */
export class GaussianDiffusion {
  readonly schedule: NoiseSchedule;
  readonly objective: 'noise' | 'data' | 'v';
  readonly #signal: Tensor;
  readonly #noise: Tensor;

  constructor(schedule: NoiseSchedule, options?: GaussianDiffusionOptions) {
    const { objective = 'noise' } = optionsOf('GaussianDiffusion', options, ['objective']);
    if (!(schedule?.signal instanceof Float64Array && schedule.noise instanceof Float64Array)) {
      throw new TypeError(
        `GaussianDiffusion: needs a schedule such as cosineSchedule(1000), got ${shown(schedule)}.`,
      );
    }
    if (!['noise', 'data', 'v'].includes(objective)) {
      throw new RangeError(
        `GaussianDiffusion: objective must be noise, data or v, got ${shown(objective)}.`,
      );
    }
    this.schedule = schedule;
    this.objective = objective;
    this.#signal = tensor(Float32Array.from(schedule.signal));
    this.#noise = tensor(Float32Array.from(schedule.noise));
  }

  /** The mean squared error of what the network predicts, for data (N, …), standard normal noise (N, …) and steps (N), int32. */
  loss(denoiser: Denoiser, batch: readonly [data: Tensor, noise: Tensor, t: Tensor]): Tensor {
    requireFunction('GaussianDiffusion.loss', denoiser);
    requireTensors('GaussianDiffusion.loss', batch);
    const [x, e, t] = batch;
    if (x.ndim < 1 || !sameShape(x.shape, e.shape) || !sameShape(t.shape, [x.shape[0]!])) {
      const shapes = batch.map(({ shape }) => formatShape(shape)).join(', ');
      throw new ShapeError(
        `GaussianDiffusion.loss: needs data (N, …), noise (N, …) and steps (N), got ${shapes}.`,
      );
    }
    const beside = [x.shape[0]!, ...x.shape.slice(1).map(() => 1)];
    const signal = this.#signal.indexSelect(0, t).reshape(beside);
    const noise = this.#noise.indexSelect(0, t).reshape(beside);
    const predicted = denoiser(x.mul(signal).add(e.mul(noise)), t);
    if (this.objective === 'noise') return predicted.sub(e).square().mean();
    if (this.objective === 'data') return predicted.sub(x).square().mean();
    return predicted
      .sub(e.mul(signal).sub(x.mul(noise)))
      .square()
      .mean();
  }

  /** Turns standard normal noise (N, …) into data by DDIM, which draws nothing on its way; without gradients. */
  ddim(denoiser: Denoiser, start: Tensor, options?: DdimOptions): Tensor {
    const { signal, noise } = this.schedule;
    const T = signal.length;
    const { steps = Math.min(50, T) } = optionsOf('GaussianDiffusion.ddim', options, ['steps']);
    requireFunction('GaussianDiffusion.ddim', denoiser);
    requireTensor('GaussianDiffusion.ddim', 'the noise', start);
    requireWhole('GaussianDiffusion.ddim', 'steps', steps, 1, T);
    if (start.ndim < 1)
      throw new ShapeError('GaussianDiffusion.ddim: noise must be (N, …), got ().');
    const N = start.shape[0]!;
    let x = start;
    for (let i = steps; i > 0; i--) {
      // The last step is always among them, and after the first comes data without noise.
      const now = Math.round((i * T) / steps) - 1;
      const next = Math.round(((i - 1) * T) / steps) - 1;
      const [a, s] = [signal[now]!, noise[now]!];
      const [nextA, nextS] = next < 0 ? [1, 0] : [signal[next]!, noise[next]!];
      const here = x;
      x = noGrad(() =>
        scope(() => {
          const out = denoiser(here, start.newFull([N], now, 'int32'));
          // a² + s² = 1, so that v turns (data, noise) by an angle.
          if (this.objective === 'v') {
            const data = here.mul(a).sub(out.mul(s));
            return data.mul(nextA).add(here.mul(s).add(out.mul(a)).mul(nextS));
          }
          const isNoise = this.objective === 'noise';
          const data = isNoise ? here.sub(out.mul(s)).div(a) : out;
          const rest = isNoise ? out : here.sub(out.mul(a)).div(s);
          return data.mul(nextA).add(rest.mul(nextS));
        }),
      );
      if (here !== start) here.dispose();
    }
    return x;
  }
}
