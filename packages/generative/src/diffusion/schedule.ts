import { optionsOf, requireThat, requireWhole } from '@kasane/tensor-core';

/** How much signal and noise each step of diffusion holds: x_t = signal[t] x_0 + noise[t] ε, where signal² + noise² = 1. */
export interface NoiseSchedule {
  /** (T): √ᾱ, falling. */
  readonly signal: Float64Array;
  /** (T): √(1 - ᾱ), rising. */
  readonly noise: Float64Array;
}

/**
 * The schedule of DDPM: β rises evenly from 10⁻⁴ to 0.02 over 1000 steps, and as much faster over fewer.
 *
 * $$ \bar\alpha_t = \prod_{i \le t} (1 - \beta_i), \quad \beta_t = \min\Bigl(0.999, \; \frac{0.1}{T} + \frac{t}{T - 1} \cdot \frac{19.9}{T}\Bigr), \; t = 0, \dots, T - 1 $$
 *
 * @throws RangeError if `timesteps` T is not a whole number of at least 1.
 *
 * @example
 * import { linearSchedule } from '@kasane/generative';
 * linearSchedule(1000).signal[0]!.toFixed(5); // => 0.99995
 * @see Ho, Jain, Abbeel (2020), Denoising Diffusion Probabilistic Models.
 * @category Diffusion
 */
export function linearSchedule(timesteps: number): NoiseSchedule {
  requireWhole('linearSchedule', 'timesteps', timesteps, 1);
  const [first, last] = [0.1 / timesteps, 20 / timesteps];
  return fromBetas(timesteps, (t) =>
    Math.min(0.999, first + ((last - first) * t) / Math.max(1, timesteps - 1)),
  );
}

/**
 * The cosine schedule, which destroys the signal evenly; β is at most 0.999.
 *
 * $$ \bar\alpha_t = \prod_{i \le t} (1 - \beta_i), \quad \beta_t = \min\Bigl(0.999, \; 1 - \frac{f(t + 1)}{f(t)}\Bigr), \; f(t) = \cos^2\Bigl(\frac\pi2 \cdot \frac{t / T + 0.008}{1.008}\Bigr) $$
 *
 * @throws RangeError if `timesteps` T is not a whole number of at least 1.
 *
 * @example
 * import { cosineSchedule } from '@kasane/generative';
 * (cosineSchedule(1000).signal[499]! ** 2).toFixed(2); // => 0.49
 * @see Nichol, Dhariwal (2021), Improved Denoising Diffusion Probabilistic Models.
 * @category Diffusion
 */
export function cosineSchedule(timesteps: number): NoiseSchedule {
  requireWhole('cosineSchedule', 'timesteps', timesteps, 1);
  const alphaBar = (t: number): number =>
    Math.cos(((t / timesteps + 0.008) / 1.008) * (Math.PI / 2)) ** 2;
  return fromBetas(timesteps, (t) => Math.min(0.999, 1 - alphaBar(t + 1) / alphaBar(t)));
}

/** Options of `karrasSigmas`. */
export interface KarrasOptions {
  /** The noise of the last step before 0. Default 0.002. */
  readonly sigmaMin?: number;
  /** The noise of the first step. Default 80. */
  readonly sigmaMax?: number;
  /** How much the steps crowd where there is little noise. Default 7. */
  readonly rho?: number;
}

export const sigmaNames = ['sigmaMin', 'sigmaMax', 'rho'] as const;

/**
 * The standard deviations of the noise that `EDM` goes through, falling, and 0 at the end: steps + 1 of them.
 *
 * $$ \sigma_i = \Bigl(\sigma_\text{max}^{1/\rho} + \frac{i}{n - 1} \bigl(\sigma_\text{min}^{1/\rho} - \sigma_\text{max}^{1/\rho}\bigr)\Bigr)^\rho, \; i = 0, \dots, n - 1, \quad \sigma_n = 0 $$
 *
 * @throws RangeError if `steps` n is not a whole number of at least 1, `sigmaMin` or `rho` not above 0, or `sigmaMax` not above `sigmaMin`.
 *
 * @example
 * import { karrasSigmas } from '@kasane/generative';
 * Array.from(karrasSigmas(4), (sigma) => sigma.toFixed(3)); // => ["80.000","9.723","0.470","0.002","0.000"]
 * @see Karras, Aittala, Aila, Laine (2022), equation 5.
 * @category Diffusion
 */
export function karrasSigmas(steps: number, options?: KarrasOptions): Float64Array {
  const owner = 'karrasSigmas';
  const given = optionsOf(owner, options, sigmaNames);
  const { sigmaMin = 0.002, sigmaMax = 80, rho = 7 } = given;
  requireWhole(owner, 'steps', steps, 1);
  requireThat(sigmaMin > 0 && sigmaMin < Infinity, owner, 'sigmaMin', sigmaMin, 'above 0');
  const isAbove = sigmaMax > sigmaMin && sigmaMax < Infinity;
  requireThat(isAbove, owner, 'sigmaMax', sigmaMax, 'above sigmaMin');
  requireThat(rho > 0 && rho < Infinity, owner, 'rho', rho, 'above 0');
  const [first, last] = [sigmaMax ** (1 / rho), sigmaMin ** (1 / rho)];
  return Float64Array.from({ length: steps + 1 }, (_, i) =>
    i === steps ? 0 : (first + (i / Math.max(1, steps - 1)) * (last - first)) ** rho,
  );
}

function fromBetas(timesteps: number, beta: (t: number) => number): NoiseSchedule {
  const signal = new Float64Array(timesteps);
  const noise = new Float64Array(timesteps);
  let alphaBar = 1;
  for (let t = 0; t < timesteps; t++) {
    alphaBar *= 1 - beta(t);
    signal[t] = Math.sqrt(alphaBar);
    noise[t] = Math.sqrt(1 - alphaBar);
  }
  return { signal, noise };
}
