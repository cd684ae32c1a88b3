import type { Layer } from '@kasane/nn';
import { optionsOf, requireThat, type Tensor } from '@kasane/tensor-core';
import { Autoencoder, type AutoencoderOptions } from './autoencoder.ts';
import { requireBatch, requireOneOf } from './given.ts';

const PENALTIES = ['kl', 'l1'] as const;

/** Options of `SparseAutoencoder`. */
export interface SparseAutoencoderOptions extends AutoencoderOptions {
  /**
   * `kl` holds the mean of each unit over the batch at `sparsity`, for codes between 0 and 1, as of a sigmoid; `l1` counts
   * the mean of |z|. Default `kl`.
   */
  readonly penalty?: (typeof PENALTIES)[number];
  /** What the penalty counts. Default 1e-3. */
  readonly weight?: number;
  /** The mean that a unit should have, with `kl`. Default 0.05. */
  readonly sparsity?: number;
}

/**
 * An autoencoder whose code may be wide, but whose units are to be silent for most inputs.
 *
 * $$ \| x - \hat x \|^2 + \lambda \sum_j \left( \rho \log \frac{\rho}{\hat\rho_j}
 * + (1 - \rho) \log \frac{1 - \rho}{1 - \hat\rho_j} \right), \quad \hat\rho_j = \frac1N \sum_i z_{ij} $$
 *
 * Shapes are as in `Autoencoder`. Codes must lie between 0 and 1 for `kl`: end the encoder with a `Sigmoid`; from others comes NaN.
 *
 * @throws RangeError if the weight is not ≥ 0 and finite, or the sparsity not between 0 and 1.
 * @throws {@link ShapeError} as `Autoencoder` does.
 *
 * @example
 * import { mlp, SparseAutoencoder } from '@kasane/generative';
 * import { Sequential, Sigmoid } from '@kasane/nn';
 * import { tensor } from '@kasane/tensor-core';
 * const encoder = new Sequential(mlp([8, 32]), new Sigmoid());
 * const model = new SparseAutoencoder(encoder, mlp([32, 8]), { sparsity: 0.5 });
 * model.sparsityPenalty(tensor([[0.2, 0.9], [0.8, 0.1]])).item(); // => 0
 *
 * @see Ng (2011), Sparse autoencoder, lecture notes of CS294A.
 * @category Autoencoders
 */
export class SparseAutoencoder extends Autoencoder {
  /** What is counted. */
  readonly penalty: (typeof PENALTIES)[number];
  /** λ */
  readonly weight: number;
  /** ρ */
  readonly sparsity: number;

  constructor(encoder: Layer, decoder: Layer, options: SparseAutoencoderOptions = {}) {
    const names = ['criterion', 'penalty', 'weight', 'sparsity'] as const;
    const given = optionsOf('SparseAutoencoder', options, names);
    const { penalty = 'kl', weight = 1e-3, sparsity = 0.05, criterion } = given;
    super(encoder, decoder, criterion && { criterion });
    requireOneOf('SparseAutoencoder', 'penalty', penalty, PENALTIES);
    const finite = Number.isFinite(weight) && weight >= 0;
    requireThat(finite, 'SparseAutoencoder', 'weight', weight, '≥ 0 and finite');
    const between = sparsity > 0 && sparsity < 1;
    requireThat(between, 'SparseAutoencoder', 'sparsity', sparsity, 'between 0 and 1');
    this.penalty = penalty;
    this.weight = weight;
    this.sparsity = sparsity;
  }

  /** The penalty of codes (N, ...), a scalar, without its weight. */
  sparsityPenalty(code: Tensor): Tensor {
    requireBatch('SparseAutoencoder', 'the code', code);
    if (this.penalty === 'l1') return code.abs().mean();
    const rho = this.sparsity;
    const mean = code.mean(0);
    const on = mean.div(rho).log().mul(-rho);
    const off = mean
      .neg()
      .add(1)
      .div(1 - rho)
      .log()
      .mul(rho - 1);
    return on.add(off).sum();
  }

  override loss(input: Tensor): Tensor {
    const code = this.encode(input);
    const apart = this.compare(this.decode(code), input);
    return apart.add(this.sparsityPenalty(code).mul(this.weight));
  }
}
