/** Autoencoders of digits, (B, 1, 28, 28) to codes (B, code) and back. */
import {
  Autoencoder,
  ConvAutoencoder,
  DenoisingAutoencoder,
  mlp,
  SparseAutoencoder,
} from '@kasane/generative';
import { Flatten, Linear, Sequential, Sigmoid, Unflatten, type Layer } from '@kasane/nn';
import type { Generator } from '@kasane/tensor-core';

export const KINDS = ['plain', 'denoising', 'sparse', 'convolutional'] as const;
export type Kind = (typeof KINDS)[number];

const SIDE = 28;
export const PIXELS = 784;
const shaped = (layer: Layer): Layer => new Sequential(layer, new Unflatten(1, [1, SIDE, SIDE]));

// #region lesson
/** One layer to the code and one back, and nothing in between that is not linear. */
export function linearAutoencoder(code: number, generator: Generator): Autoencoder {
  return new Autoencoder(
    new Sequential(new Flatten(), new Linear(PIXELS, code, { generator })),
    shaped(new Linear(code, PIXELS, { generator })),
  );
}

/** 784 → hidden → code → hidden → 784, or two convolutions, of hidden / 16 and hidden / 8 maps, and back. */
export function nonlinearAutoencoder(
  kind: Kind,
  { code, hidden }: { readonly code: number; readonly hidden: number },
  generator: Generator,
): Autoencoder {
  if (kind === 'convolutional') {
    const maps = Math.max(1, Math.round(hidden / 16));
    return new ConvAutoencoder(code, { channels: [maps, 2 * maps], generator });
  }
  const dense = mlp([PIXELS, hidden, code], { generator });
  const decoder = shaped(mlp([code, hidden, PIXELS], { generator }));
  if (kind === 'denoising') {
    const options = { corruption: 'gaussian', level: 0.4, generator } as const;
    return new DenoisingAutoencoder(new Sequential(new Flatten(), dense), decoder, options);
  }
  if (kind === 'sparse') {
    const encoder = new Sequential(new Flatten(), dense, new Sigmoid());
    return new SparseAutoencoder(encoder, decoder, { sparsity: 0.1, weight: 1e-4 });
  }
  return new Autoencoder(new Sequential(new Flatten(), dense), decoder);
}
// #endregion
