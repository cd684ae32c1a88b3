/** The two players of a DCGAN of digits. */
import {
  DCGANDiscriminator,
  DCGANGenerator,
  GanTrainer,
  nonSaturatingLoss,
} from '@kasane/generative';
import { Adam } from '@kasane/optim';
import type { Generator } from '@kasane/tensor-core';
import { SIZE } from '../../images/digit-try.ts';

export const NORMALIZATIONS = ['batch', 'spectral'] as const;

export interface Settings {
  readonly latent: number;
  readonly features: number;
  readonly slope: number;
  readonly normalization: (typeof NORMALIZATIONS)[number];
  readonly smoothing: number;
  readonly noise: number;
  readonly lr: number;
  readonly ratio: number;
  readonly batch: number;
  readonly rounds: number;
}

/** The players, and the optimizer of each. */
export interface Game {
  readonly trainer: GanTrainer<DCGANGenerator, DCGANDiscriminator>;
  readonly optimizers: readonly [generator: Adam, discriminator: Adam];
}

// #region lesson
/**
 * G: noise z → 7×7 → 14×14 → 28×28, transposed convolutions of kernel 4 and stride 2, batch normalisation, ReLU, tanh at the end.
 * D: 28×28 → 14×14 → 7×7 → one number, convolutions of kernel 4 and stride 2, leaky ReLU.
 */
export function game(settings: Settings, generator: Generator): Game {
  const { latent, features, slope, normalization, lr, ratio } = settings;
  const G = new DCGANGenerator(SIZE, { latentSize: latent, features, generator });
  const D = new DCGANDiscriminator(SIZE, {
    features,
    negativeSlope: slope,
    normalization,
    generator,
  });
  const betas = [0.5, 0.9] as const;
  const optimizers = [
    new Adam(G.parameters(), { lr, betas }),
    new Adam(D.parameters(), { lr: lr * ratio, betas }),
  ] as const;
  const trainer = new GanTrainer(G, D, {
    latentSize: latent,
    loss: nonSaturatingLoss({ labelSmoothing: settings.smoothing }),
    generatorOptimizer: optimizers[0],
    discriminatorOptimizer: optimizers[1],
    // Blurs real digits and made ones alike, so that D is not sure too soon; at the end it sees them as they are.
    instanceNoise: (round) => settings.noise * Math.max(0, 1 - round / settings.rounds),
    emaDecay: 0.99,
    generator,
  });
  return { trainer, optimizers };
}
// #endregion
