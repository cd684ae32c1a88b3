import { mlp, VAE } from '@kasane/generative';
import type { Generator } from '@kasane/tensor-core';
import { PIXELS } from './pictures.ts';

// #region lesson
/** Digits (B, 784) → hidden → μ and log σ² of z, and z → hidden → the logits of 784 pixels. */
export function network(
  { latent, hidden }: { readonly latent: number; readonly hidden: number },
  generator: Generator,
): VAE {
  const encoder = mlp([PIXELS, hidden, 2 * latent], { generator });
  const decoder = mlp([latent, hidden, PIXELS], { generator });
  return new VAE(encoder, decoder, latent, { generator });
}
// #endregion
